import type { Logger } from "../observe/port.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";
import type { Batch } from "./batch.ts";
import type { ChildMaker, HeldRun, WorkerGate } from "./port.ts";

export type SecretResolver = (
  name: string,
  asker: { readonly namespace: string; readonly pipeline: string },
) => string | null;

/** What the engine needs of its surroundings. */
export interface EngineOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly makeChild: ChildMaker;
  readonly gate: WorkerGate;
  /** Resolves a secret's name to its value, at the last moment; null: this pipeline may not have it, or it is not there. */
  readonly secret: SecretResolver;
  /** A run has ended in this batch: what follows from it can be written in the same commit. */
  readonly onEnded?: (batch: Batch, held: HeldRun) => void;
  readonly onBatch?: (items: number, commitMs: number) => void;
}
