import type { Clock } from "../clock.ts";

/** How what comes before a start has ended. */
export type PreludeEnd<T> =
  /** It can be started; `leaseMs` is what is left of the lease. */
  | { readonly kind: "done"; readonly value: T; readonly leaseMs: number | null }
  /** Nothing is to be started: it was stopped, or the lease has ended. */
  | { readonly kind: "cancelled"; readonly leaseEnded: boolean };

interface Open {
  readonly controller: AbortController;
  /** By the monotonic clock; null: no lease. */
  leaseEndsAt: number | null;
}

/**
 * What is done for attempts before their processes exist. The launcher, which stops processes and minds their leases,
 * does not know these attempts yet: both is done here meanwhile.
 */
export class Preludes {
  readonly #clock: Clock;
  readonly #open = new Map<string, Open>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin<T>(
    key: string,
    leaseMs: number | null,
    perform: (signal: AbortSignal) => Promise<T>,
    ended: (end: PreludeEnd<T>) => void,
    failed: (error: unknown) => void,
  ): void {
    const open: Open = { controller: new AbortController(), leaseEndsAt: null };
    if (leaseMs !== null) open.leaseEndsAt = this.#clock.monotonic() + leaseMs;
    this.#open.set(key, open);
    perform(open.controller.signal)
      .finally(() => this.#open.delete(key))
      .then((value) => ended(this.#endOf(open, value)), failed);
  }

  /** False: nothing is under way for the attempt. */
  stop(key: string): boolean {
    const open = this.#open.get(key);
    open?.controller.abort();
    return open !== undefined;
  }

  extend(keys: readonly string[], leaseMs: number): void {
    if (this.#open.size === 0) return;
    for (const key of keys) {
      const open = this.#open.get(key);
      if (open !== undefined) open.leaseEndsAt = this.#clock.monotonic() + leaseMs;
    }
  }

  close(): void {
    for (const { controller } of this.#open.values()) controller.abort();
  }

  #endOf<T>({ controller, leaseEndsAt }: Open, value: T): PreludeEnd<T> {
    if (controller.signal.aborted) return { kind: "cancelled", leaseEnded: false };
    if (leaseEndsAt === null) return { kind: "done", value, leaseMs: null };
    const leaseMs = leaseEndsAt - this.#clock.monotonic();
    return leaseMs > 0 ? { kind: "done", value, leaseMs } : { kind: "cancelled", leaseEnded: true };
  }
}
