import type { Value } from "../expression/index.ts";
import type { Outcome } from "../policy/index.ts";
import type { AttemptVerdict } from "../run/input.ts";
import type { Outputs } from "../run/state.ts";

/** Names one attempt on the wire. The token fences: what carries an older one than the known is stale. */
export interface AttemptName {
  readonly run: string;
  readonly job: number;
  readonly attempt: number;
  readonly token: number;
}

/** `<run>.<job>.<attempt>`: the key of an attempt on its host, and the marker in its processes' environment. */
export function attemptKey(name: AttemptName): string {
  return `${name.run}.${name.job}.${name.attempt}`;
}

/** What the machine must know of an assignment; everything else of it is the executor's. */
export interface AttemptOrder {
  readonly name: AttemptName;
  /** From the start of the process. Null: no limit. */
  readonly timeoutMs: number | null;
  /** Between asking the processes to end and killing them, where a stop order does not say otherwise. */
  readonly graceMs: number;
  /** Another worker may start the job once the lease has ended: then this one must not start it, and must end it. */
  readonly killWhenLeaseEnds: boolean;
}

/** Why the worker ends an attempt. The first cause stays: it decides the outcome. */
export type AttemptCause =
  | { readonly kind: "ordered"; readonly cause: string }
  | { readonly kind: "timed_out"; readonly timeoutMs: number }
  | { readonly kind: "limit"; readonly message: string }
  /** The server does not want it any more: it is ended and forgotten, without a report. */
  | { readonly kind: "unwanted" };

/** How the processes of an attempt came to their end; the executor makes the outcome of it. */
export type AttemptEnd =
  | { readonly kind: "exited"; readonly exit: ProcessExit }
  | { readonly kind: "stopped"; readonly cause: AttemptCause; readonly exit: ProcessExit }
  /** The launcher ended it because it used more memory than it may. */
  | { readonly kind: "memory_limit"; readonly exit: ProcessExit }
  /** The launcher ended it because the server had been silent for too long. */
  | { readonly kind: "lease_ended"; readonly exit: ProcessExit }
  /** Nobody knows how it ended: the launcher, its parent, died or was shut down. */
  | { readonly kind: "lost"; readonly message: string };

/** The launcher's record of an exit. */
export interface ProcessExit {
  /** Milliseconds UTC. */
  readonly at: number;
  /** Null: ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** What the launcher had done to end it before it exited; `none`: it ended by itself. */
  readonly cause: "none" | "stop" | "lease" | "memory_limit" | "shutdown" | "lost";
  /** The kernel killed one of its processes at the memory limit. */
  readonly outOfMemory: boolean;
  /** Processes of the attempt that could not be ended. */
  readonly survivors: readonly number[];
}

export interface StartedProcess {
  /** Milliseconds UTC. */
  readonly startedAt: number;
  readonly pid: number;
  readonly stopMeans: string;
}

/**
 * One attempt on its worker:
 *
 *     prepared → launching → running → stopping → finishing → reported → acknowledged (gone)
 *
 * An attempt that is stopped before its process exists goes from `prepared` or `launching` to `reported`.
 */
export type AttemptState =
  /** Waits in the worker. Nothing of it exists outside, so it can be given back. */
  | { readonly kind: "prepared"; readonly order: AttemptOrder }
  /** On its way to the launcher, or in its queue; whether the process exists is not known yet. */
  | { readonly kind: "launching"; readonly order: AttemptOrder; readonly stop: AttemptCause | null }
  /** `deadline.at`: when the timeout strikes, by the monotonic clock. */
  | {
      readonly kind: "running";
      readonly order: AttemptOrder;
      readonly process: StartedProcess;
      readonly deadline: { readonly at: number; readonly timeoutMs: number } | null;
    }
  /** Asked to end; the launcher kills what is left after the grace. */
  | {
      readonly kind: "stopping";
      readonly order: AttemptOrder;
      readonly process: StartedProcess;
      readonly cause: AttemptCause;
    }
  /** The processes are over; outputs and logs are being read. */
  | {
      readonly kind: "finishing";
      readonly order: AttemptOrder;
      readonly process: StartedProcess | null;
      readonly end: AttemptEnd;
      readonly wanted: boolean;
    }
  /** Its last report waits for the acknowledgement. `started`: a process had existed. */
  | { readonly kind: "reported"; readonly order: AttemptOrder; readonly started: boolean };

/** How an attempt ended, for the server. */
export interface AttemptEnding {
  readonly outcome: Outcome;
  /** Milliseconds UTC; null: no process ever existed. */
  readonly startedAt: number | null;
  readonly exitCode: number | null;
  readonly message: string;
  readonly outputs: Outputs;
  /** Text of a graph fragment; empty: none. */
  readonly growth: string;
  readonly survivors: readonly number[];
  readonly usage: Value;
  readonly stopMeans: string;
  readonly verdict?: AttemptVerdict;
}

export type AttemptReport =
  | {
      readonly kind: "started";
      readonly name: AttemptName;
      readonly at: number;
      readonly process: StartedProcess;
    }
  | {
      readonly kind: "ended";
      readonly name: AttemptName;
      readonly at: number;
      readonly ending: AttemptEnding;
    }
  | { readonly kind: "returned"; readonly name: AttemptName; readonly at: number; readonly message: string };

/** A report that the server has not acknowledged. */
export interface OutboxEntry {
  /** Null until it is sent for the first time. */
  readonly seq: number | null;
  readonly report: AttemptReport;
  /** Monotonic milliseconds; it is not sent sooner, for it may become unnecessary. */
  readonly notBefore: number;
}

/** What of the worker is not about one attempt. */
export interface AttemptsHeader {
  /** How many attempts may be with the launcher at once; it queues those for which it has no slot. */
  readonly launchMax: number;
  /** More attempts than this are given back: a bound on everything that the worker keeps. */
  readonly heldMax: number;
  readonly connected: boolean;
  readonly draining: boolean;
  /** Why nothing is started now; null: it is. */
  readonly paused: string | null;
  /** Until when attempts with `killWhenLeaseEnds` may be started, by the monotonic clock. */
  readonly leaseUntil: number;
  readonly nextSeq: number;
  /** In the order in which they are sent: those with a `seq` first. At most two for each attempt. */
  readonly outbox: readonly OutboxEntry[];
  /** Attempts that were to be stopped before they were assigned: a bounded memory, the oldest goes first. */
  readonly stoppedEarly: readonly AttemptName[];
  /** Attempts that are `launching`, `running` or `stopping`. */
  readonly launched: number;
  /** Attempts that are `prepared`. */
  readonly waiting: number;
}

/** Every attempt of a worker, read-only here; changed only by `applyAttempts`. Keys are those of `attemptKey`. */
export interface HeldAttempts {
  readonly header: AttemptsHeader;
  readonly attempts: ReadonlyMap<string, AttemptState>;
}

/**
 * A worker that holds nothing yet.
 *
 * @param firstSeq number of its first report; larger than any that an earlier process of this worker used
 */
export function noAttempts(options: {
  readonly launchMax: number;
  readonly heldMax: number;
  readonly firstSeq: number;
}): HeldAttempts {
  return {
    header: {
      launchMax: options.launchMax,
      heldMax: options.heldMax,
      connected: false,
      draining: false,
      paused: null,
      leaseUntil: 0,
      nextSeq: options.firstSeq,
      outbox: [],
      stoppedEarly: [],
      launched: 0,
      waiting: 0,
    },
    attempts: new Map(),
  };
}
