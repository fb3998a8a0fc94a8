import type { Engine } from "../engine/engine.ts";
import type { WorkerDirectory } from "./port.ts";

/** A worker, as the sentences about waiting jobs need it. */
export interface WorkerFacts {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly slots: number;
  /** Places taken, by the planner's books. */
  readonly taken: number;
  readonly draining: boolean;
  /** Why it takes no work; empty: it does. */
  readonly unhealthy: string;
  /** Null: it is connected. */
  readonly awaySince: number | null;
}

/** What is true outside of a run, and why its jobs wait: the workers, and the time. */
export interface Situation {
  readonly now: number;
  readonly workers: readonly WorkerFacts[];
  /** Why the worker of this machine is not there, when it is not. */
  readonly localProblem: string;
}

/** The situation right now. */
export function situationOf(engine: Engine, workers: WorkerDirectory, now: number): Situation {
  const { planner } = engine.dispatch;
  return {
    now,
    localProblem: workers.localProblem,
    workers: workers.known.map(({ hello, session, disconnectedAt }) => ({
      id: hello.worker_id,
      name: hello.name,
      tags: session.tags,
      slots: session.slots,
      taken: planner.held(hello.worker_id),
      draining: session.draining,
      unhealthy: session.unhealthy,
      awaySince: disconnectedAt,
    })),
  };
}

/** What people call a worker; its id when it is not known (any more). */
export function workerName(situation: Situation, id: string): string {
  return situation.workers.find((worker) => worker.id === id)?.name ?? id;
}
