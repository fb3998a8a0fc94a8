import type { Cancel, Clock } from "./clock.ts";

interface Entry {
  readonly run: string;
  readonly job: number | null;
  readonly at: number;
}

/** Longer waits are waited for in parts: the clock is looked at again each minute, and each second when it is near. */
const NEAR_MS = 60_000;

/**
 * Durable timers, as the engine keeps them in memory: the truth is in the runs' states, this heap only says when to look.
 * Wall-clock times; a clock that jumps makes a timer early or late, never lost: it is checked again at least each second
 * while any is pending within a minute.
 */
export class Timers {
  readonly #heap: Entry[] = [];
  readonly #fire: (run: string, job: number | null) => void;
  readonly #clock: Clock;
  #cancel: Cancel | null = null;

  constructor(clock: Clock, fire: (run: string, job: number | null) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(run: string, job: number | null, at: number): void {
    push(this.#heap, { run, job, at });
    if (this.#heap[0]?.at === at) this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#heap.length = 0;
  }

  #arm(): void {
    this.#cancel?.();
    this.#cancel = null;
    const next = this.#heap[0];
    if (next === undefined) return;
    const waitMs = Math.max(0, next.at - this.#clock.now());
    // Coming back each second, when it is near, bounds the harm of a clock that steps forward.
    this.#cancel = this.#clock.after(waitMs < NEAR_MS ? Math.min(waitMs, 1_000) : NEAR_MS, () => this.#due());
  }

  #due(): void {
    const now = this.#clock.now();
    for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
      pop(this.#heap);
      this.#fire(next.run, next.job);
    }
    this.#arm();
  }
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.at <= entry.at) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = heap[index * 2 + 1];
    const right = heap[index * 2 + 2];
    const child = right !== undefined && left !== undefined && right.at < left.at ? right : left;
    if (child === undefined || child.at >= last.at) break;
    heap[index] = child;
    index = child === left ? index * 2 + 1 : index * 2 + 2;
  }
  heap[index] = last;
}
