import { restoreRun } from "@gaia/core";
import type { Store, StoredRun } from "../store/port.ts";
import type { HeldRun } from "./port.ts";

/** Ended runs are kept a little, because who started one soon asks for its result. */
const ENDED_KEPT = 256;
const ENDED_JOBS_KEPT = 20_000;

/** The runs in memory: all that live, and a few that ended. */
export class LiveRuns {
  readonly #store: Store;
  readonly #live = new Map<string, HeldRun>();
  readonly #ended = new Map<string, HeldRun>();
  #endedJobs = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  get size(): number {
    return this.#live.size;
  }

  all(): readonly HeldRun[] {
    return [...this.#live.values()];
  }

  get(id: string): HeldRun | undefined {
    return this.#live.get(id);
  }

  /** A run that lives, or ended a little while ago. */
  inMemory(id: string): HeldRun | undefined {
    return this.#live.get(id) ?? this.#ended.get(id);
  }

  add(held: HeldRun): void {
    this.#live.set(held.id, held);
  }

  remove(id: string): void {
    this.#live.delete(id);
  }

  end(held: HeldRun): void {
    this.#live.delete(held.id);
    this.#ended.set(held.id, held);
    this.#endedJobs += held.run.graph.jobs.length;
    for (const [id, oldest] of this.#ended) {
      if (this.#ended.size <= ENDED_KEPT && this.#endedJobs <= ENDED_JOBS_KEPT) break;
      this.#ended.delete(id);
      this.#endedJobs -= oldest.run.graph.jobs.length;
    }
  }

  /** A run wherever it is: live, kept, or in the store. */
  async find(id: string): Promise<HeldRun | null> {
    const known = this.inMemory(id);
    if (known !== undefined) return known;
    const stored = await this.#store.runs.load(id);
    return this.#live.get(id) ?? (stored === null ? null : heldFrom(stored));
  }

  /** Forgets an ended run that was pruned. */
  drop(id: string): void {
    const kept = this.#ended.get(id);
    if (kept === undefined) return;
    this.#ended.delete(id);
    this.#endedJobs -= kept.run.graph.jobs.length;
  }
}

export function heldFrom(stored: StoredRun): HeldRun {
  return {
    id: stored.id,
    namespace: stored.namespace,
    run: restoreRun(stored.id, stored.facts.settings, stored.graph, stored.header, stored.jobs),
    facts: { ...stored.facts, definition: stored.definition },
    version: stored.version,
    seq: stored.seq,
  };
}
