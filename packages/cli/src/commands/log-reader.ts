import { StringDecoder } from "node:string_decoder";
import type { GaiaClient, LogPiece } from "../client/api.ts";

/** The server answers at most 4 MiB at once (`LIMITS.logReadBytes`). */
const READ_BYTES = 1_048_576;
/** A line of a log is seldom longer; where it is, more is read. */
const LINE_BYTES = 256;
/** `--tail` reads back at most this far. */
const TAIL_BYTES_MAX = 64_000_000;

/** A whole log in pieces, so that none of any size has to be held. Its return value is the last piece. */
export async function* readLog(
  client: GaiaClient,
  ref: string,
  key: string,
  attempt: number,
): AsyncGenerator<Buffer, LogPiece> {
  let offset = 0;
  for (;;) {
    const piece = await client.log(ref, key, { attempt, offset, length: READ_BYTES });
    if (piece.bytes.length > 0) yield piece.bytes;
    offset += piece.bytes.length;
    if (piece.bytes.length === 0 || offset >= piece.sizeBytes) return piece;
  }
}

/** The same as text; a character that lies across two pieces stays whole. */
export async function* readLogText(
  client: GaiaClient,
  ref: string,
  key: string,
  attempt: number,
): AsyncGenerator<string, void> {
  const decoder = new StringDecoder("utf8");
  for await (const bytes of readLog(client, ref, key, attempt)) yield decoder.write(bytes);
  yield decoder.end();
}

/** The last lines of a log; null: all of them. */
export async function lastLines(
  client: GaiaClient,
  ref: string,
  key: string,
  attempt: number,
  lines: number | null,
): Promise<{ text: string; sizeBytes: number; ended: boolean }> {
  if (lines === null) {
    const pieces: Buffer[] = [];
    const reading = readLog(client, ref, key, attempt);
    for (let step = await reading.next(); ; step = await reading.next()) {
      if (step.done !== true) {
        pieces.push(step.value);
        continue;
      }
      const { sizeBytes, ended } = step.value;
      return { text: Buffer.concat(pieces).toString("utf8"), sizeBytes, ended };
    }
  }
  const end = await client.log(ref, key, {
    attempt,
    tail: Math.min(READ_BYTES, Math.max(1024, lines * LINE_BYTES)),
  });
  let bytes = end.bytes;
  let start = end.sizeBytes - bytes.length;
  while (start > 0 && bytes.length < TAIL_BYTES_MAX && newlinesIn(bytes) <= lines) {
    const length = Math.min(start, READ_BYTES);
    const before = await client.log(ref, key, { attempt, offset: start - length, length });
    if (before.bytes.length === 0) break;
    bytes = Buffer.concat([before.bytes, bytes]);
    start -= length;
  }
  return { text: lastLinesOf(bytes.toString("utf8"), lines), sizeBytes: end.sizeBytes, ended: end.ended };
}

/** The last lines of a text; a newline at its end does not begin another one. */
export function lastLinesOf(text: string, lines: number): string {
  if (lines === 0) return "";
  let from = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let count = 0; count < lines; count++) {
    from = from <= 0 ? -1 : text.lastIndexOf("\n", from - 1);
    if (from < 0) return text;
  }
  return text.slice(from + 1);
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}
