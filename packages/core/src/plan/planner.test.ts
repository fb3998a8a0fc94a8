import { describe, expect, it } from "vitest";
import { Planner } from "./planner.ts";
import { entry, places, plan, planner, worker } from "./testing/build.ts";

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
    made.add(entry("a", 3));
    made.add(entry("a", 4));
    made.remove(entry("a", 3));
    made.release("a", 0);
    expect(plan(made)).toEqual(["a.4"]);
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

describe("jobs that share a process of their run", () => {
  const shared = (run: string, job: number, maxParallel: number | null = null) =>
    entry(run, job, { shared: { maxParallel } });

  it("go to the worker that has it, also when another has more room", () => {
    const made = planner([worker("v", 1), worker("w", 3)], [shared("a", 0), shared("a", 1)]);
    expect(places(made)).toEqual(["a.0 w", "a.1 w"]);
    made.setWorker(worker("v", 9));
    made.add(shared("a", 2));
    made.add(shared("b", 0));
    expect(places(made)).toEqual(["b.0 v", "a.2 w"]);
  });

  it("wait for it, and keep nobody else from a place", () => {
    const made = planner([worker("v", 1), worker("w", 1)], [shared("a", 1), entry("a", 2), entry("b", 3)]);
    made.settle("a", "w");
    made.hold(entry("c", 0), "w");
    expect(places(made)).toEqual(["a.2 v"]);
    made.removeWorker("w");
    made.release("a", 2);
    expect(places(made)).toEqual(["b.3 v"]);
  });

  it("are no more at once than the process performs", () => {
    const made = planner(
      [worker("w", 9)],
      [shared("a", 0, 2), shared("a", 1, 2), shared("a", 2, 2), shared("b", 0, 1)],
    );
    expect(plan(made)).toEqual(["a.0", "b.0", "a.1"]);
    made.release("a", 0);
    expect(plan(made)).toEqual(["a.2"]);
  });

  it("go anywhere when it is gone", () => {
    const made = planner([worker("v", 1), worker("w", 2)], [shared("a", 0)]);
    expect(places(made)).toEqual(["a.0 w"]);
    expect(made.homeOf("a")).toBe("w");
    made.removeWorker("w");
    made.release("a", 0);
    made.add(shared("a", 1));
    expect(plan(made)).toEqual([]);
    made.abandon("v");
    expect(plan(made)).toEqual([]);
    made.abandon("w");
    expect(places(made)).toEqual(["a.1 v"]);
    made.unsettle("a");
    expect(made.homeOf("a")).toBeNull();
  });
});
