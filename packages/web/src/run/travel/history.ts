import type { EventView } from "../../api/client.ts";
import { type Facts, type FactsDraft, nothingYet, step } from "./fold.ts";

/**
 * A slider over 100,000 events must be fluid: the facts are kept every so many events, and a moment is folded from the
 * nearest one before it. 1,024 steps take less than a millisecond; 100 snapshots of 1,000 jobs are 100,000 references.
 */
const EVERY = 1_024;

/** The events of a run, ready to be asked for any moment. Grows as events come; what it has taken in never changes. */
export class History {
  readonly #events: EventView[] = [];
  readonly #snapshots: Facts[] = [];
  #latest: FactsDraft = nothingYet();

  /** Sequence number of the last event that it has; 0: none. */
  get last(): number {
    return this.#events.at(-1)?.seq ?? 0;
  }

  /** The first one must be the run's first, and none may be left out between; repeated ones are passed over. */
  extend(events: readonly EventView[]): this {
    for (let index = firstAfter(events, this.last); index < events.length; index++) {
      const event = events[index];
      if (event === undefined || event.seq !== this.last + 1) return this;
      if (this.#events.length % EVERY === 0) this.#snapshots.push(copyOf(this.#latest));
      step(this.#latest, event);
      this.#events.push(event);
    }
    return this;
  }

  /** The run right after the event with this number; before the first one there is nothing, behind the last the latest. */
  at(seq: number): Facts {
    const count = Math.max(0, Math.min(seq, this.#events.length));
    const index = Math.min(Math.floor(count / EVERY), this.#snapshots.length - 1);
    const facts = copyOf(this.#snapshots[index] ?? nothingYet());
    for (let next = Math.max(0, index) * EVERY; next < count; next++) {
      const event = this.#events[next];
      if (event !== undefined) step(facts, event);
    }
    return facts;
  }
}

function copyOf(facts: Facts): FactsDraft {
  return { run: facts.run, jobs: new Map(facts.jobs) };
}

/** Index of the first event behind `seq`; events are ordered by it. */
export function firstAfter(events: readonly EventView[], seq: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
