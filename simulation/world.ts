import type { Clock } from "../packages/server/src/engine/clock.ts";
import { Random } from "./random.ts";

interface Happening {
  readonly at: number;
  readonly order: number;
  action: (() => void) | null;
}

/** A wall clock that people set back and forth starts here. */
const EPOCH = Date.UTC(2026, 0, 1);

/**
 * Virtual time: one queue of happenings, performed one by one, with everything that follows from each (promises
 * included) before the next. Nothing depends on the real clock, so a seed replays.
 */
export class World {
  readonly random: Random;
  readonly trace: string[] = [];
  #elapsed = 0;
  #wallOffset = 0;
  #order = 0;
  readonly #heap: Happening[] = [];
  steps = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** Milliseconds since the beginning; what monotonic clocks show. */
  get elapsed(): number {
    return this.#elapsed;
  }

  /** What wall clocks show. */
  get wall(): number {
    return EPOCH + this.#elapsed + this.#wallOffset;
  }

  /** Somebody sets the wall clock. */
  jumpWall(byMs: number): void {
    this.#wallOffset += byMs;
  }

  note(text: string): void {
    this.trace.push(`${this.#elapsed.toFixed(0).padStart(7)} ${text}`);
  }

  after(ms: number, action: () => void): () => void {
    const happening: Happening = { at: this.#elapsed + Math.max(0, ms), order: this.#order++, action };
    this.#push(happening);
    return () => {
      happening.action = null;
    };
  }

  /** A clock for a process that may die: after that nothing of it happens any more. */
  clockFor(alive: () => boolean, forget: () => boolean = () => false): Clock {
    return {
      now: () => this.wall,
      elapsed: () => this.#elapsed,
      after: (ms, action) => {
        if (forget()) return () => undefined;
        return this.after(ms, () => {
          if (alive()) action();
        });
      },
    };
  }

  /** Performs happenings until that time, or until nothing is left to happen. */
  async runUntil(untilMs: number, afterEach: () => void, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > untilMs || (this.steps % 64 === 0 && isOver())) break;
      this.#pop();
      this.#elapsed = Math.max(this.#elapsed, next.at);
      if (next.action === null) continue;
      this.steps += 1;
      next.action();
      await settled();
      afterEach();
    }
    this.#elapsed = Math.max(this.#elapsed, untilMs);
  }

  #push(happening: Happening): void {
    let index = this.#heap.length;
    this.#heap.push(happening);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || before(above, happening)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = happening;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = this.#heap[index * 2 + 1];
      const right = this.#heap[index * 2 + 2];
      const child = right !== undefined && left !== undefined && before(right, left) ? right : left;
      if (child === undefined || before(last, child)) break;
      this.#heap[index] = child;
      index = child === left ? index * 2 + 1 : index * 2 + 2;
    }
    this.#heap[index] = last;
  }
}

function before(left: Happening, right: Happening): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

/** All promises that could go on have gone on: `setImmediate` comes behind every microtask. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
