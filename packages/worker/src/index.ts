/** What others may import of the worker. */
export { parseOptions, type WorkerOptions } from "./options.ts";
export { type WorkerEnd, Worker } from "./worker.ts";
