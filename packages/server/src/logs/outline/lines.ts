import type { AttemptPlace, LogReader } from "../port.ts";
import { CHECKPOINT_BYTES, type Outline } from "./outline.ts";
import type { Outlined } from "./outlines.ts";
import { sgrAfter } from "./sgr.ts";

/** What is shown of one line. Longer ones are data, which is downloaded, not read. */
export const SHOWN_BYTES = 16_384;
/** Of all lines of one answer; it tells fewer lines rather than more bytes. */
const ANSWER_BYTES = 2_097_152;
const PIECE_BYTES = 262_144;

export interface ReadLine {
  readonly offset: number;
  readonly text: string;
  readonly cutBytes: number;
}

export interface ReadLines {
  /** In force where the first line begins. */
  readonly sgr: string;
  readonly lines: readonly ReadLine[];
}

/** Lines by number, from 0. Reads from the checkpoint before the first: never more than they take, and 64 KiB. */
export async function readLines(
  logs: LogReader,
  place: AttemptPlace,
  outlined: Outlined,
  first: number,
  count: number,
): Promise<ReadLines> {
  const { outline } = outlined;
  const reader = new LineReader(logs, place, outline, first);
  const lines: ReadLine[] = [];
  let sgr = reader.sgr;
  let bytes = 0;
  for (;;) {
    const line = await reader.next();
    if (line === null) return { sgr, lines };
    if (line.number < first) {
      sgr = sgrAfter(sgr, line.text);
      continue;
    }
    lines.push(line);
    bytes += line.text.length;
    if (lines.length >= count || bytes >= ANSWER_BYTES) return { sgr, lines };
  }
}

/** Walks over the lines from a checkpoint on. */
class LineReader {
  readonly sgr: string;
  readonly #logs: LogReader;
  readonly #place: AttemptPlace;
  readonly #outline: Outline;
  #offset: number;
  #line: number;
  #held: Buffer = Buffer.alloc(0);
  #isAtEnd = false;

  constructor(logs: LogReader, place: AttemptPlace, outline: Outline, first: number) {
    this.#logs = logs;
    this.#place = place;
    this.#outline = outline;
    const { at } = outline.before(first);
    this.sgr = at.sgr;
    this.#offset = at.offset;
    this.#line = at.line;
  }

  async next(): Promise<(ReadLine & { readonly number: number }) | null> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end >= 0) return this.#take(end, end + 1);
      if (this.#held.length >= CHECKPOINT_BYTES) return this.#takeLong();
      if (this.#isAtEnd)
        return this.#held.length === 0 ? null : this.#take(this.#held.length, this.#held.length);
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const piece = await this.#logs.read(this.#place, this.#offset + this.#held.length, PIECE_BYTES);
    this.#held = this.#held.length === 0 ? piece.data : Buffer.concat([this.#held, piece.data]);
    this.#isAtEnd = piece.data.length === 0;
  }

  #take(length: number, step: number): ReadLine & { readonly number: number } {
    const shown = Math.min(length, SHOWN_BYTES);
    // Of a progress line that overwrites itself, its end is what a terminal would show.
    const from = length > shown && this.#held.subarray(0, length).includes(13) ? length - shown : 0;
    const line = this.#made(this.#held.subarray(from, from + shown), length - shown);
    this.#held = this.#held.subarray(step);
    this.#offset += step;
    this.#line += 1;
    return line;
  }

  /** A line of over 64 KiB: what follows it begins at the next checkpoint. */
  #takeLong(): ReadLine & { readonly number: number } {
    const next = this.#outline.before(this.#line).next;
    const to = next !== null && next.line === this.#line + 1 ? next.offset : null;
    const until = to === null ? this.#outline.scannedBytes : to - 1;
    const cut = Math.max(this.#held.length, until - this.#offset) - SHOWN_BYTES;
    const line = this.#made(this.#held.subarray(0, SHOWN_BYTES), cut);
    this.#held = Buffer.alloc(0);
    this.#line += 1;
    if (to === null) this.#isAtEnd = true;
    else this.#offset = to;
    return line;
  }

  #made(bytes: Buffer, cutBytes: number): ReadLine & { readonly number: number } {
    const text = bytes.at(-1) === 13 ? bytes.toString("utf8", 0, bytes.length - 1) : bytes.toString("utf8");
    return { number: this.#line, offset: this.#offset, text, cutBytes };
  }
}
