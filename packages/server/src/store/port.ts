import type { Job, JobState, JobStatus, RunEvent, RunHeader, RunSettings, RunStatus } from "@gaia/core";
import type { DeliveryRow, TriggerRow, TriggerStore } from "./trigger-port.ts";
import type { HistoryStore } from "./history-port.ts";
import type { ProgramChange, ProgramStore } from "./program-port.ts";
import type { SecretChange, SecretStore } from "./secret-port.ts";
import type { CommitStatusRow, CommitStatusStore } from "./status-port.ts";

export * from "./history-port.ts";
export * from "./program-port.ts";
export * from "./secret-port.ts";
export * from "./status-port.ts";
export * from "./trigger-port.ts";

/**
 * What the server remembers. Asynchronous and batched: everything that one decision changes is one `Commit`,
 * durable when its promise resolves, and either whole or not there at all.
 *
 * The rows are the truth; events are the history, written with them. One server owns a store.
 * Every failure is a `GaiaError`: `storage_full`, `storage_failed`, `storage_read_only`; for a commit also `conflict`
 * (a version, a number or an answer's key is taken), `idempotency_conflict`, and `internal` for one that contradicts
 * itself; `unavailable` after `close`. After a failed commit nothing of it is in the store.
 */
export interface Store {
  readonly runs: RunStore;
  readonly history: HistoryStore;
  readonly pipelines: PipelineStore;
  readonly triggers: TriggerStore;
  readonly programs: ProgramStore;
  readonly secrets: SecretStore;
  readonly commitStatuses: CommitStatusStore;
  readonly upkeep: Upkeep;
  commit(commit: Commit): Promise<Committed>;
  close(): Promise<void>;
}

/** Who caused something: `{ kind: "user", id: "local", via: "cli" }`, `{ kind: "system", id: "cron", via: "trigger" }`. */
export interface Actor {
  readonly kind: "user" | "system" | "run";
  readonly id: string;
  readonly via: string;
}

/** The atomic unit of writing. */
export interface Commit {
  readonly runs: readonly RunWrite[];
  readonly pipelines?: readonly PipelineRow[];
  readonly triggers?: readonly TriggerRow[];
  readonly removedTriggers?: readonly string[];
  /** One of a trigger and key that are there already takes its place. */
  readonly deliveries?: readonly DeliveryRow[];
  /** Changes of what is remembered of pipeline programs, in this order. */
  readonly programs?: readonly ProgramChange[];
  /** Changes of the secret store, in this order. */
  readonly secrets?: readonly SecretChange[];
  /** Each takes the place of the one that its run has; one of a run that is not there is left out. */
  readonly commitStatuses?: readonly CommitStatusRow[];
  /** Answers to requests that may be repeated; unique per namespace and key, kept for 24 h. */
  readonly answers?: readonly AnswerRow[];
  /** What is not about one run: pipelines made, triggers fired, retention. */
  readonly notes?: readonly NoteRow[];
}

export interface Committed {
  /**
   * Global position of the first event of this commit; events follow in order of `runs`, then `notes`. For a commit
   * without any: the position that the next one will get.
   */
  readonly firstPosition: number;
}

/** Everything one commit changes about one run. */
export interface RunWrite {
  readonly id: string;
  readonly namespace: string;
  /** The version the row must have (0: the run is new). A mismatch fails the whole commit: two writers. */
  readonly expectedVersion: number;
  /** Facts that never change; given exactly when the run is new. */
  readonly created: RunFacts | null;
  readonly header: RunHeader;
  /** Jobs appended to the graph by this commit, the first with this number. */
  readonly graph: { readonly first: number; readonly jobs: readonly Job[] } | null;
  readonly jobs: readonly JobRow[];
  readonly events: readonly EventRow[];
}

/** What a run was started from. */
export interface RunFacts {
  readonly pipeline: string;
  readonly pipelineVersion: number;
  /** Counts per pipeline, from 1. */
  readonly number: number;
  /** As started: normal form of the definition, as JSON. */
  readonly definition: string;
  readonly definitionHash: string;
  readonly settings: RunSettings;
  readonly actor: Actor;
  readonly trigger: string;
  readonly traceId: string;
  readonly retryOf: string | null;
  readonly parent: { readonly run: string; readonly job: number } | null;
  /** Concurrency group of the run, null if none. */
  readonly group: string | null;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly workDir: string;
  /** Base environment of the run's tasks, from whoever started it. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface JobRow {
  readonly number: number;
  readonly status: JobStatus;
  readonly state: JobState;
}

/** Events of a run are numbered densely from 1 (`seq`). */
export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly actor: Actor;
  readonly version: number;
  readonly event: RunEvent | RunCreated;
}

export interface RunCreated {
  readonly kind: "run.created";
  readonly pipeline: string;
  readonly number: number;
  readonly jobs: number;
  readonly trigger: string;
}

export interface NoteRow {
  readonly namespace: string;
  readonly at: number;
  readonly actor: Actor;
  readonly kind: string;
  readonly subject: string;
  readonly body: unknown;
}

export interface AnswerRow {
  readonly namespace: string;
  readonly key: string;
  /** Hash of the request: the same key with another request is a conflict. */
  readonly fingerprint: string;
  readonly at: number;
  readonly answer: unknown;
}

export interface RunSummary {
  readonly id: string;
  readonly namespace: string;
  readonly version: number;
  /** Last event's seq. */
  readonly seq: number;
  /** Without what is large, for lists carry hundreds of them: `settings.reused` is empty here, whole in `load`. */
  readonly facts: Omit<RunFacts, "definition" | "environment">;
  readonly header: RunHeader;
  readonly jobCount: number;
}

/** Everything to go on with a run, or to show it whole. */
export interface StoredRun extends RunSummary {
  readonly facts: Omit<RunFacts, "definition">;
  readonly definition: string;
  readonly graph: readonly Job[];
  /** Only jobs that were ever touched; the others are `pending`. */
  readonly jobs: ReadonlyMap<number, JobState>;
}

export interface RunFilter {
  readonly namespace: string;
  readonly pipeline?: string;
  readonly statuses?: readonly RunStatus[];
  /** Both exclusive. */
  readonly createdAfter?: number;
  readonly createdBefore?: number;
  readonly retryOf?: string;
  /** Matches the start of an id, or a part of the pipeline's name in upper or lower case. */
  readonly search?: string;
  /** Id of the actor that started it. */
  readonly startedBy?: string;
  readonly trigger?: string;
  /** From start to end, both inclusive; only runs that have started and ended match. */
  readonly tookMin?: number;
  readonly tookMax?: number;
  /** `newest` when not given. By duration only runs are listed that have started and ended. */
  readonly sort?: RunSort;
}

export type RunSort = "newest" | "oldest" | "longest" | "shortest";

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null at the end. */
  readonly nextCursor: string | null;
}

export interface StoredEvent extends EventRow {
  /** Null once the run was packed: then only its own order (`seq`) is left. */
  readonly position: number | null;
  readonly run: string;
}

export type FeedEntry =
  | {
      readonly kind: "run";
      readonly position: number;
      readonly namespace: string;
      readonly run: string;
      readonly event: EventRow;
    }
  | { readonly kind: "note"; readonly position: number; readonly note: NoteRow };

export interface RunStore {
  /** In the order of the filter's `sort`; stable under inserts. `limit` 1-500. A cursor that is not ours is `invalid_cursor`. */
  list(filter: RunFilter, cursor: string | null, limit: number): Promise<Page<RunSummary>>;
  /** Counts by status of what matches. */
  count(filter: RunFilter): Promise<Readonly<Record<RunStatus, number>>>;
  summary(id: string): Promise<RunSummary | null>;
  /** Also for packed runs. */
  load(id: string): Promise<StoredRun | null>;
  /** Ids of runs that have not ended, oldest first. */
  live(): Promise<readonly string[]>;
  /** Ids of runs that have ended, of all namespaces, newest first by their creation. `limit` 1-500. */
  ended(cursor: string | null, limit: number): Promise<Page<string>>;
  /** Ids that start so, newest (as the ids say: time comes first in them) first, at most `limit`. */
  byPrefix(namespace: string, prefix: string, limit: number): Promise<readonly string[]>;
  byNumber(namespace: string, pipeline: string, number: number): Promise<string | null>;
  events(run: string, afterSeq: number, limit: number): Promise<readonly StoredEvent[]>;
  /** The feed of all runs in commit order, for cursors older than what the server keeps in memory. */
  feed(afterPosition: number, limit: number): Promise<readonly FeedEntry[]>;
  /**
   * The feed is whole from `first` to `last`: packing and pruning take events out of it, and `first` moves behind them.
   * {0, 0} before the first event; `first` is `last + 1` when everything was taken out.
   */
  feedBounds(): Promise<{ readonly first: number; readonly last: number }>;
  answer(namespace: string, key: string, notBefore: number): Promise<AnswerRow | null>;
  /** Last number used per pipeline. */
  lastNumber(namespace: string, pipeline: string): Promise<number>;
}

/** One version of one definition. */
export interface PipelineRow {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  /** `build`: what builds a program; it belongs to that program's pipeline, and lists of pipelines leave it out. */
  readonly kind: "workflow" | "program" | "build";
  readonly hash: string;
  /** As the user wrote it. */
  readonly source: string;
  /** Normal form, JSON. */
  readonly definition: string;
  /** File it came from, if any; relative paths of its tasks start in this file's folder. */
  readonly origin: string | null;
  /** What a program's version was built from; null: not from a repository. */
  readonly commit: { readonly id: string; readonly subject: string } | null;
  readonly at: number;
  readonly actor: Actor;
  /** No new runs by triggers. */
  readonly paused: boolean;
  readonly removedAt: number | null;
}

/** What lists of versions show. */
export type PipelineVersion = Omit<PipelineRow, "source" | "definition">;

export interface PipelineStore {
  /** Newest version of each pipeline that was not removed, by name; what builds programs is left out. */
  list(
    namespace: string,
    search: string | null,
    cursor: string | null,
    limit: number,
  ): Promise<Page<PipelineRow>>;
  newest(namespace: string, name: string): Promise<PipelineRow | null>;
  version(namespace: string, name: string, version: number): Promise<PipelineRow | null>;
  versions(namespace: string, name: string, limit: number): Promise<readonly PipelineRow[]>;
  /** The versions before `before` (null: all), newest first, without their texts. */
  history(
    namespace: string,
    name: string,
    before: number | null,
    limit: number,
  ): Promise<readonly PipelineVersion[]>;
}

export interface RetentionPolicy {
  readonly maxAgeMs: number | null;
  readonly maxRuns: number | null;
  /** Of the database and of the files that were measured, together. */
  readonly maxBytes: number | null;
  /** Runs per pipeline that are kept whatever the other limits say. */
  readonly keepPerPipeline: number;
}

/** What the files of a run take on the disk. */
export interface MeasuredFiles {
  readonly id: string;
  readonly bytes: number;
}

export interface Upkeep {
  /**
   * Packs events and jobs of ended runs, the first to end first, at most `limit` runs; says whether more are left.
   * Nothing can be written to a packed run.
   */
  pack(endedBefore: number, limit: number): Promise<{ readonly packed: number; readonly left: boolean }>;
  /** Removes at most `limit` ended runs that the policy lets go, oldest first; the caller removes their files. */
  prune(
    policy: RetentionPolicy,
    now: number,
    limit: number,
  ): Promise<{ readonly removed: readonly { id: string; createdAt: number }[]; readonly left: boolean }>;
  /** Ended runs whose files have not been measured, oldest first, at most `limit`. */
  unmeasured(limit: number): Promise<readonly { readonly id: string; readonly createdAt: number }[]>;
  /** Keeps what was measured: it counts for `maxBytes` until the run is removed. */
  measured(sizes: readonly MeasuredFiles[]): Promise<void>;
  /** Removes answers and deliveries that are too old, and notes past their limit. */
  sweep(now: number): Promise<void>;
  /** A sentence for each problem: damage of the file, rows that contradict each other. */
  check(): Promise<readonly string[]>;
  compact(): Promise<{ readonly beforeBytes: number; readonly afterBytes: number }>;
  /** A consistent copy while the server runs. Fails if the file exists. */
  backup(path: string): Promise<{ readonly sizeBytes: number }>;
  size(): Promise<{
    readonly sizeBytes: number;
    readonly walBytes: number;
    /** What the files of ended runs take, as far as they were measured. */
    readonly fileBytes: number;
    readonly runs: number;
    readonly schemaVersion: number;
  }>;
}
