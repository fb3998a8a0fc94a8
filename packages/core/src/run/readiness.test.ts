import { describe, expect, it } from "vitest";
import { started, TestRun } from "./testing/test-run.ts";
import { approval, group, task } from "./testing/build.ts";

describe("readiness", () => {
  it("queues what waits for nothing, in the order of the definition, and nothing else", () => {
    const run = started([task("a"), task("b", { after: ["a"] }), task("c")]);
    expect(run.queued).toEqual(["a", "c"]);
    expect(run.commands).toEqual([
      { kind: "queue", job: 0 },
      { kind: "queue", job: 2 },
    ]);
    expect(run.events.map((event) => event.kind)).toEqual(["run.started", "job.queued", "job.queued"]);
  });

  it("queues a job when the last of its dependencies has ended", () => {
    const run = started([task("a"), task("b"), task("c", { after: ["a", "b"] })]);
    run.succeed("b");
    expect(run.status("c")).toBe("pending");
    run.succeed("a");
    expect(run.status("c")).toBe("queued");
  });

  it("queues several dependants in the order of the definition", () => {
    const run = started([
      task("a"),
      task("b", { after: ["a"] }),
      task("c", { after: ["a"] }),
      task("d", { after: ["a"] }),
    ]);
    run.succeed("a");
    expect(run.commands.map((command) => command.job)).toEqual([1, 2, 3]);
  });

  it("counts a dependency that is written twice as one wait that ends", () => {
    const run = started([task("a"), task("b", { after: ["a", "a"] })]);
    run.succeed("a");
    expect(run.status("b")).toBe("queued");
  });

  it("ends a run without jobs at once", () => {
    const run = started([]);
    expect(run.live.header).toMatchObject({
      status: "completed",
      endedAt: 1_000,
      startedAt: 1_000,
      phase: "final",
    });
  });

  it("completes the run when every job has", () => {
    const run = started([task("a"), task("b", { after: ["a"] })]);
    run.at = 2_000;
    run.succeed("a");
    expect(run.live.header.status).toBe("running");
    run.succeed("b");
    expect(run.live.header).toMatchObject({
      status: "completed",
      reason: { kind: "none" },
      endedAt: 2_000,
      open: 0,
    });
    expect(run.events.at(-1)).toEqual({
      kind: "run.ended",
      status: "completed",
      reason: { kind: "none" },
      outputs: {},
    });
  });

  it("starts once, and takes nothing before the start", () => {
    const run = new TestRun([task("a")]);
    expect(run.give({ kind: "assign", job: 0, worker: "w", at: 1 })).toBe("not_queued");
    expect(run.give({ kind: "timer", job: null, at: 1 })).toBe("not_due");
    expect(run.give({ kind: "start", at: 1 })).toBeNull();
    expect(run.give({ kind: "start", at: 1 })).toBe("already_started");
  });

  it("takes nothing after the end", () => {
    const run = started([task("a")]).succeed("a");
    expect(run.give({ kind: "assign", job: 0, worker: "w", at: 1 })).toBe("run_ended");
    expect(run.stop()).toBe("run_ended");
  });

  it("numbers attempts per job and tokens per run", () => {
    const run = started([task("a"), task("b")])
      .assign("a", "w1")
      .assign("b", "w2");
    expect(run.state("a")).toMatchObject({
      kind: "assigned",
      ref: { attempt: 1, token: 1, worker: "w1" },
      past: { attempts: 1 },
    });
    expect(run.state("b")).toMatchObject({ ref: { attempt: 1, token: 2, worker: "w2" } });
    expect(run.live.header.nextToken).toBe(3);
    expect(run.commands).toEqual([
      { kind: "start_attempt", job: 1, ref: { attempt: 1, token: 2, worker: "w2" } },
    ]);
  });

  it("records when the process started and how it can be stopped", () => {
    const run = started([task("a")]).assign("a");
    run.at = 1_500;
    run.running("a");
    expect(run.state("a")).toMatchObject({ kind: "running", startedAt: 1_500, stopMeans: "cgroup" });
    expect(run.events).toMatchObject([{ kind: "job.started", startedAt: 1_500, stopMeans: "cgroup" }]);
    run.at = 1_900;
    run.succeed("a", { url: "x" });
    expect(run.state("a")).toMatchObject({
      kind: "completed",
      startedAt: 1_500,
      endedAt: 1_900,
      outputs: { url: "x" },
      reason: { kind: "succeeded" },
    });
  });

  it("believes the result where it knows the start better", () => {
    const run = started([task("a"), task("b")])
      .assign("a")
      .assign("b");
    run.end("a", "succeeded", { startedAt: 1_200 });
    run.end("b", "succeeded");
    expect(run.state("a")).toMatchObject({ startedAt: 1_200 });
    expect(run.state("b")).toMatchObject({ startedAt: 1_000 });
  });

  it("says what each state is called outside", () => {
    const run = started([
      task("a"),
      task("b", { after: ["a"] }),
      approval("ok"),
      group("g", { items: ["x"] }),
      task("c"),
    ]);
    run.assign("c");
    expect(run.statuses).toBe("a queued, b pending, ok waiting, g running, c queued, g[x] queued");
  });
});
