/** Logs: what attempts printed, read by position. */
export { LogFiles } from "./files.ts";
export type { LogPiece, LogPlace, LogReader } from "./port.ts";
export { readLines } from "./outline/lines.ts";
export { Outline } from "./outline/outline.ts";
export { type Outlined, LogOutlines } from "./outline/outlines.ts";
export { searchLog, type SearchPlace } from "./outline/search.ts";
export { Logs, type RemoteWorker } from "./remote.ts";
