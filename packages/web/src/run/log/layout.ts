import type { Fold } from "./folds.ts";
import type { Heights } from "./heights.ts";

/** Pixels. The stylesheet has the same numbers. */
export const LINE_PX = 19;
export const FOLD_PX = 27;

/** What one row shows. */
export interface Row {
  readonly line: number;
  /** Null: a line. */
  readonly fold: Fold | null;
  readonly top: number;
}

interface Segment {
  readonly first: number;
  /** Last line that it stands for; a closed fold stands for all of its lines. */
  readonly last: number;
  readonly fold: Fold | null;
  readonly top: number;
}

/**
 * Where each line is, from the top of the log, in pixels. Lines between two folds are one segment, so that its size goes
 * with the folds and not with the lines.
 */
export class Layout {
  readonly height: number;
  readonly #segments: readonly Segment[];
  readonly #heights: Heights;

  constructor(lines: number, folds: readonly Fold[], heights: Heights) {
    this.#heights = heights;
    const segments: Segment[] = [];
    let top = 0;
    let next = 1;
    const addLines = (until: number): void => {
      if (until <= next) return;
      segments.push({ first: next, last: until - 1, fold: null, top });
      top += (until - next) * LINE_PX + heights.sum(next, until);
      next = until;
    };
    for (const fold of folds) {
      // Within a closed one, or not read yet.
      if (fold.line < next || fold.line > lines) continue;
      addLines(fold.line);
      const last = fold.isOpen ? fold.line : Math.min(fold.end, lines);
      segments.push({ first: fold.line, last, fold, top });
      top += FOLD_PX;
      next = last + 1;
    }
    addLines(lines + 1);
    this.#segments = segments;
    this.height = top;
  }

  /** Top of a line; of the closed fold that it is in. */
  topOf(line: number): number {
    const segment = this.#segmentOf((each) => each.first <= line);
    if (segment === null) return 0;
    return segment.fold === null ? this.#topWithin(segment, Math.min(line, segment.last)) : segment.top;
  }

  /** The closed fold that hides a line; null: it is shown. */
  hides(line: number): Fold | null {
    const segment = this.#segmentOf((each) => each.first <= line);
    return segment?.fold != null && !segment.fold.isOpen && line > segment.first ? segment.fold : null;
  }

  /** The line at a height. */
  lineAt(top: number): number {
    return this.#lineWithin(
      this.#segmentOf((each) => each.top <= top),
      top,
    );
  }

  /** All rows that touch the stretch. */
  rows(from: number, to: number): readonly Row[] {
    const rows: Row[] = [];
    let at = this.#indexOf((each) => each.top <= from);
    for (
      let segment = this.#segments[at];
      segment !== undefined && segment.top <= to;
      segment = this.#segments[at]
    ) {
      if (segment.fold !== null) rows.push({ line: segment.first, fold: segment.fold, top: segment.top });
      else this.#addLines(segment, from, to, rows);
      at += 1;
    }
    return rows;
  }

  #addLines(segment: Segment, from: number, to: number, rows: Row[]): void {
    let line = this.#lineWithin(segment, Math.max(from, segment.top));
    let top = this.#topWithin(segment, line);
    while (line <= segment.last && top <= to) {
      rows.push({ line, fold: null, top });
      top += LINE_PX + this.#heights.of(line);
      line += 1;
    }
  }

  #topWithin(segment: Segment, line: number): number {
    return segment.top + (line - segment.first) * LINE_PX + this.#heights.sum(segment.first, line);
  }

  #lineWithin(segment: Segment | null, top: number): number {
    if (segment === null) return 1;
    if (segment.fold !== null) return segment.first;
    if (this.#heights.isEmpty)
      return Math.min(segment.last, segment.first + Math.floor((top - segment.top) / LINE_PX));
    let low = segment.first;
    let high = segment.last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#topWithin(segment, middle) <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #segmentOf(isBefore: (segment: Segment) => boolean): Segment | null {
    return this.#segments[this.#indexOf(isBefore)] ?? null;
  }

  /** Index of the last segment that is so; 0 when none is. */
  #indexOf(isBefore: (segment: Segment) => boolean): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const segment = this.#segments[middle];
      if (segment !== undefined && isBefore(segment)) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
