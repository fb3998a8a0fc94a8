import type { Value } from "../expression/index.ts";
import type { JobFragment } from "../graph/job.ts";
import type { Outcome } from "../policy/index.ts";
import type { Outputs, StopCause } from "./state.ts";

/** What happened, told to the run machine. Times are milliseconds UTC, given by the caller. */
export type RunInput =
  | { readonly kind: "start"; readonly at: number }
  | { readonly kind: "assign"; readonly job: number; readonly worker: string; readonly at: number }
  | {
      readonly kind: "started";
      readonly job: number;
      readonly token: number;
      readonly at: number;
      readonly stopMeans: string;
    }
  | {
      readonly kind: "ended";
      readonly job: number;
      readonly token: number;
      readonly at: number;
      readonly result: AttemptResult;
    }
  /** The worker gives an attempt back that it never started (drain, restart before the start). */
  | {
      readonly kind: "returned";
      readonly job: number;
      readonly token: number;
      readonly at: number;
      readonly message: string;
    }
  /** A timer is due: of a job (`wake` named it), or of the run itself (null). */
  | { readonly kind: "timer"; readonly job: number | null; readonly at: number }
  | {
      readonly kind: "stop";
      readonly at: number;
      readonly cause: StopCause;
      readonly by: string;
      readonly comment: string;
      readonly force: boolean;
    }
  /** Somebody stops one job; the run goes on. */
  | {
      readonly kind: "stop_job";
      readonly job: number;
      readonly at: number;
      readonly by: string;
      readonly comment: string;
      readonly force: boolean;
    }
  | {
      readonly kind: "decide";
      readonly job: number;
      readonly at: number;
      readonly approve: boolean;
      readonly by: string;
      readonly comment: string;
    }
  | {
      readonly kind: "child_ended";
      readonly job: number;
      readonly run: string;
      readonly at: number;
      readonly status: "completed" | "failed" | "cancelled";
      readonly outputs: Outputs;
    }
  /** The child run could not be created at all. */
  | {
      readonly kind: "child_refused";
      readonly job: number;
      readonly run: string;
      readonly at: number;
      readonly message: string;
    }
  | {
      readonly kind: "grow";
      readonly job: number;
      readonly token: number;
      readonly at: number;
      readonly fragment: Growth;
    };

/** How an attempt ended, as its worker (or the server, for a lost one) reports it. */
export interface AttemptResult {
  readonly outcome: Outcome;
  readonly startedAt: number | null;
  readonly exitCode: number | null;
  readonly message: string;
  readonly outputs: Outputs;
  /** Applied once, and only with an accepted success. */
  readonly growth: Growth | null;
  /** Processes of the attempt that could not be stopped. */
  readonly survivors: readonly number[];
  /** What it cost and which means bound it; for people, opaque here. */
  readonly usage: Value;
  /** Kept with a success, for people. */
  readonly note?: string;
  readonly verdict?: AttemptVerdict;
}

/**
 * What an attempt that came to its end says beside its outcome. `exited` (with `failed`): the pipeline ends here, which
 * is no failure of the run. `declined` (with `succeeded`): there was nothing to do, and the job counts as skipped.
 */
export type AttemptVerdict = "exited" | "declined";

export interface Growth {
  readonly jobs: readonly JobFragment[];
  /** `prefixed`: keys become `parent/key`; `flat`: they stay as they are. */
  readonly keys: "prefixed" | "flat";
}
