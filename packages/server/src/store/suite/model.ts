import type { RunStatus } from "@gaia/core";

import type { Commit, EventRow, NoteRow, RunWrite } from "../port.ts";
import { isEndedStatus } from "./example.ts";

/** What a store should contain, kept the simplest way: the oracle of the random tests. */
export class StoreModel {
  readonly runs = new Map<string, ModelRun>();
  readonly numbers = new Map<string, number>();
  feed: ModelEntry[] = [];
  lastPosition = 0;
  floor = 0;

  /** Applies a commit that the store has accepted. */
  apply(commit: Commit): void {
    for (const write of commit.runs) this.#write(write);
    for (const note of commit.notes ?? [])
      this.feed.push({ kind: "note", position: (this.lastPosition += 1), note });
  }

  /** Whether the store may accept a commit: every version is the current one. */
  accepts(commit: Commit): boolean {
    return commit.runs.every((write) => {
      const run = this.runs.get(write.id);
      return (run?.version ?? 0) === write.expectedVersion && run?.isPacked !== true;
    });
  }

  /** Packs all that has ended. */
  pack(): void {
    for (const run of this.runs.values()) {
      if (!isEndedStatus(run.status) || run.isPacked) continue;
      run.isPacked = true;
      this.#leaveFeed(run.id);
    }
  }

  remove(id: string): void {
    this.#leaveFeed(id);
    this.runs.delete(id);
  }

  /** Newest first. */
  listed(): readonly ModelRun[] {
    return [...this.runs.values()].toSorted((one, other) => other.createdAt - one.createdAt);
  }

  #write(write: RunWrite): void {
    const former = this.runs.get(write.id);
    const run: ModelRun = former ?? {
      id: write.id,
      createdAt: write.header.createdAt,
      pipeline: write.created?.pipeline ?? "",
      number: write.created?.number ?? 0,
      status: write.header.status,
      version: 0,
      isPacked: false,
      header: write.header,
      keys: [],
      jobs: new Map(),
      events: [],
    };
    run.version += 1;
    run.status = write.header.status;
    run.header = write.header;
    run.keys.push(...(write.graph?.jobs ?? []).map((job) => job.key));
    for (const row of write.jobs) run.jobs.set(row.number, row.state);
    for (const event of write.events) {
      run.events.push(event);
      this.feed.push({ kind: "run", position: (this.lastPosition += 1), run: run.id, event });
    }
    this.runs.set(run.id, run);
    this.numbers.set(run.pipeline, Math.max(this.numbers.get(run.pipeline) ?? 0, run.number));
  }

  #leaveFeed(id: string): void {
    for (const entry of this.feed) {
      if (entry.kind === "run" && entry.run === id) this.floor = Math.max(this.floor, entry.position);
    }
    this.feed = this.feed.filter((entry) => entry.kind === "note" || entry.run !== id);
  }
}

export interface ModelRun {
  readonly id: string;
  readonly createdAt: number;
  readonly pipeline: string;
  readonly number: number;
  status: RunStatus;
  version: number;
  isPacked: boolean;
  header: RunWrite["header"];
  readonly keys: string[];
  readonly jobs: Map<number, RunWrite["jobs"][number]["state"]>;
  readonly events: EventRow[];
}

export type ModelEntry =
  | { readonly kind: "run"; readonly position: number; readonly run: string; readonly event: EventRow }
  | { readonly kind: "note"; readonly position: number; readonly note: NoteRow };
