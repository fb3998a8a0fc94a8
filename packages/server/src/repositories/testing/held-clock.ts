import type { Clock } from "../../engine/clock.ts";

/** Time that passes when a test says so. */
export class HeldClock implements Clock {
  #at = 0;
  #timers: { readonly at: number; readonly action: () => void }[] = [];

  now(): number {
    return this.#at;
  }
  elapsed(): number {
    return this.#at;
  }
  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#at + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How long until each timer strikes, the soonest first. */
  get waits(): readonly number[] {
    return this.#timers.map(({ at }) => at - this.#at).toSorted((one, other) => one - other);
  }

  pass(ms: number): void {
    const until = this.#at + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#at = next.at;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.action();
    }
    this.#at = until;
  }
}
