import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttemptInput } from "../packages/core/src/attempt/input.ts";
import type { AttemptState } from "../packages/core/src/attempt/state.ts";
import { ending, exit, order, PROCESS, TestWorker } from "../packages/core/src/attempt/test-worker.ts";
import {
  apply,
  createRun,
  isRunEnded,
  JOB_STATUSES,
  type JobState,
  type JobStatus,
  type LiveRun,
  RUN_STATUSES,
  type RunEvent,
  type RunInput,
  statusOf,
  transition,
} from "../packages/core/src/run/index.ts";
import { jobStateAfter } from "../packages/core/src/run/testing/invariants.ts";
import { jobs, settings } from "../packages/core/src/run/testing/build.ts";
import {
  definitions,
  happenings,
  inputOf,
  nextGoodInput,
  reusedResults,
} from "../packages/core/src/run/testing/random-runs.ts";

const PAGE = readFileSync(path.join(import.meta.dirname, "../docs/state-machines.md"), "utf8");

/** The types behind these two keep them complete: a new kind does not compile until it is here, and then not pass. */
const JOB_KINDS: Readonly<Record<JobState["kind"] | "pending", JobStatus>> = {
  pending: "pending",
  queued: "queued",
  assigned: "queued",
  running: "running",
  backoff: "waiting",
  approval: "waiting",
  child: "waiting",
  group: "running",
  stopping: "stopping",
  stopping_child: "stopping",
  completed: "completed",
  failed: "failed",
  skipped: "skipped",
  cancelled: "cancelled",
};
const ATTEMPT_KINDS: Readonly<Record<AttemptState["kind"], true>> = {
  prepared: true,
  launching: true,
  running: true,
  stopping: true,
  finishing: true,
  reported: true,
};

/** A step from one state to another, as the page draws it. */
type Edge = `${string} --> ${string}`;

describe("docs/state-machines.md", () => {
  const seen = stepsOfRandomRuns();

  it("draws every step that a run takes, and no other", () => {
    expect(seen.run).toEqual(drawn("Run"));
    expect(statesIn(drawn("Run"))).toEqual([...RUN_STATUSES].toSorted());
    expect(tableOf("Run").map(([state]) => state)).toEqual([...RUN_STATUSES]);
  });

  it("draws every step that a job takes, and no other", () => {
    expect(seen.job).toEqual(drawn("Job"));
    expect(statesIn(drawn("Job"))).toEqual(Object.keys(JOB_KINDS).toSorted());
  });

  it("says for each state of a job what it is called outside", () => {
    expect(tableOf("Job").map(([state, status]) => [state, status])).toEqual(Object.entries(JOB_KINDS));
    expect(seen.statuses).toEqual(new Map(Object.entries(JOB_KINDS)));
    expect(new Set(Object.values(JOB_KINDS))).toEqual(new Set(JOB_STATUSES));
  });

  it("draws every step that an attempt takes, and no other", () => {
    const edges = drawn("Attempt");
    const steps = stepsOfRandomAttempts();
    expect(edges.filter((edge) => !steps.includes(edge))).toEqual([]);
    // One input can be two steps: what is assigned is launched at once where there is room.
    expect(steps.filter((step) => !edges.includes(step) && !isTwoSteps(step, edges))).toEqual([]);
    expect(statesIn(edges)).toEqual(Object.keys(ATTEMPT_KINDS).toSorted());
    expect(tableOf("Attempt").map(([state]) => state)).toEqual(Object.keys(ATTEMPT_KINDS));
  });
});

function section(title: string): string {
  const [, rest = ""] = PAGE.split(`\n## ${title}\n`);
  return rest.split("\n## ")[0] ?? "";
}

/** The edges of a drawing, sorted; those from and to nowhere only where the machine has them itself. */
function drawn(title: string): readonly string[] {
  const edges = [...section(title).matchAll(/^ +(\S+) --> ([^\s:]+)/gm)].map(
    ([, from, to]) => `${from} --> ${to}`,
  );
  expect(edges.length).toBe(new Set(edges).size);
  return edges.filter((edge) => title === "Attempt" || !edge.includes("[*]")).toSorted();
}

function statesIn(edges: readonly string[]): readonly string[] {
  return [...new Set(edges.flatMap((edge) => edge.split(" --> ")))]
    .filter((state) => state !== "[*]")
    .toSorted();
}

/** The rows of a section's table: the words in backticks. */
function tableOf(title: string): readonly (readonly string[])[] {
  const rows = section(title)
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, 3)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

function isTwoSteps(step: string, edges: readonly string[]): boolean {
  const [from = "", to = ""] = step.split(" --> ");
  return statesIn(edges).some(
    (middle) => edges.includes(`${from} --> ${middle}`) && edges.includes(`${middle} --> ${to}`),
  );
}

interface Steps {
  readonly run: readonly string[];
  readonly job: readonly string[];
  /** What each state that came up is called outside. */
  readonly statuses: ReadonlyMap<string, string>;
}

function stepsOfRandomRuns(): Steps {
  const options = fc.record({
    failFast: fc.boolean(),
    timeoutMs: fc.constantFrom(null, 500),
    reused: reusedResults,
  });
  const worlds = fc.tuple(
    definitions,
    fc.array(happenings, { maxLength: 60, size: "max" }),
    options,
    fc.nat(9),
  );
  const runSteps = new Set<Edge>();
  const jobSteps = new Set<Edge>();
  const statuses = new Map<string, string>([["pending", statusOf(undefined)]]);
  for (const [definition, story, chosen, stopFirst] of fc.sample(worlds, { seed: 7, numRuns: 1_500 })) {
    const run = createRun("run_1", settings(chosen), jobs(definition), 0);
    const give = (input: RunInput): void => {
      const result = transition(run, input);
      if (result.kind === "rejected") return;
      follow(run, result.events, runSteps, jobSteps);
      for (const state of result.changes.jobs.values()) statuses.set(state.kind, statusOf(state));
      apply(run, result.changes);
    };
    if (stopFirst > 0) give({ kind: "start", at: 0 });
    let at = 0;
    for (const one of story) give(inputOf(run, one, (at += one.afterMs)));
    for (
      let input = nextGoodInput(run, at);
      input !== null && !isRunEnded(run.header.status);
      input = nextGoodInput(run, at)
    )
      give(input);
  }
  const ordered = Object.keys(JOB_KINDS).flatMap((kind): [string, string][] => {
    const status = statuses.get(kind);
    return status === undefined ? [] : [[kind, status]];
  });
  return { run: [...runSteps].toSorted(), job: [...jobSteps].toSorted(), statuses: new Map(ordered) };
}

/** One input can be many steps; its events name each of them, in order. */
function follow(run: LiveRun, events: readonly RunEvent[], runSteps: Set<Edge>, jobSteps: Set<Edge>): void {
  let status: string = run.header.status;
  const kinds = new Map<number, string>();
  for (const event of events) {
    const runState = runStateAfter(event);
    if (runState !== null && runState !== status) runSteps.add(`${status} --> ${runState}`);
    status = runState ?? status;
    if (!("job" in event)) continue;
    const before = kinds.get(event.job) ?? run.jobs.get(event.job)?.kind ?? "pending";
    const after = jobStateAfter(event, before);
    if (after !== before) jobSteps.add(`${before} --> ${after}`);
    kinds.set(event.job, after);
  }
}

function runStateAfter(event: RunEvent): string | null {
  if (event.kind === "run.started") return "running";
  if (event.kind === "run.stopping") return "stopping";
  return event.kind === "run.ended" ? event.status : null;
}

const key = fc.constantFrom("run_a", "run_b");
const attemptInput: fc.Arbitrary<AttemptInput> = fc.oneof(
  fc
    .tuple(key, fc.constantFrom(null, 50))
    .map(([run, timeoutMs]): AttemptInput => ({ kind: "assign", at: 1, order: order({ timeoutMs }, run) })),
  key.map((run): AttemptInput => ({ kind: "adopt", order: order({}, run) })),
  fc.tuple(key, fc.boolean()).map(
    ([run, force]): AttemptInput => ({
      kind: "stop",
      at: 2,
      name: order({}, run).name,
      graceMs: 1,
      force,
      cause: "x",
    }),
  ),
  key.map(
    (run): AttemptInput => ({
      kind: "connected",
      at: 1,
      ackedSeq: 0,
      unknown: [order({}, run).name],
      leaseMs: 200,
    }),
  ),
  fc.constantFrom<AttemptInput>(
    { kind: "disconnected" },
    { kind: "tick" },
    { kind: "flush" },
    { kind: "pause", at: 1, message: "p" },
    { kind: "unpause" },
    { kind: "launcher_lost", message: "gone" },
  ),
  fc.nat(30).map((seq): AttemptInput => ({ kind: "ack", seq })),
  key.map((run): AttemptInput => ({ kind: "launched", key: `${run}.0.1`, process: PROCESS, ranMs: 0 })),
  key.map((run): AttemptInput => ({ kind: "exited", key: `${run}.0.1`, process: PROCESS, exit: exit() })),
  key.map((run): AttemptInput => ({ kind: "finished", key: `${run}.0.1`, at: 7, ending: ending() })),
  key.map((run): AttemptInput => ({ kind: "launch_cancelled", key: `${run}.0.1`, at: 7, leaseEnded: false })),
);

function stepsOfRandomAttempts(): readonly string[] {
  const steps = new Set<Edge>();
  for (const inputs of fc.sample(fc.array(attemptInput, { maxLength: 40, size: "max" }), {
    seed: 7,
    numRuns: 1_500,
  })) {
    const worker = new TestWorker({ launchMax: 1 }).connected();
    for (const input of inputs) {
      const names = ["run_a.0.1", "run_b.0.1"];
      const before = names.map((name) => worker.kindOf(name));
      worker.now += 10;
      worker.tell(input);
      for (const [index, name] of names.entries()) {
        const [from, to] = [before[index] ?? "gone", worker.kindOf(name)].map((kind) =>
          kind === "gone" ? "[*]" : kind,
        );
        if (from !== to) steps.add(`${from} --> ${to}`);
      }
    }
  }
  return [...steps].toSorted();
}
