import type { EventView } from "../../api/client.ts";
import { textIn } from "./body.ts";
import { type Facts, type FactsDraft, nothingYet, step } from "./fold.ts";

/**
 * A slider over 100,000 events must be fluid: the facts are kept every so many events, and a moment is folded from the
 * nearest ones before it. 1,024 steps take less than a millisecond. A snapshot costs an entry for each job: of a run with
 * more jobs they are rarer, so that all of them together never hold more entries than there are events.
 */
const EVERY = 1_024;

interface Snapshot {
  /** Events that it holds. */
  readonly count: number;
  readonly facts: Facts;
}

/** A moment that the eye looks for: something failed, or a person was asked. */
export interface Mark {
  readonly seq: number;
  readonly kind: "failure" | "question";
}

/** The events of a run, ready to be asked for any moment. Grows as events come; what it has taken in never changes. */
export class History {
  readonly #events: EventView[] = [];
  readonly #snapshots: Snapshot[] = [];
  readonly #times: number[] = [];
  readonly #marks: Mark[] = [];
  #latest: FactsDraft = nothingYet();

  /** Sequence number of the last event that it has; 0: none. */
  get last(): number {
    return this.#events.at(-1)?.seq ?? 0;
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** When the event was, in milliseconds since 1970; of the nearest one where there is no such event. */
  timeOf(seq: number): number {
    return this.#times[Math.max(0, Math.min(seq, this.#times.length) - 1)] ?? 0;
  }

  /** Number of the last event that was not later; the first one when all were. */
  seqAt(ms: number): number {
    let [low, high] = [1, this.#times.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.timeOf(middle) <= ms) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first one must be the run's first, and none may be left out between; repeated ones are passed over. */
  extend(events: readonly EventView[]): this {
    for (let index = firstAfter(events, this.last); index < events.length; index++) {
      const event = events[index];
      if (event === undefined || event.seq !== this.last + 1) return this;
      this.#keep();
      step(this.#latest, event);
      this.#events.push(event);
      this.#times.push(Date.parse(event.at));
      const kind = markOf(event);
      if (kind !== null) this.#marks.push({ seq: event.seq, kind });
    }
    return this;
  }

  /** The run right after the event with this number; before the first one there is nothing, behind the last the latest. */
  at(seq: number): Facts {
    const count = Math.max(0, Math.min(seq, this.#events.length));
    const snapshot = this.#snapshots.findLast((each) => each.count <= count);
    const facts = copyOf(snapshot?.facts ?? nothingYet());
    for (let next = snapshot?.count ?? 0; next < count; next++) {
      const event = this.#events[next];
      if (event !== undefined) step(facts, event);
    }
    return facts;
  }

  #keep(): void {
    const since = this.#events.length - (this.#snapshots.at(-1)?.count ?? 0);
    if (since < Math.max(EVERY, this.#latest.jobs.size)) return;
    this.#snapshots.push({ count: this.#events.length, facts: copyOf(this.#latest) });
  }
}

const FAILED_OUTCOMES = new Set(["failed", "timed_out", "lost", "limit", "rejected"]);

function markOf(event: EventView): Mark["kind"] | null {
  if (event.kind === "job.asked") return "question";
  const isFailure =
    (event.kind === "job.ended" && textIn(event, "status") === "failed") ||
    ((event.kind === "attempt.ended" || event.kind === "child.ended") &&
      FAILED_OUTCOMES.has(textIn(event, "outcome")));
  return isFailure ? "failure" : null;
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

const histories = new WeakMap<EventView, History>();

/** The history of a run by its events, the first of them being the run's first; made once and extended as they come. */
export function historyOf(events: readonly EventView[]): History {
  const [first] = events;
  if (first === undefined) return new History();
  const known = histories.get(first) ?? new History();
  histories.set(first, known);
  return known.extend(events);
}
