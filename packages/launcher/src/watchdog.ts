import type { Attempt, RunningState } from "./attempt.ts";
import type { EndCause } from "./protocol.ts";

/** How often leases are looked at, while there are any. A timer per lease would sleep through a suspended machine. */
const TICK_MS = 250;
const MEMORY_SAMPLE_MS = 1_000;

/** What the watchdog looks at. */
export interface WatchdogOptions {
  readonly nowMs: () => number;
  readonly attempts: () => Iterable<Attempt>;
  readonly overMemoryLimit: (states: readonly RunningState[]) => readonly RunningState[];
  readonly kill: (attempt: Attempt, cause: EndCause) => void;
}

/** Kills attempts whose lease ended, and those over a memory limit that the kernel does not enforce. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #ticker: NodeJS.Timeout | null = null;
  #sampledAtMs = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Watches until nothing is left that needs it. */
  watch(): void {
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const now = this.#options.nowMs();
    let leases = 0;
    const sampled: RunningState[] = [];
    for (const attempt of this.#options.attempts()) {
      const { state, leaseEndsMs } = attempt;
      if (state.kind === "exited") continue;
      if (state.kind === "running" && state.sampled !== null) sampled.push(state);
      if (leaseEndsMs === null) continue;
      leases += 1;
      if (leaseEndsMs <= now) this.#options.kill(attempt, "lease");
    }
    if (sampled.length > 0 && now - this.#sampledAtMs >= MEMORY_SAMPLE_MS) {
      this.#sampledAtMs = now;
      for (const state of this.#options.overMemoryLimit(sampled)) {
        this.#options.kill(state.attempt, "memory_limit");
      }
    }
    if (leases > 0 || sampled.length > 0 || this.#ticker === null) return;
    clearInterval(this.#ticker);
    this.#ticker = null;
  }
}
