import { describe, expect, it } from "vitest";
import { AGEING_MS, type QueueEntry } from "./lane.ts";
import { type PlannedWorker, Planner } from "./planner.ts";

const entry = (run: string, job: number, options: Partial<QueueEntry> = {}): QueueEntry => ({
  run,
  job,
  namespace: "default",
  pipeline: "build",
  priority: 5,
  readyAt: 0,
  tags: [],
  ...options,
});

const worker = (
  id: string,
  slots: number,
  options: Partial<Omit<PlannedWorker, "tags">> & { tags?: readonly string[] } = {},
): PlannedWorker => ({
  id,
  slots,
  credits: 0,
  accepts: true,
  ...options,
  tags: new Set(options.tags ?? []),
});

function planner(workers: readonly PlannedWorker[], entries: readonly QueueEntry[] = []): Planner {
  const made = new Planner();
  for (const one of workers) made.setWorker(one);
  for (const one of entries) made.add(one);
  return made;
}

const plan = (of: Planner, now = 0, limit = 100) =>
  of.plan(now, limit).map((one) => `${one.entry.run}.${one.entry.job}`);
const places = (of: Planner, now = 0) =>
  of.plan(now, 100).map((one) => `${one.entry.run}.${one.entry.job} ${one.worker}`);

describe("places", () => {
  it("are given while there are any, and jobs", () => {
    const made = planner([worker("w", 2)], [entry("a", 0), entry("a", 1), entry("a", 2)]);
    expect(plan(made)).toEqual(["a.0", "a.1"]);
    expect(made.held("w")).toBe(2);
    expect(made.size).toBe(1);
    expect(plan(made)).toEqual([]);
    made.release("a", 0);
    expect(plan(made)).toEqual(["a.2"]);
    expect(made.size).toBe(0);
    expect(plan(made)).toEqual([]);
  });

  it("are given up to the limit", () => {
    const made = planner([worker("w", 9)], [entry("a", 0), entry("a", 1), entry("a", 2)]);
    expect(plan(made, 0, 2)).toEqual(["a.0", "a.1"]);
    expect(plan(made, 0, 0)).toEqual([]);
  });

  it("are credits when all slots are taken", () => {
    const made = planner(
      [worker("w", 1, { credits: 2 })],
      [0, 1, 2, 3].map((job) => entry("a", job)),
    );
    expect(plan(made)).toEqual(["a.0", "a.1", "a.2"]);
  });

  it("are those of the worker with the most free slots, then with the most credits, then of the first", () => {
    const jobs = [0, 1, 2, 3, 4, 5].map((job) => entry("a", job));
    expect(
      places(planner([worker("u", 1), worker("v", 2, { credits: 1 }), worker("w", 2, { credits: 2 })], jobs)),
    ).toEqual(["a.0 w", "a.1 v", "a.2 w", "a.3 v", "a.4 u", "a.5 w"]);
    expect(places(planner([worker("v", 1), worker("w", 1)], jobs))).toEqual(["a.0 v", "a.1 w"]);
  });

  it("are not given by a worker that does not accept, or is gone", () => {
    const made = planner([worker("w", 1, { accepts: false }), worker("v", 1)], [entry("a", 0)]);
    made.removeWorker("v");
    expect(plan(made)).toEqual([]);
    made.setWorker(worker("w", 1));
    expect(places(made)).toEqual(["a.0 w"]);
  });

  it("are found taken after a restart", () => {
    const made = planner([worker("w", 2)], [entry("a", 1), entry("a", 2)]);
    made.hold(entry("a", 0), "w");
    expect(plan(made)).toEqual(["a.1"]);
  });

  it("are one for each job: the last", () => {
    const made = planner([worker("v", 1), worker("w", 1)], []);
    made.hold(entry("a", 0), "v");
    made.hold(entry("a", 0), "w");
    expect([made.held("v"), made.held("w")]).toEqual([0, 1]);
    made.release("a", 0);
    made.release("a", 0);
    expect([made.held("v"), made.held("w"), made.held("nobody")]).toEqual([0, 0, 0]);
  });
});

describe("tags", () => {
  it("are all needed, in any order; who lacks one is passed over", () => {
    const workers = [
      worker("plain", 5),
      worker("gpu", 5, { tags: ["gpu"] }),
      worker("both", 1, { tags: ["gpu", "linux", "x"] }),
    ];
    const made = planner(workers, [
      entry("a", 0, { tags: ["linux", "gpu"] }),
      entry("a", 1, { tags: ["gpu", "linux"] }),
      entry("a", 2, { tags: ["windows"] }),
      entry("a", 3),
    ]);
    expect(places(made)).toEqual(["a.0 both", "a.3 plain"]);
    expect(made.size).toBe(2);
  });

  it("that no connected worker has can be told, whether or not it accepts", () => {
    const made = planner([worker("w", 1, { tags: ["gpu"], accepts: false })]);
    expect([
      made.canRun(["gpu"]),
      made.canRun([]),
      made.canRun(["gpu", "x"]),
      new Planner().canRun([]),
    ]).toEqual([true, true, false, false]);
  });

  it("of jobs that wait for a rare worker do not hold up the others", () => {
    const made = planner(
      [worker("w", 1)],
      [
        entry("a", 0, { tags: ["gpu"], priority: 10 }),
        entry("a", 1, { tags: ["gpu"], priority: 9 }),
        entry("b", 0),
      ],
    );
    expect(plan(made)).toEqual(["b.0"]);
  });
});

describe("priority", () => {
  it("goes first, high before low, also inside of a run", () => {
    const made = planner(
      [worker("w", 9)],
      [
        entry("a", 0, { priority: 1 }),
        entry("a", 1, { priority: 7 }),
        entry("b", 0, { priority: 3 }),
        entry("a", 2, { priority: 7 }),
      ],
    );
    expect(plan(made)).toEqual(["a.1", "a.2", "b.0", "a.0"]);
  });

  it("grows by one for each minute without a turn", () => {
    const jobs = [entry("a", 0, { priority: 5, readyAt: AGEING_MS }), entry("b", 0, { priority: 4 })];
    expect(plan(planner([worker("w", 1)], jobs), 2 * AGEING_MS - 1)).toEqual(["a.0"]);
    expect(plan(planner([worker("w", 1)], jobs), AGEING_MS)).toEqual(["a.0"]);
    expect(
      plan(
        planner(
          [worker("w", 1)],
          [entry("a", 0, { priority: 5, readyAt: 1 }), entry("b", 0, { priority: 4 })],
        ),
        AGEING_MS,
      ),
    ).toEqual(["a.0"]);
    const older = [
      entry("a", 0, { priority: 5, readyAt: AGEING_MS }),
      entry("b", 0, { priority: 4, readyAt: 0 }),
    ];
    expect(plan(planner([worker("w", 1)], older), 2 * AGEING_MS - 1)).toEqual(["a.0"]);
    expect(
      plan(
        planner(
          [worker("w", 1)],
          [older[0] ?? entry("x", 0), entry("b", 0, { priority: 4, readyAt: -AGEING_MS })],
        ),
        AGEING_MS,
      ),
    ).toEqual(["b.0"]);
  });

  it("is lost again with a turn, so that a served lane does not grow on what waits behind it", () => {
    const made = planner(
      [worker("w", 1)],
      [entry("low", 0, { priority: 4 }), entry("low", 1, { priority: 4 })],
    );
    const at = 3 * AGEING_MS;
    made.add(entry("high", 0, { priority: 5, readyAt: at }));
    expect(plan(made, at)).toEqual(["low.0"]);
    made.release("low", 0);
    expect(plan(made, at + 1)).toEqual(["high.0"]);
  });

  it("does not grow while a place is being used, once it is given back", () => {
    const made = planner(
      [worker("w", 1)],
      [entry("low", 0, { priority: 4 }), entry("low", 1, { priority: 4 })],
    );
    plan(made, 0);
    const at = 5 * AGEING_MS;
    made.add(entry("high", 0, { priority: 5, readyAt: at }));
    made.release("low", 0);
    expect(plan(made, at)).toEqual(["high.0"]);
  });

  it("does not fall when a clock went back", () => {
    const made = planner(
      [worker("w", 2)],
      [entry("a", 0, { priority: 5, readyAt: 10 * AGEING_MS }), entry("b", 0, { priority: 4 })],
    );
    expect(plan(made, 0)).toEqual(["a.0", "b.0"]);
  });
});

describe("fairness", () => {
  it("prefers the namespace, then the pipeline, then the run with the fewest places", () => {
    const made = planner([worker("w", 100)], []);
    made.hold(entry("h1", 0, { namespace: "n1", pipeline: "p1" }), "w");
    made.hold(entry("h1", 1, { namespace: "n1", pipeline: "p1" }), "w");
    made.hold(entry("h2", 0, { namespace: "n2", pipeline: "p2" }), "w");
    made.hold(entry("h3", 0, { namespace: "n2", pipeline: "p3" }), "w");
    made.add(entry("h1", 9, { namespace: "n1", pipeline: "p1" }));
    made.add(entry("x", 0, { namespace: "n1", pipeline: "p1" }));
    made.add(entry("y", 0, { namespace: "n1", pipeline: "p9" }));
    expect(plan(made)).toEqual(["y.0", "x.0", "h1.9"]);
    made.add(entry("a", 0, { namespace: "n1", pipeline: "p1" }));
    made.add(entry("b", 0, { namespace: "n2", pipeline: "p2" }));
    expect(plan(made)).toEqual(["b.0", "a.0"]);
  });

  it("takes pipelines of one name in two namespaces for two", () => {
    const made = planner([worker("w", 9)], []);
    for (const job of [0, 1]) made.hold(entry("a", job, { namespace: "n1" }), "w");
    for (const job of [0, 1]) made.hold(entry("b", job, { namespace: "n2", pipeline: "other" }), "w");
    made.add(entry("c", 0, { namespace: "n1" }));
    made.add(entry("d", 0, { namespace: "n2" }));
    expect(plan(made)).toEqual(["d.0", "c.0"]);
  });

  it("gives runs their turns in a circle when there is one place", () => {
    const made = planner(
      [worker("w", 1)],
      ["a", "b", "c"].flatMap((run) => [0, 1].map((job) => entry(run, job))),
    );
    const turns: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const [given] = made.plan(turn, 1);
      if (given === undefined) throw new Error("no turn");
      turns.push(`${given.entry.run}.${given.entry.job}`);
      made.release(given.entry.run, given.entry.job);
    }
    expect(turns).toEqual(["a.0", "b.0", "c.0", "a.1", "b.1", "c.1"]);
  });

  it("does not take a run for new because it queues one job after the other", () => {
    const made = planner([worker("w", 1)], [entry("big", 0), entry("big", 1), entry("chain", 0)]);
    expect(plan(made)).toEqual(["big.0"]);
    made.release("big", 0);
    expect(plan(made)).toEqual(["chain.0"]);
    made.release("chain", 0);
    made.add(entry("chain", 1));
    expect(plan(made)).toEqual(["big.1"]);
  });

  it("forgets the turns of a run that is removed", () => {
    const made = planner([worker("w", 1)], [entry("a", 0), entry("b", 0), entry("b", 1)]);
    expect(plan(made)).toEqual(["a.0"]);
    made.release("a", 0);
    made.removeRun("a");
    expect(plan(made)).toEqual(["b.0"]);
    made.release("b", 0);
    made.add(entry("a", 1));
    expect(plan(made)).toEqual(["a.1"]);
  });
});

describe("the queue", () => {
  it("lets a job go that was stopped", () => {
    const made = planner([worker("w", 9)], [entry("a", 0), entry("a", 1), entry("a", 2)]);
    made.remove(entry("a", 1, { readyAt: 77 }));
    made.remove(entry("a", 1));
    made.remove(entry("nobody", 0));
    expect(made.size).toBe(2);
    expect(plan(made)).toEqual(["a.0", "a.2"]);
    made.remove(entry("a", 0));
    expect(made.size).toBe(0);
  });

  it("does not find a job again that it gave away, though another has its number", () => {
    const made = planner([worker("w", 1)], [entry("a", 0), entry("a", 1)]);
    plan(made);
    made.remove(entry("a", 0));
    expect(made.size).toBe(1);
  });

  it("lets all jobs of a run go, whatever their tags and priorities", () => {
    const jobs = [
      entry("a", 0),
      entry("a", 1, { priority: 3 }),
      entry("a", 2, { tags: ["x"] }),
      entry("b", 0),
    ];
    const made = planner([worker("w", 9, { tags: ["x"] })], jobs);
    made.removeRun("a");
    made.removeRun("a");
    expect(made.size).toBe(1);
    expect(plan(made)).toEqual(["b.0"]);
    made.add(entry("a", 5));
    expect(plan(made)).toEqual(["a.5"]);
  });

  it("keeps a run's other lanes when one runs empty", () => {
    const made = planner([worker("w", 1)], [entry("a", 0, { priority: 9 }), entry("a", 1, { priority: 2 })]);
    plan(made);
    expect(made.size).toBe(1);
    made.removeRun("a");
    expect(made.size).toBe(0);
  });

  it("keeps the order of a lane over thousands of jobs that come and go", () => {
    const made = planner(
      [worker("w", 1)],
      Array.from({ length: 3_000 }, (_, job) => entry("a", job)),
    );
    const given: number[] = [];
    for (let turn = 0; turn < 3_000; turn++) {
      const [one] = made.plan(0, 1);
      if (one === undefined) throw new Error("no turn");
      given.push(one.entry.job);
      made.release("a", one.entry.job);
      if (turn === 2_000) made.remove(entry("a", 2_500));
      if (turn === 2_100) made.add(entry("a", 2_500));
    }
    const order = Array.from({ length: 3_000 }, (_, job) => job).filter((job) => job !== 2_500);
    expect(given).toEqual([...order, 2_500]);
  });
});
