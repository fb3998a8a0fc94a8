import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply, createRun, type LiveRun, restoreRun } from "./apply.ts";
import { type JobSpec, jobs, settings } from "./testing/build.ts";
import { checkedStep, checkRun, viewOf } from "./testing/invariants.ts";
import {
  definitions,
  reusedResults,
  type Happening,
  happenings,
  inputOf,
  nextGoodInput,
} from "./testing/random-runs.ts";
import { LOGIC_VERSION, type RunSettings } from "./state.ts";
import { isEnded, isRunEnded } from "./status.ts";
import { transition } from "./transition.ts";

const options = fc.record({
  failFast: fc.boolean(),
  timeoutMs: fc.constantFrom(null, 500),
  maxJobs: fc.constantFrom(20, 1_000),
  reused: reusedResults,
  logicVersion: fc.constantFrom(1, LOGIC_VERSION, LOGIC_VERSION),
});
const stories = fc.array(happenings, { maxLength: 60, size: "max" });

interface World {
  readonly definition: readonly JobSpec[];
  readonly options: Partial<RunSettings>;
  readonly story: readonly Happening[];
}
const worlds: fc.Arbitrary<World> = fc.record({
  definition: definitions,
  options: options.map(({ failFast, ...rest }) => ({ ...rest, failFast })),
  story: stories,
});

function begin({ definition, options: chosen }: World): LiveRun {
  const { outputs: _, ...rest } = chosen;
  const run = createRun("run_1", settings(rest), jobs(definition), 0);
  checkedStep(run, { kind: "start", at: 0 });
  return run;
}

describe("any run, whatever happens to it", () => {
  it("keeps every promise with each input, and comes to its end when things go well from there", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const run = begin(world);
        let at = 0;
        for (const one of world.story) {
          at += one.afterMs;
          checkedStep(run, inputOf(run, one, at));
        }
        finish(run, at);
      }),
      { numRuns: 250 },
    );
  });

  it("goes on from its rows as it would have without a restart", () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.nat(60), { maxLength: 4, size: "max" }), (world, restarts) => {
        const run = begin(world);
        let twin = reread(run);
        let at = 0;
        for (const [index, one] of world.story.entries()) {
          at += one.afterMs;
          const input = inputOf(run, one, at);
          const [here, there] = [transition(run, input), transition(twin, input)];
          expect(viewOf(there)).toBe(viewOf(here));
          if (here.kind === "accepted") apply(run, here.changes);
          if (there.kind === "accepted") apply(twin, there.changes);
          if (restarts.includes(index)) twin = reread(twin);
        }
        checkRun(twin);
      }),
      { numRuns: 200 },
    );
  });

  it("can be stopped by force: what is held is told, nothing else is left", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const run = begin(world);
        let at = 0;
        for (const one of world.story) checkedStep(run, inputOf(run, one, (at += one.afterMs)));
        checkedStep(run, {
          kind: "stop",
          at,
          cause: { kind: "run_stopped" },
          by: "ann",
          comment: "",
          force: true,
        });
        for (const state of run.jobs.values()) {
          const waitsForProof =
            state.kind === "stopping" || state.kind === "stopping_child" || state.kind === "group";
          expect(waitsForProof || isEnded(state)).toBe(true);
        }
        const assigned = run.header.nextToken;
        finish(run, at);
        expect(run.header.nextToken).toBe(assigned);
      }),
      { numRuns: 150 },
    );
  });
});

/** Does what the run waits for until it has ended; a run that waits for nothing and has not ended is stuck. */
function finish(run: LiveRun, from: number): void {
  for (let steps = 0; !isRunEnded(run.header.status); steps++) {
    const input = nextGoodInput(run, from + steps);
    if (input === null || steps > 2_000) throw new Error(`the run is stuck in ${run.header.status}`);
    const result = checkedStep(run, input);
    if (result.kind === "rejected") throw new Error(`${input.kind} was rejected: ${result.message}`);
  }
}

/** The run as a store gives it back: rows by number, through JSON. */
function reread(run: LiveRun): LiveRun {
  const rows = [...run.jobs].toSorted(([left], [right]) => left - right);
  const stored: Pick<LiveRun, "header" | "settings"> & {
    readonly rows: typeof rows;
    readonly jobs: LiveRun["graph"]["jobs"];
  } = JSON.parse(JSON.stringify({ header: run.header, settings: run.settings, rows, jobs: run.graph.jobs }));
  return restoreRun(run.id, stored.settings, stored.jobs, stored.header, new Map(stored.rows));
}
