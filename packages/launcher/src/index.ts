/** What the worker may import from the launcher: the protocol, nothing that loads native code. */
export * from "./protocol.ts";
export { parseLauncherBatch, parseWorkerBatch, type ParsedBatch } from "./protocol-parse.ts";
export { LineSplitter } from "./line-splitter.ts";
