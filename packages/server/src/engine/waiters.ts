import type { Clock } from "./clock.ts";

/** Those who wait for something to happen to a run, each for a while at most. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the run is released, or after so many milliseconds. */
  wait(run: string, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(run) ?? new Set();
      this.#waiting.set(run, waiting);
      const done = (): void => {
        cancel();
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(run);
        resolve();
      };
      const cancel = this.#clock.after(withinMs, done);
      waiting.add(done);
    });
  }

  release(run: string): void {
    for (const done of this.#waiting.get(run) ?? []) done();
  }
}
