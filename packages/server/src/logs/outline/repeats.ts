/** A repetition: from `line` to `end` (from 0) the same `period` lines again and again. */
export interface Repeat {
  readonly line: number;
  end: number;
  readonly period: number;
  /** Grows with each change. */
  touched: number;
}

export const PERIOD_LINES_MAX = 4;
/** Fewer lines are quicker read than opened. */
const SHORTEST_LINES = 10;
const TIMES_MIN = 3;

/** Finds repetitions while the lines come by; keeps the last four lines only. */
export class RepeatFinder {
  readonly #found: (line: number, end: number, period: number) => Repeat | null;
  readonly #recent: string[] = [];
  /** How many lines in a row equal the one `period` before, by period from 1. */
  readonly #same: number[] = Array.from({ length: PERIOD_LINES_MAX }, () => 0);
  #current: Repeat | null = null;

  /** @param found keeps a new one; null when there are too many already */
  constructor(found: (line: number, end: number, period: number) => Repeat | null) {
    this.#found = found;
  }

  /** `text` is the line with this number. Returns the repetition that became longer or new. */
  push(text: string, line: number): Repeat | null {
    for (let period = 1; period <= PERIOD_LINES_MAX; period += 1) {
      const before = this.#recent[(line - period + PERIOD_LINES_MAX) % PERIOD_LINES_MAX];
      this.#same[period - 1] = before === text ? (this.#same[period - 1] ?? 0) + 1 : 0;
    }
    this.#recent[line % PERIOD_LINES_MAX] = text;
    return this.#extended(line) ?? this.#begun(line);
  }

  /** A line that must stay on its own, such as the head of a group. */
  interrupt(): void {
    this.#current = null;
    this.#same.fill(0);
    this.#recent.length = 0;
  }

  #extended(line: number): Repeat | null {
    const current = this.#current;
    if (current === null) return null;
    if (this.#same[current.period - 1] === 0) {
      this.#current = null;
      return null;
    }
    current.end = line;
    return current;
  }

  #begun(line: number): Repeat | null {
    for (let period = 1; period <= PERIOD_LINES_MAX; period += 1) {
      const lines = (this.#same[period - 1] ?? 0) + period;
      if (lines < SHORTEST_LINES || lines < TIMES_MIN * period) continue;
      this.#current = this.#found(line - lines + 1, line, period);
      return this.#current;
    }
    return null;
  }
}
