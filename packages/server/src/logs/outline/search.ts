import type { AttemptPlace, LogReader } from "../port.ts";

/** A question is answered after so many bytes, or so long, with where to go on. */
const ANSWER_BYTES = 67_108_864;
const ANSWER_MS = 400;
/** Texts of over 128 KiB are collected late, and memory would grow with the log. */
const PIECE_BYTES = 98_304;
const HITS_MAX = 2_000;
/** Lines are searched whole up to here; what follows in a longer one is searched on its own. */
const LINE_BYTES_MAX = 8 * PIECE_BYTES;

// oxlint-disable-next-line no-control-regex -- what a terminal does not show is not searched
const UNSEEN = /\u001b(?:\[[\d;:?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?)/g;

export interface SearchPlace {
  readonly offset: number;
  /** Number of the line there, from 0. */
  readonly line: number;
}

export interface Found {
  readonly hits: readonly { readonly line: number; readonly count: number }[];
  readonly total: number;
  readonly next: SearchPlace;
  /** Up to the end of what is there now. */
  readonly isComplete: boolean;
}

/**
 * Where a text is, whatever its case and the colours within it. The text is taken as it is: no pattern that could hang.
 * `isEnded`: a last line without an end is a line.
 */
export async function searchLog(
  logs: LogReader,
  place: AttemptPlace,
  sizeBytes: number,
  wanted: string,
  from: SearchPlace,
  isEnded: boolean,
): Promise<Found> {
  const text = wanted.toLowerCase();
  const hits: { line: number; count: number }[] = [];
  const until = performance.now() + ANSWER_MS;
  let { offset, line } = from;
  let total = 0;
  let wish = PIECE_BYTES;
  const into = Buffer.allocUnsafe(LINE_BYTES_MAX);
  for (;;) {
    const { data } = await logs.read(place, offset, wish, into);
    const isLast = offset + data.length >= sizeBytes;
    const end = wholeLines(data, isLast && isEnded);
    if (end === 0 && !isLast && wish < LINE_BYTES_MAX) {
      wish *= 2;
      continue;
    }
    const taken = end === 0 && !isLast ? data.length : end;
    const found = searchLines(data.toString("utf8", 0, taken), text, line, hits);
    total += found.total;
    line += found.lines;
    offset += taken;
    wish = PIECE_BYTES;
    const isComplete = isLast;
    if (isComplete || offset - from.offset >= ANSWER_BYTES || performance.now() > until)
      return { hits, total, next: { offset, line }, isComplete };
  }
}

function wholeLines(data: Buffer, withRest: boolean): number {
  return withRest ? data.length : data.lastIndexOf(10) + 1;
}

function searchLines(
  raw: string,
  wanted: string,
  first: number,
  hits: { line: number; count: number }[],
): { readonly total: number; readonly lines: number } {
  const text = (raw.includes("\u001b") ? raw.replaceAll(UNSEEN, "") : raw).toLowerCase();
  let total = 0;
  let line = first;
  let counted = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    line += newlines(text, counted, at);
    counted = at;
    total += 1;
    const last = hits.at(-1);
    if (last?.line === line) last.count += 1;
    else if (hits.length < HITS_MAX) hits.push({ line, count: 1 });
  }
  return { total, lines: line - first + newlines(text, counted, text.length) };
}

function newlines(text: string, from: number, to: number): number {
  let found = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) found += 1;
  return found;
}
