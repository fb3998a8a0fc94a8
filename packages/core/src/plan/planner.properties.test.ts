import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AGEING_MS, type QueueEntry } from "./lane.ts";
import { type PlannedWorker, Planner } from "./planner.ts";
import { NaivePlanner } from "./testing/naive-planner.ts";

const TAGS = ["gpu", "linux"];
const tags = fc.subarray(TAGS);

const entry: fc.Arbitrary<QueueEntry> = fc
  .record({
    run: fc.constantFrom("r0", "r1", "r2", "r3", "r4"),
    job: fc.nat(30),
    priority: fc.nat(3),
    tags,
  })
  .map(({ run, job, priority, tags: wanted }) => ({
    run,
    job,
    namespace: run < "r3" ? "n0" : "n1",
    pipeline: run < "r2" ? "p0" : "p1",
    priority,
    readyAt: 0,
    tags: wanted,
  }));

const worker: fc.Arbitrary<PlannedWorker> = fc.record({
  id: fc.constantFrom("w0", "w1", "w2"),
  tags: tags.map((list) => new Set(list)),
  slots: fc.nat(3),
  credits: fc.nat(2),
  accepts: fc.nat(4).map((dice) => dice > 0),
});

type Step =
  | { readonly kind: "add"; readonly entry: QueueEntry }
  | { readonly kind: "remove"; readonly entry: QueueEntry }
  | { readonly kind: "worker"; readonly worker: PlannedWorker }
  | { readonly kind: "gone"; readonly id: string }
  | { readonly kind: "plan"; readonly limit: number; readonly afterMs: number }
  | { readonly kind: "release"; readonly index: number }
  | { readonly kind: "remove_run"; readonly run: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: entry.map((one): Step => ({ kind: "add", entry: one })) },
  { weight: 1, arbitrary: entry.map((one): Step => ({ kind: "remove", entry: one })) },
  { weight: 2, arbitrary: worker.map((one): Step => ({ kind: "worker", worker: one })) },
  { weight: 1, arbitrary: fc.constantFrom("w0", "w1").map((id): Step => ({ kind: "gone", id })) },
  {
    weight: 4,
    arbitrary: fc
      .record({ limit: fc.nat(4), afterMs: fc.constantFrom(0, 1_000, AGEING_MS, 3 * AGEING_MS) })
      .map((one): Step => ({ kind: "plan", ...one })),
  },
  { weight: 4, arbitrary: fc.nat(20).map((index): Step => ({ kind: "release", index })) },
  { weight: 1, arbitrary: fc.constantFrom("r0", "r3").map((run): Step => ({ kind: "remove_run", run })) },
);

describe("any sequence of jobs, workers and plans", () => {
  it("gives what a naive planner gives, within places and tags, and each job once", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 80, size: "max" }), checkAgainstNaive), {
      numRuns: 300,
    });
  });
});

function checkAgainstNaive(steps: readonly Step[]): void {
  const [planner, naive] = [new Planner(), new NaivePlanner()];
  const workers = new Map<string, PlannedWorker>();
  const waiting = new Set<string>();
  const held = new Map<string, QueueEntry>();
  let now = 0;
  const forget = (run: string): void => {
    for (const key of waiting) if (key.startsWith(`${run}#`)) waiting.delete(key);
  };
  for (const one of steps) {
    if (one.kind === "add") {
      const key = keyOf(one.entry);
      if (waiting.has(key) || held.has(key)) continue;
      waiting.add(key);
      for (const each of [planner, naive]) each.add({ ...one.entry, readyAt: now });
    } else if (one.kind === "remove") {
      for (const each of [planner, naive]) each.remove(one.entry);
      if (naive.size < waiting.size) waiting.delete(keyOf(one.entry));
    } else if (one.kind === "worker") {
      workers.set(one.worker.id, one.worker);
      for (const each of [planner, naive]) each.setWorker(one.worker);
    } else if (one.kind === "gone") {
      workers.delete(one.id);
      for (const each of [planner, naive]) each.removeWorker(one.id);
    } else if (one.kind === "release") {
      const found = [...held.values()][one.index];
      if (found === undefined) continue;
      held.delete(keyOf(found));
      for (const each of [planner, naive]) each.release(found.run, found.job);
    } else if (one.kind === "remove_run") {
      forget(one.run);
      for (const each of [planner, naive]) each.removeRun(one.run);
    } else {
      now += one.afterMs;
      const given = planner.plan(now, one.limit);
      expect(given).toEqual(naive.plan(now, one.limit));
      expect(given.length).toBeLessThanOrEqual(one.limit);
      for (const { entry: taken, worker: id } of given) {
        const by = workers.get(id);
        expect(by?.accepts === true && taken.tags.every((tag) => by.tags.has(tag))).toBe(true);
        expect(waiting.delete(keyOf(taken))).toBe(true);
        held.set(keyOf(taken), taken);
        expect(planner.held(id)).toBeLessThanOrEqual((by?.slots ?? 0) + (by?.credits ?? 0));
      }
    }
    expect(planner.size).toBe(waiting.size);
  }
}

function keyOf({ run, job }: QueueEntry): string {
  return `${run}#${job}`;
}

describe("a run of one beside a run of thousands", () => {
  it("gets the next place that becomes free, however long places are held", () => {
    const world = fc.record({
      slots: fc.integer({ min: 1, max: 5 }),
      holdMs: fc.constantFrom(10, 30_000, 10 * AGEING_MS),
      turnsBefore: fc.nat(12),
      waitedMs: fc.constantFrom(0, AGEING_MS - 1, 40 * AGEING_MS),
    });
    fc.assert(
      fc.property(world, ({ slots, holdMs, turnsBefore, waitedMs }) => {
        const planner = new Planner();
        planner.setWorker({ id: "w", tags: new Set(), slots, credits: 0, accepts: true });
        for (let job = 0; job < 5_000; job++) planner.add({ ...SINGLE, run: "big", job, readyAt: 0 });
        let now = waitedMs;
        const held = planner.plan(now, 100).map((one) => one.entry);
        const turn = (): readonly QueueEntry[] => {
          now += holdMs;
          const oldest = held.shift();
          if (oldest !== undefined) planner.release(oldest.run, oldest.job);
          const given = planner.plan(now, 100).map((one) => one.entry);
          held.push(...given);
          return given;
        };
        for (let count = 0; count < turnsBefore; count++) turn();
        planner.add({ ...SINGLE, run: "small", job: 0, readyAt: now });
        expect(turn().map((one) => one.run)).toEqual(["small"]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a job of the lowest priority", () => {
  it("is served in the end, though new ones of the highest priority keep coming", () => {
    const planner = new Planner();
    planner.setWorker({ id: "w", tags: new Set(), slots: 1, credits: 0, accepts: true });
    planner.add({ ...SINGLE, run: "low", job: 0, priority: 0, readyAt: 0 });
    let turns = 0;
    for (let served = false; !served; turns++) {
      const now = turns * 30_000;
      for (const job of [0, 1])
        planner.add({ ...SINGLE, run: `high${turns}`, job, priority: 10, readyAt: now });
      const [given] = planner.plan(now, 1);
      if (given === undefined || turns > 1_000) throw new Error("it starves");
      planner.release(given.entry.run, given.entry.job);
      served = given.entry.run === "low";
    }
    expect(turns * 30_000).toBeGreaterThan(10 * AGEING_MS);
  });

  it("is served in the end, though its own run keeps queueing more important ones", () => {
    const planner = new Planner();
    planner.setWorker({ id: "w", tags: new Set(), slots: 1, credits: 0, accepts: true });
    planner.add({ ...SINGLE, job: -1, priority: 4, readyAt: 0 });
    let job = 0;
    for (let served = false; !served; job++) {
      if (job > 1_000) throw new Error("it starves");
      planner.add({ ...SINGLE, job, priority: 5, readyAt: job * 1_000 });
      const [given] = planner.plan(job * 1_000, 1);
      planner.release(SINGLE.run, given?.entry.job ?? 0);
      served = given?.entry.job === -1;
    }
  });
});

const SINGLE: QueueEntry = {
  run: "r",
  job: 0,
  namespace: "default",
  pipeline: "build",
  priority: 5,
  readyAt: 0,
  tags: [],
};
