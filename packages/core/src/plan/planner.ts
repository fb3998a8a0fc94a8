import { Lane, laneKey, pipelineKey, type QueueEntry } from "./lane.ts";

/**
 * Who runs what next, over all runs: capacity, tags, priority with ageing, fairness. No clock: `now` is an argument.
 *
 * Rules, strongest first
 * 1. A job goes only to a worker that has all of its tags and a free place (slots, then credits ahead of slots). Jobs that
 *    share a process of their run go to the worker that has it, and no more at once than it performs.
 * 2. Priority 0-10, high first. A lane (the jobs of one run with the same tags and priority) gains one level for each
 *    `AGEING_MS` in which it neither got nor gave back a place, so nothing starves, and a run that is being served does not
 *    age ahead of those that are not.
 * 3. Among equals the one whose namespace, then pipeline, then run holds the fewest places, then the run whose last turn is
 *    longest ago (never: first). So a run of 5,000 jobs does not delay a run of one by more than the time until the next
 *    place is free.
 * 4. Then the lane that was queued first; inside of a lane the order of arrival.
 *
 * A stateful index, because a scan of all queued jobs for each free place would be O(n²): only the heads of lanes are
 * compared.
 */

export interface PlannedWorker {
  readonly id: string;
  readonly tags: ReadonlySet<string>;
  readonly slots: number;
  /** Attempts that it takes ahead of free slots. */
  readonly credits: number;
  /** False while it drains, is unhealthy or away. */
  readonly accepts: boolean;
}

export interface Assignment {
  readonly entry: QueueEntry;
  readonly worker: string;
}

export class Planner {
  /** Those that hold a job, in the order in which they came to be. */
  readonly #lanes = new Map<string, Lane>();
  readonly #lanesByRun = new Map<string, Set<Lane>>();
  readonly #workers = new Map<string, PlannedWorker>();
  /** Places held, by run, pipeline, namespace and worker. */
  readonly #heldByRun = new Map<string, number>();
  readonly #heldByPipeline = new Map<string, number>();
  readonly #heldByNamespace = new Map<string, number>();
  readonly #heldByWorker = new Map<string, number>();
  readonly #holders = new Map<string, Assignment>();
  /** Per run that was served: the number of its last turn. */
  readonly #turnOf = new Map<string, number>();
  /** Which worker has the process that jobs of a run share. */
  readonly #homeOf = new Map<string, string>();
  /** Lanes that gave a place back since the last plan. */
  readonly #gaveBack = new Set<Lane>();
  #turns = 0;
  #size = 0;

  /** Jobs that wait for a place. */
  get size(): number {
    return this.#size;
  }

  setWorker(worker: PlannedWorker): void {
    this.#workers.set(worker.id, worker);
  }

  removeWorker(id: string): void {
    this.#workers.delete(id);
  }

  held(worker: string): number {
    return count(this.#heldByWorker, worker);
  }

  /** Whether a worker that is connected now could ever take a job with these tags. */
  canRun(tags: readonly string[]): boolean {
    for (const worker of this.#workers.values()) if (hasTags(worker, tags)) return true;
    return false;
  }

  add(entry: QueueEntry): void {
    (this.#lanes.get(laneKey(entry)) ?? this.#openLane(entry)).push(entry);
    this.#size += 1;
  }

  /** Takes a job that waits out of the queue (stopped). Cost: its lane's length; for many jobs of a run use `removeRun`. */
  remove(entry: QueueEntry): void {
    const lane = this.#lanes.get(laneKey(entry));
    if (lane === undefined || !lane.remove(entry.job)) return;
    this.#size -= 1;
    this.#closeIfEmpty(lane);
  }

  /** Takes all of a run's waiting jobs out, and forgets when it had its last turn. */
  removeRun(run: string): void {
    this.#turnOf.delete(run);
    for (const lane of this.#lanesByRun.get(run) ?? []) {
      this.#size -= lane.size;
      this.#lanes.delete(lane.key);
    }
    this.#lanesByRun.delete(run);
  }

  /** The worker has the process that jobs of the run share: they go to it from now on. */
  settle(run: string, worker: string): void {
    this.#homeOf.set(run, worker);
  }

  /** The process is gone, or nobody can say any more: the next job of the run may go to any worker. */
  unsettle(run: string): void {
    this.#homeOf.delete(run);
  }

  /** As `unsettle`, of all runs whose process the worker had. */
  abandon(worker: string): void {
    for (const [run, home] of this.#homeOf) if (home === worker) this.#homeOf.delete(run);
  }

  /** Which worker has the process that jobs of the run share; null: none. */
  homeOf(run: string): string | null {
    return this.#homeOf.get(run) ?? null;
  }

  /** Records that a worker holds a job's attempt: by `plan`, or found after a restart. A job holds one place: the last. */
  hold(entry: QueueEntry, worker: string): void {
    this.release(entry.run, entry.job);
    this.#holders.set(entryKey(entry.run, entry.job), { worker, entry });
    if (entry.shared !== undefined) this.settle(entry.run, worker);
    this.#change(entry, worker, 1);
  }

  /** Frees the place of a job whose attempt is over. */
  release(run: string, job: number): void {
    const key = entryKey(run, job);
    const holder = this.#holders.get(key);
    if (holder === undefined) return;
    this.#holders.delete(key);
    this.#change(holder.entry, holder.worker, -1);
    const lane = this.#lanes.get(laneKey(holder.entry));
    if (lane !== undefined) this.#gaveBack.add(lane);
  }

  /** Chooses at most `limit` jobs for free places. What is chosen is held and out of the queue. */
  plan(now: number, limit: number): readonly Assignment[] {
    for (const lane of this.#gaveBack) lane.turnAt = now;
    this.#gaveBack.clear();
    const assignments: Assignment[] = [];
    const full = new Set<string>();
    while (assignments.length < limit) {
      const lane = this.#first(now, full);
      if (lane === null) break;
      const worker = this.#freest(lane);
      if (worker === null) full.add(this.#placeKey(lane));
      else assignments.push(this.#give(lane, worker.id, now));
    }
    return assignments;
  }

  #give(lane: Lane, worker: string, now: number): Assignment {
    const entry = lane.take();
    lane.turnAt = now;
    this.#turns += 1;
    this.#turnOf.set(lane.run, this.#turns);
    this.#size -= 1;
    this.#closeIfEmpty(lane);
    this.hold(entry, worker);
    return { entry, worker };
  }

  /** The lane whose turn it is, of those for whose tags there may be a place. */
  #first(now: number, full: ReadonlySet<string>): Lane | null {
    let first: Lane | null = null;
    let firstLevel = 0;
    for (const lane of this.#lanes.values()) {
      if (full.has(this.#placeKey(lane)) || this.#isBusy(lane)) continue;
      const level = lane.levelAt(now);
      if (first !== null && (level < firstLevel || (level === firstLevel && !this.#isBefore(lane, first))))
        continue;
      first = lane;
      firstLevel = level;
    }
    return first;
  }

  /** Whether `left` comes before `right`, which was queued earlier. */
  #isBefore(left: Lane, right: Lane): boolean {
    const difference =
      count(this.#heldByNamespace, left.namespace) - count(this.#heldByNamespace, right.namespace) ||
      count(this.#heldByPipeline, left.pipelineKey) - count(this.#heldByPipeline, right.pipelineKey) ||
      count(this.#heldByRun, left.run) - count(this.#heldByRun, right.run) ||
      count(this.#turnOf, left.run) - count(this.#turnOf, right.run);
    return difference < 0;
  }

  /** Where a lane's jobs may go: lanes of one key find a place, or none, together. */
  #placeKey(lane: Lane): string {
    const home = lane.shared === null ? undefined : this.#homeOf.get(lane.run);
    return home === undefined ? lane.tagsKey : `${home}\n\n${lane.tagsKey}`;
  }

  /** The process that the lane's jobs share performs no more at once. */
  #isBusy({ shared, run }: Lane): boolean {
    return (
      shared !== null && shared.maxParallel !== null && count(this.#heldByRun, run) >= shared.maxParallel
    );
  }

  /** The worker with the most free slots; then the one with the most free credits. */
  #freest({ tags, shared, run }: Lane): PlannedWorker | null {
    const home = shared === null ? null : this.homeOf(run);
    let best: PlannedWorker | null = null;
    let most = { slots: 0, places: 0 };
    for (const worker of this.#workers.values()) {
      if (!worker.accepts || !hasTags(worker, tags) || (home !== null && worker.id !== home)) continue;
      const slots = worker.slots - this.held(worker.id);
      const places = slots + worker.credits;
      if (places <= 0) continue;
      if (best !== null && (slots < most.slots || (slots === most.slots && places <= most.places))) continue;
      best = worker;
      most = { slots, places };
    }
    return best;
  }

  #openLane(entry: QueueEntry): Lane {
    const lane = new Lane(entry);
    this.#lanes.set(lane.key, lane);
    this.#lanesByRun.set(lane.run, (this.#lanesByRun.get(lane.run) ?? new Set()).add(lane));
    return lane;
  }

  #closeIfEmpty(lane: Lane): void {
    if (lane.size > 0) return;
    this.#lanes.delete(lane.key);
    const ofRun = this.#lanesByRun.get(lane.run);
    if (ofRun !== undefined && ofRun.size > 1) ofRun.delete(lane);
    else this.#lanesByRun.delete(lane.run);
  }

  #change(entry: QueueEntry, worker: string, by: number): void {
    bump(this.#heldByRun, entry.run, by);
    bump(this.#heldByPipeline, pipelineKey(entry), by);
    bump(this.#heldByNamespace, entry.namespace, by);
    bump(this.#heldByWorker, worker, by);
  }
}

function hasTags(worker: PlannedWorker, tags: readonly string[]): boolean {
  return tags.every((tag) => worker.tags.has(tag));
}

function entryKey(run: string, job: number): string {
  return `${run}#${job}`;
}

function count(counts: ReadonlyMap<string, number>, key: string): number {
  return counts.get(key) ?? 0;
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const next = count(counts, key) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
