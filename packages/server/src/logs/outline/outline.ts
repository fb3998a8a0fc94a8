import { errorPattern, markerOf, type Marker, warningPattern } from "./markers.ts";
import { type Repeat, RepeatFinder } from "./repeats.ts";
import { sgrAfter } from "./sgr.ts";

/** A place from which lines can be read without what stands before it. */
export interface Checkpoint {
  readonly offset: number;
  /** Number of the line that begins here, from 0. */
  readonly line: number;
  readonly sgr: string;
}

export interface Group {
  readonly line: number;
  readonly offset: number;
  readonly title: string;
  readonly open: boolean;
  readonly style: "marked" | "headed";
  /** Last line of it, and where that begins; null: it goes on. */
  end: { readonly line: number; readonly offset: number } | null;
  touched: number;
}

/** A gigabyte has 16,384 checkpoints; from one to the next is read in a tenth of a millisecond. */
export const CHECKPOINT_BYTES = 65_536;
const PLACES_MAX = 2_000;
const FOLDS_MAX = 5_000;

/** What is where in one log, found out in one pass over its bytes. Pure: bytes go in, in order. */
export class Outline {
  readonly checkpoints: Checkpoint[] = [{ offset: 0, line: 0, sgr: "" }];
  readonly errors: number[] = [];
  readonly warnings: number[] = [];
  readonly groups: Group[] = [];
  readonly repeats: Repeat[] = [];
  errorsTotal = 0;
  warningsTotal = 0;
  isBinary = false;
  /** Whole lines so far. */
  lines = 0;
  /** Where the line after them begins, or how far within a very long one. */
  scannedBytes = 0;
  /** Grows with each change of a group or a repetition. */
  touched = 0;
  /** Bytes lie behind the last line end. */
  hasRest = false;
  readonly #errorPattern = errorPattern();
  readonly #warningPattern = warningPattern();
  readonly #finder = new RepeatFinder((line, end, period) =>
    this.#keepRepeat({ line, end, period, touched: 0 }),
  );
  #open: Group[] = [];
  #sgr = "";
  /** The beginning of the line that is being read was looked at already. */
  #isWithinLine = false;

  /**
   * Takes in what follows `scannedBytes`. Whole lines only, unless not one ends within 64 KiB: then its beginning stands
   * for it. Returns how many bytes were taken; the rest is to be given again, with more behind it.
   */
  push(bytes: Buffer): number {
    const end = bytes.lastIndexOf(10) + 1;
    if (end === 0) {
      this.hasRest = bytes.length > 0;
      if (bytes.length < CHECKPOINT_BYTES) return 0;
      return this.#pass(bytes);
    }
    if (!this.isBinary && bytes.includes(0)) this.isBinary = true;
    this.#scan(bytes.toString("latin1", 0, end));
    this.scannedBytes += end;
    this.hasRest = end < bytes.length;
    return end;
  }

  /** The greatest checkpoint at or before the line. */
  before(line: number): { readonly at: Checkpoint; readonly next: Checkpoint | null } {
    let low = 0;
    let high = this.checkpoints.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.checkpoints[middle]?.line ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    const at = this.checkpoints[low] ?? { offset: 0, line: 0, sgr: "" };
    return { at, next: this.checkpoints[low + 1] ?? null };
  }

  /** A piece of a line without an end. */
  #pass(bytes: Buffer): number {
    if (!this.isBinary && bytes.includes(0)) this.isBinary = true;
    const text = bytes.toString("latin1");
    if (!this.#isWithinLine) this.#look(text);
    this.#sgr = sgrAfter(this.#sgr, text);
    this.#isWithinLine = true;
    this.scannedBytes += bytes.length;
    return bytes.length;
  }

  #look(text: string): void {
    this.#errorPattern.lastIndex = 0;
    this.#warningPattern.lastIndex = 0;
    if (this.#errorPattern.test(text)) this.#error();
    else if (this.#warningPattern.test(text)) this.#warning();
  }

  /** Whole lines. */
  #scan(text: string): void {
    let error = next(this.#errorPattern, text, 0);
    let warning = next(this.#warningPattern, text, 0);
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf("\n", at);
      this.#line(text.slice(at, end), this.scannedBytes + at);
      if (error < end) {
        this.#error();
        error = next(this.#errorPattern, text, end + 1);
        if (warning < end) warning = next(this.#warningPattern, text, end + 1);
      } else if (warning < end) {
        this.#warning();
        warning = next(this.#warningPattern, text, end + 1);
      }
      this.lines += 1;
      at = end + 1;
      this.#checkpoint(this.scannedBytes + at);
    }
  }

  #line(text: string, offset: number): void {
    if (text.includes("\u001b")) this.#sgr = sgrAfter(this.#sgr, text);
    if (this.#isWithinLine) {
      this.#isWithinLine = false;
      this.#finder.interrupt();
      return;
    }
    const marker = markerOf(text);
    if (marker !== null) {
      this.#finder.interrupt();
      this.#mark(marker, offset);
      return;
    }
    const repeat = this.#finder.push(text, this.lines);
    if (repeat !== null) repeat.touched = this.#touch();
  }

  #checkpoint(offset: number): void {
    const last = this.checkpoints.at(-1);
    if (last !== undefined && offset - last.offset < CHECKPOINT_BYTES) return;
    this.checkpoints.push({ offset, line: this.lines, sgr: this.#sgr });
  }

  #mark(marker: Marker, offset: number): void {
    const { lines } = this;
    if (marker.kind === "end") {
      const group = this.#open.findLast(({ style }) => style === "marked");
      if (group !== undefined) this.#close(group, lines, offset);
      return;
    }
    if (marker.style === "headed") {
      // Within `::group::` … `::endgroup::` a line of dashes is text.
      if (this.#open.some(({ style }) => style === "marked")) return;
      for (const group of this.#open) this.#close(group, lines - 1, offset);
    }
    if (this.groups.length >= FOLDS_MAX) return;
    const { title, open, style } = marker;
    const group: Group = { line: lines, offset, title, open, style, end: null, touched: this.#touch() };
    this.groups.push(group);
    this.#open.push(group);
  }

  #close(group: Group, line: number, offset: number): void {
    group.end = { line, offset };
    group.touched = this.#touch();
    this.#open = this.#open.filter((other) => other !== group);
  }

  #keepRepeat(repeat: Repeat): Repeat | null {
    if (this.repeats.length >= FOLDS_MAX) return null;
    // Two that touch (of different periods) share no line.
    const line = Math.max(repeat.line, (this.repeats.at(-1)?.end ?? -1) + 1);
    const kept = { ...repeat, line };
    this.repeats.push(kept);
    return kept;
  }

  #error(): void {
    this.errorsTotal += 1;
    if (this.errors.length < PLACES_MAX) this.errors.push(this.lines);
  }

  #warning(): void {
    this.warningsTotal += 1;
    if (this.warnings.length < PLACES_MAX) this.warnings.push(this.lines);
  }

  #touch(): number {
    this.touched += 1;
    return this.touched;
  }
}

function next(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? Number.POSITIVE_INFINITY;
}
