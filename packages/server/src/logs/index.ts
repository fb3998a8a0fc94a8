/** Logs: what attempts printed, read by position, and what workers of other homes send of it. */
export { LogFiles } from "./files.ts";
export type { AttemptPlace, FilePart, LogPiece, LogReader, StoredPart } from "./port.ts";
export { ShippedFiles } from "./shipped-files.ts";
