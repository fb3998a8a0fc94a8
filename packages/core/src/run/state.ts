import type { Template, Value } from "../expression/index.ts";
import type { Graph } from "../graph/graph.ts";
import type { Outcome } from "../policy/index.ts";

/** The statuses of a job that the world sees. */
export const JOB_STATUSES = [
  "pending",
  "queued",
  "running",
  "waiting",
  "stopping",
  "completed",
  "failed",
  "skipped",
  "cancelled",
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const RUN_STATUSES = ["pending", "running", "stopping", "completed", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What a job has behind it, carried along through its states. */
export interface Past {
  /** Attempts assigned so far; the next one gets this number plus one. */
  readonly attempts: number;
  /** Attempts that counted against `retry`. */
  readonly failures: number;
  /** Attempts lost with their worker; they have a limit of their own. */
  readonly losses: number;
}

/** Names one attempt; a message about it is accepted only with the current token. */
export interface AttemptRef {
  readonly attempt: number;
  /** Fencing token: unique within the run, grows with each assignment. */
  readonly token: number;
  readonly worker: string;
}

/** Why an attempt or a job is being stopped. */
export type StopCause =
  | { readonly kind: "run_stopped" }
  | { readonly kind: "run_timed_out" }
  | { readonly kind: "fail_fast"; readonly job: number }
  /** The attempt of this job ran longer than its `timeout`; only a child run is stopped for it here. */
  | { readonly kind: "job_timed_out" }
  | {
      readonly kind: "job_stopped";
      readonly by: string;
      readonly comment: string;
      readonly at: number;
    }
  /** This job has ended the pipeline: nothing begins any more, what runs goes on to its end. */
  | { readonly kind: "pipeline_ended"; readonly job: number };

/** Why a job ended as it did, or was never started. Words for people are made of it in one place. */
export type EndReason =
  /** `note`: what is worth telling of a success, such as what its cache held. */
  | { readonly kind: "succeeded"; readonly note?: string }
  | {
      readonly kind: "attempt";
      readonly outcome: Outcome;
      readonly exitCode: number | null;
      readonly message: string;
    }
  | { readonly kind: "poison"; readonly losses: number }
  | { readonly kind: "approved"; readonly by: string; readonly comment: string }
  | { readonly kind: "rejected"; readonly by: string; readonly comment: string }
  | { readonly kind: "approval_timed_out" }
  | { readonly kind: "members"; readonly failed: number; readonly cancelled: number; readonly total: number }
  | { readonly kind: "child"; readonly run: string; readonly status: string }
  | { readonly kind: "condition_false" }
  /** Its attempt found nothing to do, and says why. */
  | { readonly kind: "declined"; readonly message: string }
  /** It asked that the pipeline ends here. */
  | { readonly kind: "exited"; readonly message: string }
  | { readonly kind: "condition_error"; readonly message: string }
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "dependency"; readonly job: number; readonly status: JobStatus }
  | { readonly kind: "stopped"; readonly cause: StopCause }
  | { readonly kind: "reused"; readonly run: string | null };

/**
 * A job's state: the union carries exactly what its kind needs. Ended kinds never change again.
 * A job that is not in `RunState.jobs` is `pending` and has never been touched.
 */
export type JobState =
  | { readonly kind: "queued"; readonly past: Past; readonly readyAt: number }
  | { readonly kind: "assigned"; readonly past: Past; readonly ref: AttemptRef; readonly at: number }
  | {
      readonly kind: "running";
      readonly past: Past;
      readonly ref: AttemptRef;
      readonly startedAt: number;
      readonly stopMeans: string;
    }
  | { readonly kind: "backoff"; readonly past: Past; readonly dueAt: number; readonly last: EndReason }
  | {
      readonly kind: "approval";
      readonly past: Past;
      readonly askedAt: number;
      readonly dueAt: number | null;
      readonly prompt: string;
    }
  | {
      readonly kind: "child";
      readonly past: Past;
      readonly at: number;
      readonly run: string;
      readonly inputs: Readonly<Record<string, Value>>;
      /** When the attempt's timeout strikes. Absent in rows of version 1. */
      readonly dueAt?: number | null;
    }
  | {
      readonly kind: "group";
      readonly past: Past;
      readonly at: number;
      readonly members: MemberRange;
      readonly open: number;
      readonly next: number;
      readonly failed: number;
      readonly cancelled: number;
      /** Members that ended before `next` came to them. Absent in rows of version 1. */
      readonly ahead?: number;
    }
  | {
      readonly kind: "stopping";
      readonly past: Past;
      readonly ref: AttemptRef;
      readonly startedAt: number | null;
      readonly since: number;
      readonly cause: StopCause;
      readonly force: boolean;
    }
  | {
      readonly kind: "stopping_child";
      readonly past: Past;
      readonly at: number;
      readonly run: string;
      readonly since: number;
      readonly cause: StopCause;
      /** Absent in rows of version 1. */
      readonly force?: boolean;
    }
  | {
      readonly kind: "completed";
      readonly past: Past;
      readonly startedAt: number;
      readonly endedAt: number;
      readonly outputs: Outputs;
      readonly reason: EndReason;
      readonly members: MemberRange | null;
    }
  | {
      readonly kind: "failed";
      readonly past: Past;
      readonly startedAt: number | null;
      readonly endedAt: number;
      readonly outputs: Outputs;
      readonly reason: EndReason;
      readonly survivors: readonly number[];
      readonly members: MemberRange | null;
    }
  | { readonly kind: "skipped"; readonly past: Past; readonly endedAt: number; readonly reason: EndReason }
  | {
      readonly kind: "cancelled";
      readonly past: Past;
      readonly startedAt: number | null;
      readonly endedAt: number;
      readonly reason: EndReason;
      readonly survivors: readonly number[];
      readonly members: MemberRange | null;
    };

/** The jobs that a group became: numbers `first` to `first + total - 1`. */
export interface MemberRange {
  readonly first: number;
  readonly total: number;
}

export type Outputs = Readonly<Record<string, Value>>;

/** Why a run is what it is. */
export type RunReason =
  | { readonly kind: "none" }
  /** `ahead`: the run directly before it, as people call it. */
  | { readonly kind: "waits_for_group"; readonly group: string; readonly ahead?: string }
  | { readonly kind: "jobs_failed"; readonly jobs: readonly number[]; readonly more: number }
  /** Nothing failed, but a person stopped these jobs: the run did not do what it was started for. */
  | { readonly kind: "jobs_stopped"; readonly jobs: readonly number[]; readonly more: number }
  | { readonly kind: "stopped"; readonly by: string; readonly comment: string }
  | { readonly kind: "timed_out"; readonly afterMs: number }
  | { readonly kind: "replaced"; readonly run: string }
  | { readonly kind: "survivors"; readonly pids: readonly number[] };

/** What a run was started with; never changes. */
export interface RunSettings {
  /** Seeds the jitter of retries, so that a replay decides the same. */
  readonly seed: string;
  /** Which version of this machine's rules the run was started under. */
  readonly logicVersion: number;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly variables: Readonly<Record<string, Value>>;
  /** Of the whole run, from its start. Null: no limit. */
  readonly timeoutMs: number | null;
  /** The first failed job cancels everything else. */
  readonly failFast: boolean;
  /** What the run itself offers when it has completed. */
  readonly outputs: Readonly<Record<string, Template>>;
  /** Limits the growth of the graph. */
  readonly maxJobs: number;
  /** Results taken over instead of running the job again, by key: what `retry` keeps. */
  readonly reused: Readonly<Record<string, Reused>>;
}

export interface Reused {
  /** The run that the result comes from; null when a person said to count the job as done. */
  readonly run: string | null;
  readonly outputs: Outputs;
}

/**
 * Version of the machine's rules. A run goes on under the rules that it was started with; states of each version are
 * kept as golden files. 2: child runs are tried again and have timeouts. 3: a job can end the pipeline, or decline.
 */
export const LOGIC_VERSION = 3;

/** The mutable part that is not a job. Small: it is written with every commit of the run. */
export interface RunHeader {
  readonly status: RunStatus;
  readonly reason: RunReason;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When the run's timeout strikes; null: never, or struck already. */
  readonly dueAt: number | null;
  /** `main`, then `final` when every other job has ended. */
  readonly phase: "main" | "final";
  readonly stop: {
    readonly cause: StopCause;
    readonly by: string;
    readonly comment: string;
    readonly force: boolean;
  } | null;
  readonly nextToken: number;
  readonly counts: Readonly<Record<JobStatus, number>>;
  /** Jobs of the current phase that have not ended. */
  readonly open: number;
  /** Jobs whose failure makes the run fail: the first few, and how many in all. */
  readonly failed: readonly number[];
  readonly failedCount: number;
  /** Jobs that a person stopped, likewise. Absent in rows of version 1. */
  readonly stopped?: { readonly jobs: readonly number[]; readonly count: number };
  /** Processes that could not be stopped. */
  readonly survivors: readonly number[];
  readonly outputs: Outputs;
}

/**
 * A live run as the machine sees it: read-only here, changed only by `apply`.
 * `unfinished` and `broken` are derived from graph and jobs; they make readiness O(1) per ended dependency.
 */
export interface RunState {
  readonly id: string;
  readonly settings: RunSettings;
  readonly graph: Graph;
  readonly header: RunHeader;
  readonly jobs: ReadonlyMap<number, JobState>;
  /** Per job: dependencies that have not ended yet. */
  readonly unfinished: readonly number[];
  /** Per job: dependencies that ended in a way that does not let it run. */
  readonly broken: readonly number[];
}
