import type { Logger } from "../observe/port.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";
import type { Batch } from "./batch.ts";
import type { ChildMaker, HeldRun, WorkerGate } from "./port.ts";

/** The value of a secret for a task of a pipeline; otherwise why it cannot have it: `which …`, then the remedy. */
export type SecretResolver = (
  name: string,
  asker: { readonly namespace: string; readonly pipeline: string },
) => { readonly kind: "value"; readonly value: string } | { readonly kind: "refused"; readonly why: string };

/** What the engine needs of its surroundings. */
export interface EngineOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly makeChild: ChildMaker;
  readonly gate: WorkerGate;
  /** Asked at the last moment, when an attempt is handed to its worker. */
  readonly secret: SecretResolver;
  /** A run has ended in this batch: what follows from it can be written in the same commit. */
  readonly onEnded?: (batch: Batch, held: HeldRun) => void;
  readonly onBatch?: (items: number, commitMs: number) => void;
}
