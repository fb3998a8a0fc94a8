import type { TestReport } from "@gaia/contracts";

export type TestCase = TestReport["cases"][number];

/** Cases of all reports of a job: all are counted, and the first ones kept, failed ones before the others. */
export class CaseList {
  readonly #most: number;
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #failed: TestCase[] = [];
  readonly #others: TestCase[] = [];
  #durationMs = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(one: TestCase): void {
    this.#counts[one.status] += 1;
    this.#durationMs += one.duration_ms;
    const list = one.status === "failed" ? this.#failed : this.#others;
    if (list.length < this.#most) list.push(one);
  }

  report(problems: readonly string[]): TestReport {
    const cases = [...this.#failed, ...this.#others].slice(0, this.#most);
    const { passed, failed, skipped } = this.#counts;
    return {
      ...this.#counts,
      duration_ms: this.#durationMs,
      cases,
      truncated: cases.length < passed + failed + skipped,
      problems: [...problems],
    };
  }
}
