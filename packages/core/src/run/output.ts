import type { Value } from "../expression/index.ts";
import type { Job } from "../graph/job.ts";
import type { Outcome } from "../policy/index.ts";
import type {
  AttemptRef,
  EndReason,
  JobState,
  Outputs,
  RunHeader,
  RunReason,
  RunStatus,
  StopCause,
} from "./state.ts";

/** The rows that become different. `apply` is the only code that writes them into a `RunState`. */
export interface Changes {
  readonly header: RunHeader;
  readonly jobs: ReadonlyMap<number, JobState>;
  /** Derived counters of pending jobs that change along. */
  readonly unfinished: ReadonlyMap<number, number>;
  readonly broken: ReadonlyMap<number, number>;
  /** Jobs that the graph gains, in order of their numbers. */
  readonly grown: readonly Job[];
}

/** A fact or a decision, for the run's log. Bodies are JSON; a kind's shape changes only with `EVENT_VERSION`. */
export type RunEvent =
  | { readonly kind: "run.started" }
  | {
      readonly kind: "run.stopping";
      readonly cause: StopCause;
      readonly by: string;
      readonly comment: string;
      readonly force: boolean;
    }
  | {
      readonly kind: "run.ended";
      readonly status: RunStatus;
      readonly reason: RunReason;
      readonly outputs: Outputs;
    }
  | { readonly kind: "job.queued"; readonly job: number; readonly attempt: number }
  | { readonly kind: "job.assigned"; readonly job: number; readonly ref: AttemptRef }
  | {
      readonly kind: "job.returned";
      readonly job: number;
      readonly ref: AttemptRef;
      readonly message: string;
    }
  | {
      readonly kind: "job.started";
      readonly job: number;
      readonly ref: AttemptRef;
      readonly startedAt: number;
      readonly stopMeans: string;
    }
  | {
      readonly kind: "attempt.ended";
      readonly job: number;
      readonly ref: AttemptRef;
      readonly startedAt: number | null;
      readonly reason: EndReason;
      readonly usage: Value;
      readonly survivors: readonly number[];
    }
  | {
      readonly kind: "job.backoff";
      readonly job: number;
      readonly dueAt: number;
      readonly failures: number;
      readonly losses: number;
    }
  | {
      readonly kind: "job.asked";
      readonly job: number;
      readonly prompt: string;
      readonly dueAt: number | null;
    }
  | {
      readonly kind: "job.child";
      readonly job: number;
      readonly run: string;
      readonly inputs: Readonly<Record<string, Value>>;
    }
  /** An attempt whose work was a child run has ended. */
  | {
      readonly kind: "child.ended";
      readonly job: number;
      readonly attempt: number;
      readonly run: string;
      readonly startedAt: number;
      readonly outcome: Outcome;
      readonly reason: EndReason;
    }
  | { readonly kind: "job.expanded"; readonly job: number; readonly members: number }
  | {
      readonly kind: "job.stopping";
      readonly job: number;
      readonly cause: StopCause;
      readonly force: boolean;
    }
  | {
      readonly kind: "job.ended";
      readonly job: number;
      readonly status: "completed" | "failed" | "skipped" | "cancelled";
      readonly reason: EndReason;
      readonly outputs: Outputs;
    }
  | {
      readonly kind: "graph.grown";
      readonly job: number;
      readonly first: number;
      readonly jobs: readonly Job[];
    }
  | { readonly kind: "growth.refused"; readonly job: number; readonly message: string };

export const EVENT_VERSION = 1;

/** What the engine must bring about. Each can be derived again from the state (`commandsOf`), so none is ever lost. */
export type RunCommand =
  | { readonly kind: "queue"; readonly job: number }
  | { readonly kind: "start_attempt"; readonly job: number; readonly ref: AttemptRef }
  | {
      readonly kind: "stop_attempt";
      readonly job: number;
      readonly ref: AttemptRef;
      readonly graceMs: number;
      readonly force: boolean;
    }
  | {
      readonly kind: "start_child";
      readonly job: number;
      readonly run: string;
      readonly pipeline: string;
      readonly inputs: Readonly<Record<string, Value>>;
    }
  | { readonly kind: "stop_child"; readonly job: number; readonly run: string; readonly force: boolean }
  /** Send a `timer` input for the job (null: the run) at that time, or later. */
  | { readonly kind: "wake"; readonly job: number | null; readonly at: number };

export const REJECTIONS = [
  "stale_token",
  "unknown_job",
  "run_ended",
  "job_ended",
  "not_queued",
  "not_waiting",
  "already_stopping",
  "not_started",
  "already_started",
  "growth_refused",
  "not_due",
] as const;
export type Rejection = (typeof REJECTIONS)[number];

export type Transition =
  | {
      readonly kind: "accepted";
      readonly changes: Changes;
      readonly events: readonly RunEvent[];
      readonly commands: readonly RunCommand[];
    }
  | { readonly kind: "rejected"; readonly rejection: Rejection; readonly message: string };
