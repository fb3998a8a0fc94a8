import { describe, expect, it } from "vitest";
import type { Growth } from "./input.ts";
import { group, growth, type JobSpec, task } from "./testing/build.ts";
import { started, type TestRun } from "./testing/test-run.ts";

const plan = (others: readonly JobSpec[] = [], options = {}) => started([task("plan"), ...others], options);

/** What a running `plan` is told when it grows this. */
function refusalOf(run: TestRun, fragment: Growth): string {
  run.succeed("plan", {}, fragment);
  const [refused] = run.events.filter((event) => event.kind === "growth.refused");
  const state = run.state("plan");
  expect(state).toMatchObject({ kind: "failed", reason: { kind: "invalid", message: refused?.message } });
  return refused?.message ?? "";
}

describe("growth", () => {
  it("comes with the success, prefixed with the grower's key, and begins", () => {
    const run = plan().succeed("plan", {}, growth([task("a"), task("b", { after: ["a"] })]));
    expect(run.statuses).toBe("plan completed, plan/a queued, plan/b pending");
    expect(run.live.graph.jobs[1]).toMatchObject({
      key: "plan/a",
      name: "a",
      grownBy: 0,
      memberOf: null,
      item: null,
      dependencies: [],
    });
    expect(run.live.graph.jobs[2]).toMatchObject({ dependencies: [1] });
    expect(run.events.map((event) => event.kind)).toEqual([
      "attempt.ended",
      "graph.grown",
      "job.ended",
      "job.queued",
    ]);
    expect(run.events[1]).toMatchObject({ job: 0, first: 1, jobs: [{ key: "plan/a" }, { key: "plan/b" }] });
    run.succeed("plan/a").succeed("plan/b");
    expect(run.live.header.status).toBe("completed");
  });

  it("begins in the order of the fragment", () => {
    const run = plan().succeed("plan", {}, growth([task("a"), task("b"), task("c")]));
    expect(run.queued).toEqual(["plan/a", "plan/b", "plan/c"]);
  });

  it("keeps the keys as they are when it is flat", () => {
    const run = plan([task("x")]).succeed(
      "plan",
      {},
      growth([task("a", { after: ["x"] }), task("b", { after: ["a"] })], "flat"),
    );
    expect(run.statuses).toBe("plan completed, x queued, a pending, b pending");
    run.succeed("x");
    expect(run.queued).toEqual(["a"]);
  });

  it("does not come with a failure, and an empty one changes nothing", () => {
    const failed = plan().end("plan", "failed", { growth: growth([task("a")]) });
    expect(failed.statuses).toBe("plan failed");
    const empty = plan().succeed("plan", {}, growth([]));
    expect(empty.statuses).toBe("plan completed");
    expect(empty.events.map((event) => event.kind)).toEqual(["attempt.ended", "job.ended", "run.ended"]);
  });

  it("may depend on its grower, on its own jobs first and on those of the run", () => {
    const fragment = growth([task("x"), task("a", { after: ["x", "y", "plan"] })]);
    const run = plan([task("x"), task("y")]).succeed("plan", {}, fragment);
    expect(run.live.graph.jobs[4]).toMatchObject({ key: "plan/a", dependencies: [3, 2, 0] });
    run.succeed("plan/x").succeed("y");
    expect(run.status("plan/a")).toBe("queued");
  });

  it("is skipped behind a job of the run that has failed already", () => {
    const run = plan([task("x")])
      .fail("x")
      .succeed("plan", {}, growth([task("a", { after: ["x"] })]));
    expect(run.state("plan/a")).toMatchObject({ kind: "skipped", reason: { kind: "dependency", job: 1 } });
  });

  it("brings conditions, retries and groups", () => {
    const jobs = [
      task("c", { when: "false" }),
      task("r", { retry: { attempts: 2, initialMs: 5 } }),
      group("g", { items: ["1"] }),
    ];
    const run = plan().succeed("plan", {}, growth(jobs)).fail("plan/r");
    expect(run.statuses).toBe(
      "plan completed, plan/c skipped, plan/r waiting, plan/g running, plan/g[1] queued",
    );
  });

  it("can come while its grower runs, also in several parts", () => {
    const run = plan().running("plan");
    const grow = (fragment: Growth) =>
      run.give({ kind: "grow", job: 0, token: run.token("plan"), at: run.at, fragment });
    expect(grow(growth([task("a")]))).toBeNull();
    expect(run.statuses).toBe("plan running, plan/a queued");
    expect(grow(growth([task("a")]))).toBe("growth_refused");
    expect(grow(growth([task("b", { after: ["a", "plan"] })]))).toBeNull();
    run.succeed("plan/a");
    expect(run.status("plan/b")).toBe("pending");
    run.succeed("plan");
    expect(run.status("plan/b")).toBe("queued");
  });

  it("is cancelled at once in a run that is being stopped", () => {
    const run = plan().running("plan");
    run.stop();
    run.give({
      kind: "grow",
      job: 0,
      token: run.token("plan"),
      at: run.at,
      fragment: growth([task("a"), task("b", { after: ["a"] })]),
    });
    expect(run.statuses).toBe("plan stopping, plan/a cancelled, plan/b cancelled");
  });
});

describe("a join (`plan/*`)", () => {
  it("waits for the job and all that it grows, and what that grows", () => {
    const run = plan([task("end", { after: ["plan/*"] })]);
    run.succeed("plan", {}, growth([task("a"), task("b")]));
    run.succeed("plan/b").succeed("plan/a", {}, growth([task("c")]));
    expect(run.status("end")).toBe("pending");
    run.succeed("plan/a/c");
    expect(run.status("end")).toBe("queued");
  });

  it("waits for the job alone when that grows nothing", () => {
    expect(
      plan([task("end", { after: ["plan/*"] })])
        .succeed("plan")
        .status("end"),
    ).toBe("queued");
  });

  it("is skipped when a grown job fails, and names it", () => {
    const run = plan([task("end", { after: ["plan/*"] })]);
    run
      .succeed("plan", {}, growth([task("a"), task("b")]))
      .succeed("plan/a")
      .fail("plan/b");
    expect(run.state("end")).toMatchObject({
      kind: "skipped",
      reason: { kind: "dependency", job: run.number("plan/b"), status: "failed" },
    });
  });

  it("is skipped when a grown job cannot even begin", () => {
    const run = plan([task("end", { after: ["plan/*"] })]);
    run.succeed("plan", {}, growth([task("a", { bindings: { v: "${nosuch}" } })]));
    expect(run.state("end")).toMatchObject({ kind: "skipped", reason: { kind: "dependency", job: 2 } });
  });

  it("waits for what members of a group grow", () => {
    const run = started([group("g", { items: ["1"] }), task("end", { after: ["g/*"] })]);
    run.succeed("g[1]", {}, growth([task("a")]));
    expect(run.statuses).toBe("g completed, end pending, g[1] completed, g[1]/a queued");
    run.succeed("g[1]/a");
    expect(run.status("end")).toBe("queued");
  });

  it("waits for what members of a grown group grow", () => {
    const run = plan([task("end", { after: ["plan/*"] })]).succeed(
      "plan",
      {},
      growth([group("g", { items: ["1"] })]),
    );
    run.succeed("plan/g[1]", {}, growth([task("a")]));
    expect(run.status("end")).toBe("pending");
    run.succeed("plan/g[1]/a");
    expect(run.status("end")).toBe("queued");
  });

  it("that comes late waits for what was grown before", () => {
    const run = plan([task("other")]).succeed("plan", {}, growth([group("g", { items: ["1"] }), task("a")]));
    run.succeed("plan/a").succeed("other", {}, growth([task("late", { after: ["plan/*"] }), task("b")]));
    expect(run.status("other/late")).toBe("pending");
    run.succeed("plan/g[1]", {}, growth([task("c")]));
    expect(run.status("other/late")).toBe("pending");
    run.succeed("plan/g[1]/c");
    expect(run.status("other/late")).toBe("queued");
  });

  it("that comes late is skipped when something grown has failed before", () => {
    const run = plan([task("other")])
      .succeed("plan", {}, growth([task("a")]))
      .fail("plan/a");
    run.succeed("other", {}, growth([task("late", { after: ["plan/*"] })]));
    expect(run.state("other/late")).toMatchObject({ kind: "skipped", reason: { job: run.number("plan/a") } });
  });

  it("of a sibling in the fragment is known by its short name", () => {
    const run = plan().succeed("plan", {}, growth([task("a"), task("b", { after: ["a/*"] })]));
    run.succeed("plan/a", {}, growth([task("c")]));
    expect(run.status("plan/b")).toBe("pending");
    run.succeed("plan/a/c");
    expect(run.status("plan/b")).toBe("queued");
  });
});

describe("growth is refused, whole, and the job fails", () => {
  it("when a key is taken, or given twice", () => {
    expect(refusalOf(plan([task("x")]), growth([task("y"), task("x")], "flat"))).toBe(
      "the graph has a task x already; give the new one another id",
    );
    const run = plan();
    expect(refusalOf(run, growth([task("a"), task("a")]))).toBe("the fragment names the task plan/a twice");
    expect(run.statuses).toBe("plan failed");
  });

  it("when it depends on nothing, on itself or in a circle", () => {
    expect(refusalOf(plan(), growth([task("a", { after: ["nosuch"] })]))).toBe(
      "plan/a depends on nosuch, which is neither in the fragment nor in the run",
    );
    expect(refusalOf(plan(), growth([task("b"), task("a", { after: ["a"] })]))).toBe(
      "plan/a depends on itself",
    );
    const circle = growth([task("a", { after: ["b"] }), task("b", { after: ["a"] })]);
    expect(refusalOf(plan(), circle)).toBe("the fragment has a cycle: plan/a → plan/b → plan/a");
  });

  it("when it goes past the limit of jobs", () => {
    const fragment = growth([task("a"), task("b")]);
    expect(refusalOf(plan([], { maxJobs: 2 }), fragment)).toBe(
      "the graph would grow by 2 past the limit of 2 jobs",
    );
    expect(plan([], { maxJobs: 3 }).succeed("plan", {}, fragment).status("plan/b")).toBe("queued");
  });

  it("when a job waits for all that it is a part of", () => {
    expect(refusalOf(plan(), growth([task("a", { after: ["plan/*"] })]))).toBe(
      "plan/a cannot wait for all that plan grows: it is a part of that",
    );
    const deep = plan().succeed("plan", {}, growth([task("p")]));
    deep.succeed("plan/p", {}, growth([task("a", { after: ["plan/*"] })]));
    expect(deep.status("plan/p")).toBe("failed");
  });

  it("when a job waits for one that waits for what is grown", () => {
    const others = [task("end", { after: ["plan/*"] }), task("far", { after: ["end"] }), task("ok")];
    expect(refusalOf(plan(others), growth([task("a", { after: ["end"] })]))).toBe(
      "plan/a depends on end, which waits for what plan grows",
    );
    expect(refusalOf(plan(others), growth([task("a"), task("b", { after: ["ok", "far"] })]))).toBe(
      "plan/b depends on far, which waits for what plan grows",
    );
    const joined = growth([task("a", { after: ["far/*"] })]);
    expect(refusalOf(plan(others), joined)).toContain("plan/a depends on far");
    expect(
      plan(others)
        .succeed("plan", {}, growth([task("a", { after: ["ok"] })]))
        .status("plan/a"),
    ).toBe("pending");
  });

  it("not for what has ended, though it joined", () => {
    const run = plan([task("end", { after: ["plan/*"], when: "false" }), task("x")]).running("plan");
    run.stop();
    const fragment = growth([task("a", { after: ["end"] })]);
    expect(run.give({ kind: "grow", job: 0, token: run.token("plan"), at: 1, fragment })).toBeNull();
    expect(run.status("plan/a")).toBe("cancelled");
  });

  it("when a job depends on one of `finally`", () => {
    expect(refusalOf(plan([task("z", { final: true })]), growth([task("a", { after: ["z"] })]))).toBe(
      "plan/a depends on z, which runs when all other tasks have ended",
    );
  });
});
