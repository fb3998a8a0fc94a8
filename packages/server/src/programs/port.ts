import type { BuildPipeline, ChangeSource, CreatePipeline } from "@gaia/contracts";
import type { HeldRun } from "../engine/port.ts";
import type { Caller } from "../runs/port.ts";
import type { DeliveryRow, PipelineRow, ProgramSourceRow } from "../store/port.ts";

/** Does what reads a pipeline and writes what follows from that, one after the other. */
export type InTurn = <T>(namespace: string, pipeline: string, change: () => Promise<T>) => Promise<T>;

/** A pipeline that is a program, beside its versions. */
export interface ProgramState {
  readonly source: ProgramSourceRow;
  /** How often it is looked at for new commits; 0: not at all. */
  readonly pollMs: number;
  /** The newest build that has not ended, or of which it is not kept yet what it has come to. */
  readonly building: HeldRun | null;
  /** Why its source could not be looked at the last time; empty: it could. */
  readonly problem: string;
  /** What came last to where its forge tells of pushes; null: nothing did. */
  readonly lastDelivery: HookDelivery | null;
}

/** What came to an address at which a forge tells of pushes, and what became of it. */
export interface HookDelivery {
  readonly at: number;
  readonly status: DeliveryRow["status"] | "refused";
  readonly event: string | null;
  readonly message: string;
}

/** What arrived at such an address. */
export interface PushDelivery {
  readonly namespace: string;
  readonly pipeline: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: that is what is signed. */
  readonly body: Buffer;
}

/** Where forges tell of pushes to programs. `P` is what is known of a delivery that is proved. */
export interface BuildHookDesk<P = unknown> {
  /** Whether there is such a program: then the address is its, whether a forge may call it or not. */
  isOne(namespace: string, pipeline: string): boolean;
  /** What a sender that is wrong would have to change to be another try. */
  fingerprint(delivery: PushDelivery): string;
  /** Null: its forge tells nothing, or the sender does not know the secret. */
  prove(delivery: PushDelivery): P | null;
  /** Looks at the repository as soon as can be. @throws GaiaError when the delivery is too old, or cannot be kept */
  accept(proved: P): Promise<{
    readonly status: "looking" | "ignored";
    readonly run: null;
    readonly message: string;
  }>;
}

/** What can be done to pipelines that are programs. Everything refused is a `GaiaError` that says why and what to do. */
export interface ProgramService {
  /** Makes a pipeline and starts its first build. Resolves when both are durable. */
  create(
    order: CreatePipeline,
    caller: Caller,
  ): Promise<{ readonly pipeline: string; readonly build: HeldRun }>;
  /** Builds it as its source is now. */
  build(pipeline: string, order: BuildPipeline, caller: Caller): Promise<HeldRun>;
  /** What the change does not name stays. The next build goes by it. */
  changeSource(pipeline: string, change: ChangeSource, caller: Caller): Promise<void>;
  /** Null: it is not built from anywhere. */
  state(namespace: string, pipeline: string): ProgramState | null;
  readonly hooks: BuildHookDesk;
  /** Which version is in force. */
  readonly versions: {
    /** Runs start from this version from now on, whatever is built. */
    pin(pipeline: string, version: number, caller: Caller): Promise<void>;
    /** Runs start from the newest version again. */
    unpin(pipeline: string, caller: Caller): Promise<void>;
    /** Moves the pin on to a later version; null: the newest. */
    promote(pipeline: string, version: number | null, caller: Caller): Promise<void>;
    /** Back to the version that was in force before, else to the one before; answers with its number. */
    rollback(pipeline: string, caller: Caller): Promise<number>;
  };
  /** The version that runs start from. @param newest the newest one */
  inForce(newest: PipelineRow): Promise<PipelineRow>;
}
