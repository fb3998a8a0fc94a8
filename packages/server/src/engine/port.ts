import type { Assignment, AttemptName } from "@gaia/contracts";
import type { AttemptResult, Job, LiveRun, RunHeader, RunSettings } from "@gaia/core";
import type { Actor, EventRow, NoteRow, RunFacts } from "../store/port.ts";

/** A run in memory: the machine's state, and what the store needs to write it. */
export interface HeldRun {
  readonly id: string;
  readonly namespace: string;
  readonly run: LiveRun;
  readonly facts: RunFacts;
  /** Version of the stored row; grows by one with each commit that touches the run. */
  version: number;
  /** Seq of the last event. */
  seq: number;
}

/** What a new run is made of; the engine gives it its number and creates it durably. */
export interface NewRun {
  readonly id: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly pipelineVersion: number;
  readonly definition: string;
  readonly definitionHash: string;
  readonly settings: RunSettings;
  readonly jobs: readonly Job[];
  readonly actor: Actor;
  readonly trigger: string;
  readonly traceId: string;
  readonly retryOf: string | null;
  readonly parent: { readonly run: string; readonly job: number } | null;
  readonly group: { readonly key: string; readonly onConflict: "queue" | "cancel" } | null;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly workDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A run that a job of another starts. */
export interface ChildOrder {
  readonly id: string;
  readonly parent: HeldRun;
  readonly job: number;
  readonly pipeline: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Makes the run of a `pipeline` task; the pipelines room knows how. Null: there is no such pipeline. */
export type ChildMaker = (order: ChildOrder) => Promise<NewRun>;

export interface ConnectedWorker {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly slots: number;
  readonly credits: number;
  readonly accepts: boolean;
}

export interface HeldAttempt {
  readonly name: AttemptName;
  readonly started: boolean;
}

/** The workers room, as the engine uses it. Both calls queue a message; a worker that is away gets it by reconciliation. */
export interface WorkerGate {
  start(worker: string, assignments: readonly Assignment[]): void;
  stop(
    worker: string,
    orders: readonly {
      readonly name: AttemptName;
      readonly graceMs: number;
      readonly force: boolean;
      readonly cause: string;
    }[],
  ): void;
  /** The process that the run's jobs shared is not needed any more. */
  runEnded(worker: string, run: string): void;
}

/** What a worker that has come back holds and the server does not want. */
export interface Unwanted {
  readonly attempts: readonly AttemptName[];
  /** Runs that have ended, for whose jobs it still has a process. */
  readonly runs: readonly string[];
}

/** What a worker says about one attempt. */
export type AttemptReport =
  | { readonly kind: "started"; readonly name: AttemptName; readonly at: number; readonly stopMeans: string }
  | {
      readonly kind: "ended";
      readonly name: AttemptName;
      readonly at: number;
      readonly result: AttemptResult;
      readonly growth: string;
    }
  | { readonly kind: "returned"; readonly name: AttemptName; readonly at: number; readonly message: string };

/** One durable thing that happened, in commit order. */
export type Published =
  | {
      readonly kind: "run";
      readonly position: number;
      readonly namespace: string;
      readonly run: string;
      readonly header: RunHeader;
      readonly events: readonly EventRow[];
    }
  | { readonly kind: "note"; readonly position: number; readonly note: NoteRow };

export type Listener = (published: readonly Published[]) => void;
