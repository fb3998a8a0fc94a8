import type { Store } from "../store/port.ts";

/** Numbers of runs, counted per pipeline from 1. A commit that failed leaves a gap, never a number that is used twice. */
export class RunNumbers {
  readonly #store: Store;
  readonly #last = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The last number must be known before a run is created inside a batch. */
  async prepare(namespace: string, pipeline: string): Promise<void> {
    const key = `${namespace}/${pipeline}`;
    if (this.#last.has(key)) return;
    const last = await this.#store.runs.lastNumber(namespace, pipeline);
    if (!this.#last.has(key)) this.#last.set(key, last);
  }

  next(namespace: string, pipeline: string): number {
    const key = `${namespace}/${pipeline}`;
    const number = (this.#last.get(key) ?? 0) + 1;
    this.#last.set(key, number);
    return number;
  }
}
