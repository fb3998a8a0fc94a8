import type { Logger } from "../observe/port.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";
import type { ChildMaker, WorkerGate } from "./port.ts";

/** What the engine needs of its surroundings. */
export interface EngineOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly makeChild: ChildMaker;
  readonly gate: WorkerGate;
  /** Resolves a secret's name to its value, at the last moment; null: not allowed or not there. */
  readonly secret: (name: string) => string | null;
  readonly onBatch?: (items: number, commitMs: number) => void;
}
