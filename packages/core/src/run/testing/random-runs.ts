import * as fc from "fast-check";
import { itemAt, type JobWork } from "../../graph/index.ts";
import { OUTCOMES } from "../../policy/index.ts";
import { childRunId } from "../child-run-id.ts";
import type { AttemptResult, Growth, RunInput } from "../input.ts";
import type { JobState, Reused, RunState } from "../state.ts";
import { isEnded, isHeld } from "../status.ts";
import { approval, child, group, groupWork, growth, type JobSpec, task, taskWork } from "./build.ts";
import { resultOf } from "./test-run.ts";

const CONDITIONS = [
  "always()",
  "failure()",
  "success()",
  "cancelled()",
  "false",
  'tasks.j0.status == "failed"',
  "tasks.nobody.status",
];
const MEMBERS: readonly JobWork[] = [
  taskWork({}),
  taskWork({}),
  taskWork({}),
  taskWork({ v: "${item.missing}" }),
  groupWork({ items: ["x", "y"], maxParallel: 1, failFast: true }),
  { kind: "child", pipeline: "other", inputs: {} },
];

/** One of the keys, as often as its number says. */
function oneOf<Key extends string>(weights: Readonly<Record<Key, number>>): fc.Arbitrary<Key> {
  const keys: readonly Key[] = Object.keys(weights).filter((key): key is Key => key in weights);
  return fc.oneof(...keys.map((key) => ({ weight: weights[key], arbitrary: fc.constant(key) })));
}

function rarely<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** What of a job is left to chance. */
const traits = fc.record({
  work: oneOf({ task: 8, group: 4, approval: 1, child: 2, bad: 1 }),
  items: fc.nat(3),
  member: fc.constantFrom(...MEMBERS),
  failFast: fc.boolean(),
  maxParallel: fc.constantFrom(null, 1, 2),
  condition: rarely(fc.constantFrom(...CONDITIONS)),
  onError: fc.constantFrom("fail", "fail", "continue" as const),
  onLost: fc.constantFrom("wait", "rerun", "fail" as const),
  attempts: fc.integer({ min: 1, max: 3 }),
  initialMs: fc.constantFrom(0, 50),
  timeoutMs: fc.constantFrom(null, 40),
});
type Traits = typeof traits extends fc.Arbitrary<infer Value> ? Value : never;

function specOf(key: string, after: readonly string[], final: boolean, of: Traits): JobSpec {
  const { onError, onLost, timeoutMs } = of;
  const retry = { attempts: of.attempts, initialMs: of.initialMs };
  const rest = {
    after,
    final,
    onError,
    onLost,
    timeoutMs,
    retry,
    ...(of.condition === null ? {} : { when: of.condition }),
  };
  switch (of.work) {
    case "task":
      return task(key, rest);
    case "bad":
      return task(key, { ...rest, bindings: { v: "${nobody}" } });
    case "approval":
      return approval(key, "go?", rest);
    case "child":
      return child(key, {}, rest);
    case "group": {
      const items = Array.from({ length: of.items }, (_, index) => String(index));
      return group(key, {
        ...rest,
        items,
        member: of.member,
        failFast: of.failFast,
        maxParallel: of.maxParallel,
      });
    }
  }
}

const edge = fc.record({ to: fc.nat(7), joins: fc.boolean() });

/** Definitions of up to eight jobs; each depends on some of those before it, main jobs on main jobs only. */
export const definitions: fc.Arbitrary<readonly JobSpec[]> = fc
  .array(
    fc.record({
      traits,
      edges: fc.array(edge, { maxLength: 2, size: "max" }),
      final: fc.nat(12).map((dice) => dice === 0),
    }),
    { minLength: 2, maxLength: 8, size: "max" },
  )
  .map((jobs) =>
    jobs.map((job, number) => {
      const after = job.edges
        .filter(({ to }) => to < number && (job.final || jobs[to]?.final !== true))
        .map(({ to, joins }) => `j${to}${joins ? "/*" : ""}`);
      return specOf(`j${number}`, [...new Set(after)], job.final, job.traits);
    }),
  );

/** Results taken over from another run: now and then one of a job, or of a member that there may be. */
export const reusedResults: fc.Arbitrary<Readonly<Record<string, Reused>>> = fc.dictionary(
  oneOf({ j0: 2, j1: 2, j2: 1, "j1[0]": 1, "j2[1]": 1 }),
  fc.constant({ run: "run_0", outputs: { v: 1 } }),
  { maxKeys: 1 },
);

const fragments = fc.record({
  jobs: fc.uniqueArray(
    fc.record({
      key: oneOf({ a: 6, b: 6, c: 6, j1: 1 }),
      traits,
      edges: fc.array(fc.record({ pick: fc.nat(20), joins: fc.boolean() }), { maxLength: 2, size: "max" }),
    }),
    { selector: (job) => job.key, minLength: 1, maxLength: 3, size: "max" },
  ),
  keys: oneOf({ prefixed: 4, flat: 1 }),
});
type Fragment = typeof fragments extends fc.Arbitrary<infer Value> ? Value : never;

/** A fragment whose jobs depend on each other, on jobs of the run, or now and then on nobody. */
function growthOf(run: RunState, { jobs, keys }: Fragment): Growth {
  const names = [...run.graph.byKey.keys(), ...jobs.map((job) => job.key), "nobody"];
  const specs = jobs.map((job) => {
    const after = job.edges.map(
      ({ pick, joins }) => `${itemAt(names, pick % names.length)}${joins ? "/*" : ""}`,
    );
    return specOf(job.key, after, false, job.traits);
  });
  return growth(specs, keys);
}

/** One thing that happens, before it is known which jobs there are to happen to. */
export const happenings = fc.record({
  kind: oneOf({
    assign: 16,
    started: 4,
    ended: 16,
    returned: 2,
    timer: 3,
    run_timer: 1,
    decide: 3,
    child_ended: 5,
    child_refused: 1,
    grow: 6,
    stop: 1,
    stop_job: 3,
  }),
  pick: fc.nat(20),
  /** Whether the job is one that this can happen to; else it is any. */
  fits: fc.nat(9).map((dice) => dice > 0),
  token: oneOf({ current: 12, old: 1 }),
  afterMs: fc.constantFrom(0, 1, 60),
  outcome: fc.oneof(
    { weight: 3, arbitrary: fc.constant("succeeded" as const) },
    { weight: 1, arbitrary: fc.constantFrom(...OUTCOMES) },
  ),
  fragment: fc.option(fragments, { freq: 2 }),
  force: fc.boolean(),
  approve: fc.boolean(),
  status: fc.constantFrom("completed", "failed", "cancelled" as const),
});
export type Happening = typeof happenings extends fc.Arbitrary<infer Value> ? Value : never;

function verdictOf({ outcome, pick }: Happening): Pick<AttemptResult, "verdict"> {
  if (outcome === "succeeded" && pick === 1) return { verdict: "declined" };
  return outcome === "failed" && pick < 5 ? { verdict: "exited" } : {};
}

/** What a happening is in a run as it is now. */
export function inputOf(run: RunState, one: Happening, at: number): RunInput {
  const job = pickJob(run, one);
  const state = run.jobs.get(job);
  const held = isHeld(state) ? state.ref.token : 1;
  const token = one.token === "current" ? held : held - 1;
  const grown = one.fragment === null ? null : growthOf(run, one.fragment);
  switch (one.kind) {
    case "assign":
      return { kind: "assign", job, worker: `w${one.pick % 3}`, at };
    case "started":
      return { kind: "started", job, token, at, stopMeans: "cgroup" };
    case "ended": {
      const survivors = one.pick === 0 ? [4711] : [];
      return {
        kind: "ended",
        job,
        token,
        at,
        result: resultOf(one.outcome, {
          growth: grown,
          survivors,
          outputs: { v: one.pick },
          ...verdictOf(one),
        }),
      };
    }
    case "returned":
      return { kind: "returned", job, token, at, message: "" };
    case "timer":
      return { kind: "timer", job, at };
    case "run_timer":
      return { kind: "timer", job: null, at };
    case "decide":
      return { kind: "decide", job, at, approve: one.approve, by: "ann", comment: "" };
    case "child_ended":
      return { kind: "child_ended", job, run: childOf(run, job, one), at, status: one.status, outputs: {} };
    case "child_refused":
      return { kind: "child_refused", job, run: childOf(run, job, one), at, message: "no" };
    case "grow":
      return { kind: "grow", job, token, at, fragment: grown ?? growth([]) };
    case "stop":
      return { kind: "stop", at, cause: { kind: "run_stopped" }, by: "ann", comment: "", force: one.force };
    case "stop_job":
      return { kind: "stop_job", job, at, by: "ann", comment: "", force: one.force };
  }
}

/** The child run of the attempt that a job is in, or that of the one before. */
function childOf(run: RunState, job: number, { token }: Happening): string {
  const attempts = run.jobs.get(job)?.past.attempts ?? 1;
  return childRunId(run.id, job, token === "current" ? attempts : attempts - 1);
}

function pickJob(run: RunState, one: Happening): number {
  const fitting = [...run.jobs]
    .filter(([, state]) => one.fits && fitsTo(one.kind, state))
    .map(([number]) => number);
  const jobs = fitting.length > 0 ? fitting : [-1, ...run.graph.jobs.keys(), run.graph.jobs.length];
  return itemAt(jobs, one.pick % jobs.length);
}

function fitsTo(kind: Happening["kind"], state: JobState): boolean {
  switch (kind) {
    case "assign":
      return state.kind === "queued";
    case "timer":
      return state.kind === "backoff" || state.kind === "approval" || state.kind === "child";
    case "stop_job":
      return !isEnded(state);
    case "decide":
      return state.kind === "approval";
    case "child_ended":
    case "child_refused":
      return state.kind === "child" || state.kind === "stopping_child";
    case "started":
    case "ended":
    case "returned":
    case "grow":
    case "run_timer":
    case "stop":
      return isHeld(state);
  }
}

/** The next thing that brings a run nearer to its end, with everything going well; null when nothing is left to do. */
export function nextGoodInput(run: RunState, at: number): RunInput | null {
  for (const [job, state] of run.jobs) {
    switch (state.kind) {
      case "queued":
        return { kind: "assign", job, worker: "w0", at };
      case "assigned":
      case "running":
        return { kind: "ended", job, token: state.ref.token, at, result: resultOf("succeeded") };
      case "stopping":
        return { kind: "ended", job, token: state.ref.token, at, result: resultOf("cancelled") };
      case "backoff":
        return { kind: "timer", job, at: Math.max(at, state.dueAt) };
      case "approval":
        return { kind: "decide", job, at, approve: true, by: "ann", comment: "" };
      case "child":
        return { kind: "child_ended", job, run: state.run, at, status: "completed", outputs: {} };
      case "stopping_child":
        return { kind: "child_ended", job, run: state.run, at, status: "cancelled", outputs: {} };
      case "group":
      case "completed":
      case "failed":
      case "skipped":
      case "cancelled":
    }
  }
  return null;
}
