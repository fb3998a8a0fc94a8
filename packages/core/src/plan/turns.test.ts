import { describe, expect, it } from "vitest";
import { AGEING_MS } from "./lane.ts";
import { entry, plan, planner, worker } from "./testing/build.ts";

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
