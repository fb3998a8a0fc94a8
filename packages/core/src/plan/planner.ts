/**
 * Who runs what next, over all runs: capacity, tags, priority with ageing, fairness. No clock: `now` is an argument.
 *
 * Rules, strongest first
 * 1. A job goes only to a worker that has all of its tags and a free place (slots, then credits ahead of slots).
 * 2. Priority 0-10, high first; a job gains one level for each `AGEING_MS` that it waited, so nothing starves.
 * 3. Among equals the one whose namespace, then pipeline, then run holds the fewest places: a run of 5,000 jobs does not
 *    delay a run of one by more than the time until the next place is free.
 * 4. Then the run that was queued first; inside a run, priority and order of becoming ready.
 *
 * A stateful index, because a scan of all queued jobs for each free place would be O(n²): per tag class each run has one
 * queue, and only the heads are compared.
 */

/** A job gains one priority level for each minute that it waits. */
export const AGEING_MS = 60_000;

export interface QueueEntry {
  readonly run: string;
  readonly job: number;
  readonly namespace: string;
  readonly pipeline: string;
  readonly priority: number;
  readonly readyAt: number;
  readonly tags: readonly string[];
}

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

interface RunQueue {
  readonly run: string;
  readonly namespace: string;
  readonly pipeline: string;
  /** Order in which queues came to be. */
  readonly order: number;
  /** Sorted by priority (high first), then by the order of arrival; `head` is the next. */
  entries: QueueEntry[];
  head: number;
}

interface TagClass {
  readonly tags: readonly string[];
  readonly queues: Map<string, RunQueue>;
}

export class Planner {
  readonly #classes = new Map<string, TagClass>();
  readonly #workers = new Map<string, PlannedWorker>();
  /** Places held, by run, pipeline, namespace and worker. */
  readonly #heldByRun = new Map<string, number>();
  readonly #heldByPipeline = new Map<string, number>();
  readonly #heldByNamespace = new Map<string, number>();
  readonly #heldByWorker = new Map<string, number>();
  readonly #holders = new Map<string, { readonly worker: string; readonly entry: QueueEntry }>();
  #order = 0;
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
    return this.#heldByWorker.get(worker) ?? 0;
  }

  /** Whether a worker that is connected now could ever take a job with these tags. */
  canRun(tags: readonly string[]): boolean {
    for (const worker of this.#workers.values()) if (hasTags(worker, tags)) return true;
    return false;
  }

  add(entry: QueueEntry): void {
    const queue = this.#queueOf(entry);
    insert(queue, entry);
    this.#size += 1;
  }

  /** Takes a job that waits out of the queue (stopped). Cheap: it is passed over when its turn comes. */
  remove(entry: QueueEntry): void {
    const queue = this.#classes.get(classKey(entry.tags))?.queues.get(entry.run);
    if (queue === undefined) return;
    const index = queue.entries.findIndex((candidate, at) => at >= queue.head && candidate.job === entry.job);
    if (index < 0) return;
    queue.entries.splice(index, 1);
    this.#size -= 1;
    this.#dropIfEmpty(entry.tags, queue);
  }

  /** All of a run's waiting jobs at once. */
  removeRun(run: string): void {
    for (const [key, tagClass] of this.#classes) {
      const queue = tagClass.queues.get(run);
      if (queue === undefined) continue;
      this.#size -= queue.entries.length - queue.head;
      tagClass.queues.delete(run);
      if (tagClass.queues.size === 0) this.#classes.delete(key);
    }
  }

  /** Records that a worker holds a job's attempt: by `plan`, or found after a restart. */
  hold(entry: QueueEntry, worker: string): void {
    const key = entryKey(entry.run, entry.job);
    if (this.#holders.has(key)) return;
    this.#holders.set(key, { worker, entry });
    this.#change(entry, worker, 1);
  }

  /** Frees the place of a job whose attempt is over. */
  release(run: string, job: number): void {
    const key = entryKey(run, job);
    const holder = this.#holders.get(key);
    if (holder === undefined) return;
    this.#holders.delete(key);
    this.#change(holder.entry, holder.worker, -1);
  }

  /** Chooses at most `limit` jobs for free places. What is chosen is held and out of the queue. */
  plan(now: number, limit: number): readonly Assignment[] {
    const assignments: Assignment[] = [];
    const starved = new Set<TagClass>();
    while (assignments.length < limit && this.#size > 0) {
      const choice = this.#best(now, starved);
      if (choice === null) break;
      const worker = this.#freest(choice.tagClass.tags);
      if (worker === null) {
        starved.add(choice.tagClass);
        continue;
      }
      const entry = choice.queue.entries[choice.queue.head];
      if (entry === undefined) break;
      choice.queue.head += 1;
      this.#size -= 1;
      this.#dropIfEmpty(entry.tags, choice.queue);
      this.hold(entry, worker.id);
      assignments.push({ entry, worker: worker.id });
    }
    return assignments;
  }

  #best(now: number, starved: ReadonlySet<TagClass>): { readonly tagClass: TagClass; readonly queue: RunQueue } | null {
    let best: { readonly tagClass: TagClass; readonly queue: RunQueue } | null = null;
    for (const tagClass of this.#classes.values()) {
      if (starved.has(tagClass)) continue;
      for (const queue of tagClass.queues.values()) {
        if (best === null || this.#before(queue, best.queue, now)) best = { tagClass, queue };
      }
    }
    return best;
  }

  #before(left: RunQueue, right: RunQueue, now: number): boolean {
    const byLevel = levelOf(left, now) - levelOf(right, now);
    if (byLevel !== 0) return byLevel > 0;
    const byNamespace = count(this.#heldByNamespace, left.namespace) - count(this.#heldByNamespace, right.namespace);
    if (left.namespace !== right.namespace && byNamespace !== 0) return byNamespace < 0;
    const byPipeline = count(this.#heldByPipeline, pipelineKey(left)) - count(this.#heldByPipeline, pipelineKey(right));
    if (left.pipeline !== right.pipeline && byPipeline !== 0) return byPipeline < 0;
    const byRun = count(this.#heldByRun, left.run) - count(this.#heldByRun, right.run);
    return byRun === 0 ? left.order < right.order : byRun < 0;
  }

  /** The worker with the most free slots; then the one with the most free credits. */
  #freest(tags: readonly string[]): PlannedWorker | null {
    let best: PlannedWorker | null = null;
    let bestFree = Number.NEGATIVE_INFINITY;
    for (const worker of this.#workers.values()) {
      if (!worker.accepts || !hasTags(worker, tags)) continue;
      const free = worker.slots - this.held(worker.id);
      if (free + worker.credits > 0 && free > bestFree) {
        best = worker;
        bestFree = free;
      }
    }
    return best;
  }

  #queueOf(entry: QueueEntry): RunQueue {
    const key = classKey(entry.tags);
    let tagClass = this.#classes.get(key);
    if (tagClass === undefined) {
      tagClass = { tags: entry.tags, queues: new Map() };
      this.#classes.set(key, tagClass);
    }
    let queue = tagClass.queues.get(entry.run);
    if (queue === undefined) {
      this.#order += 1;
      queue = { run: entry.run, namespace: entry.namespace, pipeline: entry.pipeline, order: this.#order, entries: [], head: 0 };
      tagClass.queues.set(entry.run, queue);
    }
    return queue;
  }

  #dropIfEmpty(tags: readonly string[], queue: RunQueue): void {
    if (queue.head < queue.entries.length) {
      if (queue.head > 1_024 && queue.head * 2 > queue.entries.length) {
        queue.entries = queue.entries.slice(queue.head);
        queue.head = 0;
      }
      return;
    }
    const key = classKey(tags);
    const tagClass = this.#classes.get(key);
    tagClass?.queues.delete(queue.run);
    if (tagClass?.queues.size === 0) this.#classes.delete(key);
  }

  #change(entry: QueueEntry, worker: string, by: number): void {
    bump(this.#heldByRun, entry.run, by);
    bump(this.#heldByPipeline, pipelineKey(entry), by);
    bump(this.#heldByNamespace, entry.namespace, by);
    bump(this.#heldByWorker, worker, by);
  }
}

/** Behind everything with the same or a higher priority. Jobs of one run mostly come in order: the loop ends at once. */
function insert(queue: RunQueue, entry: QueueEntry): void {
  let index = queue.entries.length;
  while (index > queue.head && (queue.entries[index - 1]?.priority ?? 0) < entry.priority) index -= 1;
  if (index === queue.entries.length) queue.entries.push(entry);
  else queue.entries.splice(index, 0, entry);
}

function levelOf(queue: RunQueue, now: number): number {
  const head = queue.entries[queue.head];
  return head === undefined ? Number.NEGATIVE_INFINITY : head.priority + Math.floor(Math.max(0, now - head.readyAt) / AGEING_MS);
}

function hasTags(worker: PlannedWorker, tags: readonly string[]): boolean {
  return tags.every((tag) => worker.tags.has(tag));
}

function classKey(tags: readonly string[]): string {
  return tags.length === 0 ? "" : tags.toSorted().join("\n");
}

function entryKey(run: string, job: number): string {
  return `${run}#${job}`;
}

function pipelineKey(of: { readonly namespace: string; readonly pipeline: string }): string {
  return `${of.namespace}/${of.pipeline}`;
}

function count(counts: ReadonlyMap<string, number>, key: string): number {
  return counts.get(key) ?? 0;
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
