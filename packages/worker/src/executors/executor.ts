import type { Assignment } from "@gaia/contracts";
import type { AttemptEnd, AttemptEnding, Outcome, StartedProcess, Value } from "@gaia/core";
import type { RecordedLog } from "../logs/recorder.ts";
import type { KeptFiles } from "../shipping/kept-files.ts";
import type { Enforcement, ExitedMessage, Json, ResourceLimits, StartedMessage } from "@gaia/launcher";

/**
 * Performs attempts of one kind. It says how the process is started and makes the outcome of what it left behind;
 * when it is started, stopped and reported is decided by the attempt machine.
 */
export interface Executor {
  /** As in `Assignment.executor`. */
  readonly name: string;
  prepare(assignment: Assignment, host: ExecutorHost): Preparation;
  /** Takes up an attempt of an earlier process of this worker from its plan. */
  resume(plan: Json): Work;
}

/** What an executor must know of the host. */
export interface ExecutorHost {
  /** Where the folders of runs are laid. */
  readonly logsRoot: string;
  readonly limits: { readonly memory: Enforcement; readonly cpu: Enforcement };
}

export type Preparation =
  | {
      readonly kind: "ready";
      readonly start: ProcessStart | CallStart;
      readonly plan: Json;
      readonly work: Work;
      /** What takes a while and must be done before the start; null: nothing. */
      readonly before: Before | null;
    }
  /** It cannot be started, and why; nothing was left behind. */
  | { readonly kind: "refused"; readonly outcome: Outcome; readonly message: string };

/**
 * An attempt for which no process is started: the worker performs it itself, in the words of the launcher. It does not
 * outlive the worker.
 */
export interface CallStart {
  readonly kind: "call";
  /** Does not throw. */
  begin(events: CallEvents): RunningCall;
}

export interface CallEvents {
  /** At most once. */
  started(message: StartedMessage): void;
  /** Once. */
  exited(message: ExitedMessage): void;
}

export interface RunningCall {
  /** Ends it; `exited` tells. May be asked again, with less grace. */
  stop(stop: CallStop): void;
}

export interface CallStop {
  /** 0: at once. */
  readonly graceMs: number;
  /** A word for why. */
  readonly reason: string;
}

/** Gives what is started then, in the place of `start` and `plan`. It ends soon after the signal, and does not reject. */
export type Before = (signal: AbortSignal) => Promise<{ readonly start: ProcessStart; readonly plan: Json }>;

/** What the launcher is asked to start. */
export interface ProcessStart {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logPath: string;
  readonly limits?: ResourceLimits;
  /** The plan holds secrets: the launcher must not write it anywhere. */
  readonly secret: boolean;
}

/** The worker's side of one attempt. */
export interface Work {
  /** The process runs. `limitPassed` may be called when it goes past a limit that the executor watches. */
  started(limitPassed: (message: string) => void): void;
  /** The processes are over. The short way, without a file to read, is synchronous. */
  finish(
    end: AttemptEnd,
    process: StartedProcess | null,
    usage: Value,
  ): AttemptEnding | Promise<AttemptEnding>;
  /** The report was acknowledged: what is private to this host may go. */
  forget(): void;
  /** The log and what else people may see: sent to a server that does not share this host's files. */
  readonly log: RecordedLog;
  readonly kept: KeptFiles;
}
