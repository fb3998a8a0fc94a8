/** Logs: what attempts printed, read by position, and what workers of other homes send of it. */
export { LogFiles } from "./files.ts";
export type { AttemptPlace, FilePart, LogPiece, LogReader, StoredPart } from "./port.ts";
export { ShippedFiles } from "./shipped-files.ts";
export { readLines } from "./outline/lines.ts";
export { Outline } from "./outline/outline.ts";
export { type Outlined, LogOutlines } from "./outline/outlines.ts";
export { searchLog, type SearchPlace } from "./outline/search.ts";
