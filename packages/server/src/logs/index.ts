/** Logs: what attempts printed, read by position. */
export { LogFiles } from "./files.ts";
export type { LogPiece, LogPlace, LogReader } from "./port.ts";
export { Logs, type RemoteWorker } from "./remote.ts";
