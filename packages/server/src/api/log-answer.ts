import { LIMITS } from "@gaia/contracts";
import type { AttemptPlace, LogReader } from "../logs/index.ts";
import { rangeRefusal } from "./failures.ts";
import type { JobLog } from "./job-logs.ts";
import { contentRange, rangeFrom } from "./ranges.ts";
import type { Answer } from "./route.ts";

/** Which part of a log is wanted. Null: not said. */
export interface LogWish {
  readonly offset: number | null;
  readonly length: number | null;
  /** The last so many bytes. */
  readonly tail: number | null;
  readonly range: string | undefined;
}

/** Read at once, while a whole log of any size streams through. */
const PORTION_BYTES = 262_144;

/** A log as plain text, as much of it as is wanted; what is sent is read while it is sent. */
export async function logAnswer(
  logs: LogReader,
  log: JobLog,
  wish: LogWish,
  sent: (bytes: number) => void,
): Promise<Answer> {
  const { place } = log;
  const { sizeBytes } = place.attempt === 0 ? { sizeBytes: 0 } : await logs.read(place, 0, 0);
  const part = await partOf(logs, place, wish, sizeBytes);
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "x-gaia-log-size": String(sizeBytes),
    "x-gaia-log-offset": String(part.offset),
    "x-gaia-log-ended": String(log.isEnded),
    "x-gaia-log-attempt": String(place.attempt),
    "accept-ranges": "bytes",
  };
  const range =
    part.status === 206 ? { "content-range": contentRange(part.offset, part.length, sizeBytes) } : {};
  const length = { "content-length": String(part.length) };
  return {
    kind: "data",
    status: part.status,
    headers: { ...headers, ...range, ...length },
    body: bytesOf(logs, place, part, sent),
  };
}

interface Part {
  readonly status: number;
  readonly offset: number;
  readonly length: number;
}

async function partOf(logs: LogReader, place: AttemptPlace, wish: LogWish, size: number): Promise<Part> {
  if (wish.tail !== null) {
    const start = await tailStart(logs, place, wish.tail, size);
    return { status: 200, offset: start, length: size - start };
  }
  if (wish.offset !== null || wish.length !== null) {
    const offset = Math.min(wish.offset ?? 0, size);
    const most = wish.length === null ? size : Math.min(wish.length, LIMITS.logReadBytes);
    return { status: 200, offset, length: Math.min(most, size - offset) };
  }
  const range = rangeFrom(wish.range, size);
  if (range.kind === "part") return { status: 206, offset: range.offset, length: range.length };
  if (range.kind === "outside") throw rangeRefusal(size);
  return { status: 200, offset: 0, length: size };
}

/** Where the last `tail` bytes start: not in the middle of a character, so at most three bytes are left out. */
export async function tailStart(
  logs: LogReader,
  place: AttemptPlace,
  tail: number,
  size: number,
): Promise<number> {
  const offset = Math.max(0, size - tail);
  if (offset === 0 || offset >= size) return offset;
  const { data } = await logs.read(place, offset, 3);
  const first = data.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return first < 0 ? offset : offset + first;
}

/** A log only grows, so its first bytes stay what they are while they are sent. */
async function* bytesOf(
  logs: LogReader,
  place: AttemptPlace,
  { offset, length }: Part,
  sent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const { data } = await logs.read(place, at, Math.min(PORTION_BYTES, end - at));
    if (data.length === 0) throw new Error(`the log of ${place.run} became shorter while it was read`);
    yield data;
    sent(data.length);
    at += data.length;
  }
}
