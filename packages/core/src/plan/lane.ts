import { itemAt, type SharedProcess } from "../graph/index.ts";

/** A lane gains one priority level for each minute in which it neither got nor gave back a place. */
export const AGEING_MS = 60_000;

/** What is taken out of the front of a lane is dropped from memory when there is more of it than this. */
const DROP_AFTER = 1_024;

/** A job that waits for a place. */
export interface QueueEntry {
  readonly run: string;
  readonly job: number;
  readonly namespace: string;
  readonly pipeline: string;
  readonly priority: number;
  readonly readyAt: number;
  readonly tags: readonly string[];
  readonly shared?: SharedProcess | undefined;
}

/** The waiting jobs of one run with the same tags and priority, in the order of their arrival. */
export class Lane {
  readonly key: string;
  readonly run: string;
  readonly namespace: string;
  readonly pipelineKey: string;
  readonly tags: readonly string[];
  readonly tagsKey: string;
  readonly priority: number;
  readonly shared: SharedProcess | null;
  /** When one of its jobs last got or gave back a place. */
  turnAt = Number.NEGATIVE_INFINITY;
  #entries: QueueEntry[] = [];
  #head = 0;

  constructor(entry: QueueEntry) {
    this.key = laneKey(entry);
    this.run = entry.run;
    this.namespace = entry.namespace;
    this.pipelineKey = pipelineKey(entry);
    this.tags = entry.tags;
    this.tagsKey = tagsKey(entry.tags);
    this.priority = entry.priority;
    this.shared = entry.shared ?? null;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: QueueEntry): void {
    this.#entries.push(entry);
  }

  /** Takes the first; there must be one. */
  take(): QueueEntry {
    const entry = itemAt(this.#entries, this.#head);
    this.#head += 1;
    if (this.#head > DROP_AFTER && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Takes a job out of the middle; false when it is not there. */
  remove(job: number): boolean {
    const index = this.#entries.findIndex((entry, at) => at >= this.#head && entry.job === job);
    if (index >= 0) this.#entries.splice(index, 1);
    return index >= 0;
  }

  /** Its priority, and what it gained by waiting. */
  levelAt(now: number): number {
    const since = Math.max(this.turnAt, itemAt(this.#entries, this.#head).readyAt);
    return this.priority + Math.floor(Math.max(0, now - since) / AGEING_MS);
  }
}

/** Names the lane that an entry belongs to. */
export function laneKey(entry: QueueEntry): string {
  const process = entry.shared === undefined ? "own" : "shared";
  return `${entry.run}\n${entry.priority}\n${process}\n${tagsKey(entry.tags)}`;
}

/** Names a pipeline over all namespaces. */
export function pipelineKey(of: { readonly namespace: string; readonly pipeline: string }): string {
  return `${of.namespace}/${of.pipeline}`;
}

function tagsKey(tags: readonly string[]): string {
  return tags.length === 0 ? "" : tags.toSorted().join("\n");
}
