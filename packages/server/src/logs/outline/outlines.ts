import type { AttemptPlace, LogReader } from "../port.ts";
import { Outline } from "./outline.ts";

/** Read at once: four milliseconds of work, so that others have their turn between two. */
const PIECE_BYTES = 524_288;
/** Looked through at once: texts of over 128 KiB are collected late, and memory would grow with the log. */
const SLICE_BYTES = 98_304;
/** The outline of a log of a gigabyte takes 2 MB; those that nobody looks at go when there are more. */
const KEPT = 24;
/** A stream looks several times a second: what was not looked at for so long has no reader. */
const IDLE_MS = 30_000;
/** Then even one that has readers goes, and is made again: memory has an end. */
const KEPT_MAX = 1_000;

/** How far the outline of a log goes. */
export interface Outlined {
  readonly outline: Outline;
  readonly sizeBytes: number;
  /** All that there is has been looked at, but for a line that has not ended. */
  readonly isWhole: boolean;
}

interface Entry {
  readonly outline: Outline;
  usedAt: number;
  work: Promise<Outlined>;
}

/** Outlines of the logs that were looked at lately. A log is read once, however many look at it, and then only on. */
export class LogOutlines {
  readonly #logs: LogReader;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param now a clock that never goes back, ms */
  constructor(logs: LogReader, now: () => number = () => performance.now()) {
    this.#logs = logs;
    this.#now = now;
  }

  /** Goes on with the outline by at most `mostBytes`. @throws GaiaError as `LogReader.read` */
  advance(place: AttemptPlace, mostBytes: number): Promise<Outlined> {
    const entry = this.#entryOf(place);
    // One after the other: two that read on at once would take the same bytes twice.
    entry.work = entry.work.catch(() => undefined).then(() => this.#advance(entry.outline, place, mostBytes));
    return entry.work;
  }

  /** Reads on until the line with this number (from 0) is known, or the log ends. */
  async upTo(place: AttemptPlace, line: number): Promise<Outlined> {
    let outlined = await this.advance(place, PIECE_BYTES);
    while (!outlined.isWhole && outlined.outline.lines <= line)
      outlined = await this.advance(place, 16 * PIECE_BYTES);
    return outlined;
  }

  async #advance(outline: Outline, place: AttemptPlace, mostBytes: number): Promise<Outlined> {
    const until = outline.scannedBytes + mostBytes;
    const into = Buffer.allocUnsafe(PIECE_BYTES);
    for (;;) {
      const piece = await this.#logs.read(place, outline.scannedBytes, PIECE_BYTES, into);
      const taken = pushed(outline, piece.data);
      const isAtEnd = outline.scannedBytes + (piece.data.length - taken) >= piece.sizeBytes;
      if (taken === 0 || isAtEnd || outline.scannedBytes >= until)
        return { outline, sizeBytes: piece.sizeBytes, isWhole: isAtEnd || taken === 0 };
    }
  }

  #entryOf(place: AttemptPlace): Entry {
    const key = `${place.run}/${place.job}.${place.attempt}`;
    const outline = new Outline();
    const entry = this.#entries.get(key) ?? {
      outline,
      usedAt: 0,
      work: Promise.resolve({ outline, sizeBytes: 0, isWhole: false }),
    };
    // The one that was asked for last is the last to go.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.usedAt = this.#now();
    for (const [oldest, { usedAt }] of this.#entries) {
      const isWanted = entry.usedAt - usedAt < IDLE_MS && this.#entries.size <= KEPT_MAX;
      if (this.#entries.size <= KEPT || isWanted) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}

/** Gives all of it to the outline; answers with how much was taken. */
function pushed(outline: Outline, data: Buffer): number {
  let at = 0;
  for (;;) {
    const taken = outline.push(data.subarray(at, at + SLICE_BYTES));
    at += taken;
    if (taken === 0 || at >= data.length) return at;
  }
}
