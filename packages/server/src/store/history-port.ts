import type { EndReason, JobWork, RunStatus } from "@gaia/core";
import type { NoteRow, Page, RunSummary } from "./port.ts";

/**
 * What screens read of many runs at once. Every answer is bounded, and made beside the server's main thread. Ended runs
 * count when they were packed, too; those that were pruned are gone.
 */
export interface HistoryStore {
  /** The newest runs of each pipeline, and figures over those created after `since`. A pipeline that never ran is empty. */
  ofPipelines(
    namespace: string,
    names: readonly string[],
    since: number,
  ): Promise<ReadonlyMap<string, PipelineHistory>>;
  /** How many runs ended in each stretch of `bucketMs`, from `from` (inclusive) to `to` (exclusive); empty ones are left out. */
  ends(namespace: string, from: number, to: number, bucketMs: number): Promise<readonly EndedInBucket[]>;
  /** Pipelines that are kept and whose newest ended runs, cancelled ones aside, have failed at least twice in a row; worst first. */
  failing(namespace: string, limit: number): Promise<readonly FailingPipeline[]>;
  /** The first task whose failure made a run fail. Left out: runs that did not fail so, and those of very many jobs. */
  failures(ids: readonly string[]): Promise<ReadonlyMap<string, RunFailure>>;
  /** What ended runs spent their time on. Left out: runs that go on, and those of very many jobs or events. */
  spending(ids: readonly string[]): Promise<ReadonlyMap<string, RunSpending>>;
  /** Notes and starts of runs, newest first. A cursor that is not ours is `invalid_cursor`. */
  activity(filter: ActivityFilter, cursor: string | null, limit: number): Promise<Page<ActivityEntry>>;
}

/** So many runs are the newest ones of a pipeline. */
export const RECENT_RUNS = 30;
/** Figures are made of at most so many runs of a pipeline. */
export const COUNTED_RUNS = 500;

export interface PipelineHistory {
  /** At most `RECENT_RUNS`, the oldest first. */
  readonly recent: readonly RecentRun[];
  /** Of the newest `COUNTED_RUNS` that have ended. */
  readonly ended: Readonly<Record<"completed" | "failed" | "cancelled", number>>;
  /** How long the completed ones of these took, in rising order. */
  readonly tookMs: readonly number[];
  readonly live: number;
}

export interface RecentRun {
  readonly id: string;
  readonly number: number;
  readonly status: RunStatus;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface EndedInBucket {
  /** Begin of the stretch: a multiple of `bucketMs`. */
  readonly at: number;
  readonly status: "completed" | "failed" | "cancelled";
  readonly count: number;
}

export interface FailingPipeline {
  readonly pipeline: string;
  /** At most 1,000 are counted. */
  readonly inARow: number;
  /** When the first of these was created. */
  readonly since: number;
}

export interface RunFailure {
  /** Of the task. */
  readonly key: string;
  readonly reason: EndReason;
}

/** Time is that of jobs: two that worked side by side for a minute worked for two. */
export interface RunSpending {
  readonly workingMs: number;
  readonly queuedMs: number;
  readonly waitingMs: number;
  /** Those that were begun, in the order of their numbers. */
  readonly tasks: readonly TaskSpending[];
}

export interface TaskSpending {
  readonly key: string;
  readonly kind: JobWork["kind"];
  readonly status: "completed" | "failed" | "skipped" | "cancelled";
  /** At work in all attempts; of a group or a child run from its begin to its end; null: not at work at all. */
  readonly workingMs: number | null;
  readonly queuedMs: number;
  /** For a person or a timer. */
  readonly waitingMs: number;
  /** It completed after an attempt that failed. */
  readonly isFlaky: boolean;
}

export interface ActivityFilter {
  readonly namespace: string;
  /** Id of who did it. */
  readonly actor?: string;
  /** Pipeline that it was done to. */
  readonly subject?: string;
}

/** `cursor` continues behind the entry. */
export type ActivityEntry =
  | { readonly kind: "note"; readonly cursor: string; readonly position: number; readonly note: NoteRow }
  | { readonly kind: "started"; readonly cursor: string; readonly run: RunSummary };
