const BUCKET = 256;

/**
 * How much higher than one row wrapped lines are. Only lines that were shown have been measured, so it holds thousands of
 * numbers, not millions: sums over buckets of lines answer for the rest.
 */
export class Heights {
  readonly #extra = new Map<number, number>();
  readonly #buckets = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#extra.size === 0;
  }

  /** Returns by how much the line grew. */
  set(line: number, extra: number): number {
    const change = extra - (this.#extra.get(line) ?? 0);
    if (change === 0) return 0;
    if (extra === 0) this.#extra.delete(line);
    else this.#extra.set(line, extra);
    const bucket = Math.floor(line / BUCKET);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + change);
    return change;
  }

  of(line: number): number {
    return this.#extra.get(line) ?? 0;
  }

  /** Of the lines from `first` up to but without `end`. */
  sum(first: number, end: number): number {
    if (this.isEmpty || end <= first) return 0;
    const [from, to] = [Math.floor(first / BUCKET), Math.floor(end / BUCKET)];
    if (from === to) return this.#single(first, end);
    let sum = this.#single(first, (from + 1) * BUCKET) + this.#single(to * BUCKET, end);
    for (const [bucket, extra] of this.#buckets) if (bucket > from && bucket < to) sum += extra;
    return sum;
  }

  clear(): void {
    this.#extra.clear();
    this.#buckets.clear();
  }

  #single(first: number, end: number): number {
    let sum = 0;
    for (let line = first; line < end; line += 1) sum += this.#extra.get(line) ?? 0;
    return sum;
  }
}
