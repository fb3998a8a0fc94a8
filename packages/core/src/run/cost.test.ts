import { describe, expect, it } from "vitest";
import { apply, createRun, type LiveRun } from "./apply.ts";
import type { RunInput } from "./input.ts";
import type { RunState } from "./state.ts";
import { approval, child, group, growth, type JobSpec, jobs, settings, task } from "./testing/build.ts";
import { resultOf } from "./testing/test-run.ts";
import { transition } from "./transition.ts";

/** How often anything of a run's size is looked at; going through a collection counts as looking at all of it. */
class Looks {
  count = 0;

  list<Item>(list: readonly Item[]): readonly Item[] {
    return new Proxy(list, {
      get: (target, key, receiver) => {
        this.count += typeof key === "string" && /^\d+$/.test(key) ? 1 : key === "length" ? 0 : target.length;
        return Reflect.get(target, key, receiver);
      },
    });
  }

  map<Key, Value>(map: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> {
    return new Proxy(map, {
      get: (target, key) => {
        this.count += key === "get" || key === "has" ? 1 : target.size;
        const member: unknown = Reflect.get(target, key, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  }

  run(run: RunState): RunState {
    const { jobs: list, dependants, byKey, joiners, children } = run.graph;
    return {
      ...run,
      jobs: this.map(run.jobs),
      unfinished: this.list(run.unfinished),
      broken: this.list(run.broken),
      graph: {
        jobs: this.list(list),
        dependants: this.list(dependants),
        byKey: this.map(byKey),
        joiners: this.map(joiners),
        children: this.map(children),
      },
    };
  }
}

const FRONT: readonly JobSpec[] = [
  task("a"),
  task("b", { after: ["a"], retry: { attempts: 2, initialMs: 5 } }),
  task("c", { after: ["a", "b"], when: 'tasks.a.status == "completed"' }),
  approval("ok"),
  child("sub"),
  task("plan"),
  task("join", { after: ["plan/*"] }),
  group("g", { after: ["a"], items: ["1", "2", "3"], maxParallel: 2, failFast: true }),
];

/** The jobs that things happen to, and as many others as it takes, in chains of ten. */
function runOf(size: number): LiveRun {
  const list = jobs(FRONT);
  const [plain] = list;
  if (plain === undefined) throw new Error("no job");
  const rest = Array.from({ length: size - list.length }, (_, index) => {
    const number = list.length + index;
    return { ...plain, key: `n${number}`, dependencies: index % 10 === 0 ? [] : [number - 1] };
  });
  const run = createRun("run_1", settings({ maxJobs: 1_000_000 }), [...list, ...rest], 0);
  const start = transition(run, { kind: "start", at: 0 });
  if (start.kind === "accepted") apply(run, start.changes);
  return run;
}

function inputs(size: number): readonly RunInput[] {
  const at = 10;
  const ended = (job: number, token: number, outcome: "succeeded" | "failed", growing = false): RunInput => ({
    kind: "ended",
    job,
    token,
    at,
    result: resultOf(outcome, {
      growth: growing ? growth([task("x"), task("y", { after: ["x", "a"] })]) : null,
    }),
  });
  const assign = (job: number): RunInput => ({ kind: "assign", job, worker: "w", at });
  return [
    assign(0),
    { kind: "started", job: 0, token: 1, at, stopMeans: "" },
    ended(0, 1, "succeeded"),
    assign(1),
    ended(1, 2, "failed"),
    { kind: "timer", job: 1, at: 20 },
    assign(1),
    ended(1, 3, "succeeded"),
    { kind: "decide", job: 3, at, approve: true, by: "ann", comment: "" },
    { kind: "child_ended", job: 4, run: "run_1_4", at, status: "completed", outputs: {} },
    assign(5),
    { kind: "returned", job: 5, token: 4, at, message: "" },
    assign(5),
    ended(5, 5, "succeeded", true),
    assign(size + 1),
    ended(size + 1, 6, "failed"),
    assign(size - 10),
    ended(size - 10, 7, "succeeded"),
  ];
}

/** Looks for each input; the members of the group come right behind the definition's jobs. */
function looksOf(size: number): readonly number[] {
  const run = runOf(size);
  return inputs(size).map((input) => {
    const looks = new Looks();
    const result = transition(looks.run(run), input);
    if (result.kind === "rejected") throw new Error(`${input.kind} of ${size}: ${result.message}`);
    apply(run, result.changes);
    return looks.count;
  });
}

describe("the cost of an input", () => {
  it("is that of the jobs that change and those behind them, whatever the size of the run", () => {
    const small = looksOf(108);
    expect(looksOf(100_008)).toEqual(small);
    expect(Math.max(...small)).toBeLessThan(120);
  });

  it("is noticed by this test when something goes through all jobs", () => {
    const stop: RunInput = {
      kind: "stop",
      at: 1,
      cause: { kind: "run_stopped" },
      by: "ann",
      comment: "",
      force: false,
    };
    const looks = [108, 1_008].map((size) => {
      const counted = new Looks();
      transition(counted.run(runOf(size)), stop);
      return counted.count;
    });
    expect(looks[1]).toBeGreaterThan(5 * (looks[0] ?? 0));
  });
});
