import type { GraphView, Problem } from "@gaia/contracts";
import type { HeldRun } from "../engine/port.ts";
import type { Actor, PipelineRow } from "../store/port.ts";

/** Who asks, and how. */
export interface Caller {
  readonly actor: Actor;
  readonly namespace: string;
  readonly requestId: string;
  /** A request with the same key and body is answered as the first one was, for 24 hours. */
  readonly idempotencyKey: string | null;
  /** Came over the socket of the same user: may name folders and bring an environment. */
  readonly local: boolean;
}

export interface StartOrder {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly priority?: number;
  readonly version?: number;
}

export interface StopOrder {
  readonly comment?: string;
  /** Without the grace to clean up. */
  readonly force?: boolean;
}

export interface DefinitionOrder extends StartOrder {
  readonly definition: string;
  readonly file?: string;
  readonly workDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RetryOrder {
  readonly failed?: boolean;
  readonly from?: string;
  readonly ignore?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** What can be done to pipelines and runs. Everything refused is a `GaiaError` that says why and what to do. */
export interface RunService {
  /**
   * Keeps a definition as the newest version of the pipeline it names; one that says the same, formatting and
   * comments aside, makes no new version. With `baseVersion` (0: none) it is kept only if that is still the newest, and
   * any other text is a version.
   */
  createWorkflow(
    order: {
      readonly definition: string;
      readonly variables?: Readonly<Record<string, unknown>>;
      readonly workDir?: string;
      readonly file?: string;
      readonly baseVersion?: number;
    },
    caller: Caller,
  ): Promise<PipelineRow>;
  removeWorkflow(name: string, caller: Caller): Promise<void>;
  pauseWorkflow(name: string, paused: boolean, caller: Caller): Promise<PipelineRow>;
  /** Starts a run of a kept pipeline. Resolves when the run is durable. */
  startRun(pipeline: string, order: StartOrder, caller: Caller): Promise<HeldRun>;
  /** Keeps the definition and starts it. */
  runDefinition(order: DefinitionOrder, caller: Caller): Promise<HeldRun>;
  stopRun(id: string, order: StopOrder, caller: Caller): Promise<HeldRun>;
  /** Stops one job of a run, by its number. Asking again is no error, also when it is `cancelled` by then. */
  stopJob(id: string, job: number, order: StopOrder, caller: Caller): Promise<HeldRun>;
  /** A new run that keeps what the order says to keep of an ended one. */
  retryRun(id: string, order: RetryOrder, caller: Caller): Promise<HeldRun>;
  decide(id: string, job: string, approve: boolean, comment: string, caller: Caller): Promise<HeldRun>;
  /** The graph of a kept version. */
  graphOf(row: PipelineRow): Promise<GraphView>;
  validate(
    definition: string,
    file: string,
  ): Promise<{ readonly problems: readonly Problem[]; readonly graph: GraphView | null }>;
}
