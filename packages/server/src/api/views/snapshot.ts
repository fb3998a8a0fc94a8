import { errorFrom } from "@gaia/contracts";
import type { Job, JobState, RunHeader } from "@gaia/core";
import type { Engine } from "../../engine/engine.ts";
import { heldFrom } from "../../engine/live-runs.ts";
import type { HeldRun } from "../../engine/port.ts";
import type { Store } from "../../store/port.ts";
import type { KeyOf } from "../words/index.ts";
import type { ViewedRun } from "./run-view.ts";

/** A run at one moment that is durable: what views are made of. Jobs and edges are shared with the live run. */
export interface RunSnapshot extends ViewedRun {
  readonly jobs: readonly Job[];
  readonly byKey: ReadonlyMap<string, number>;
  readonly definitionHash: string;
  readonly stateOf: (job: number) => JobState | undefined;
  readonly keyOf: KeyOf;
}

/**
 * Calls `read` with a run as it is on the disk. A live run in memory may be ahead of the disk by what is being
 * committed: it is read inside of a batch, and the answer given when that batch is durable. Null: there is no such run.
 */
export async function readRun<T>(
  engine: Engine,
  store: Store,
  id: string,
  read: (run: RunSnapshot) => T,
): Promise<{ readonly value: T } | null> {
  if (engine.live.get(id) !== undefined) {
    try {
      const answer = await engine.submit(() => {
        const held = engine.live.get(id);
        return held === undefined ? null : { value: read(snapshotOf(held)) };
      });
      if (answer !== null) return answer;
    } catch (caught) {
      if (!errorFrom(caught).code.startsWith("storage")) throw caught;
      // The disk refuses to be written: what it has is still the truth.
      const stored = await store.runs.load(id);
      return stored === null ? null : { value: read(snapshotOf(heldFrom(stored))) };
    }
  }
  const held = await engine.live.find(id);
  return held === null ? null : { value: read(snapshotOf(held)) };
}

/** A view of a run in memory; true only as long as nothing is fed to it. */
export function snapshotOf(held: HeldRun, header: RunHeader = held.run.header): RunSnapshot {
  const { graph, jobs } = held.run;
  return {
    id: held.id,
    namespace: held.namespace,
    seq: held.seq,
    facts: held.facts,
    header,
    jobs: graph.jobs,
    byKey: graph.byKey,
    definitionHash: held.facts.definitionHash,
    stateOf: (number) => jobs.get(number),
    keyOf: (number) => graph.jobs[number]?.key ?? null,
  };
}
