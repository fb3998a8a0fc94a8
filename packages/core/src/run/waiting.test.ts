import { describe, expect, it } from "vitest";
import { commandOf, commandsOf } from "./command.ts";
import { approval, child, group, task } from "./testing/build.ts";
import { started } from "./testing/test-run.ts";
import { transition } from "./transition.ts";

describe("an approval", () => {
  it("asks, and completes with the answer and who gave it", () => {
    const run = started([approval("ok", "deploy ${v}?"), task("b", { after: ["ok"] })], {
      variables: { v: "1.2" },
    });
    expect(run.state("ok")).toMatchObject({
      kind: "approval",
      askedAt: 1_000,
      dueAt: null,
      prompt: "deploy 1.2?",
    });
    expect(run.events[1]).toEqual({ kind: "job.asked", job: 0, prompt: "deploy 1.2?", dueAt: null });
    expect(run.commands).toEqual([]);
    run.at = 5_000;
    expect(run.decide("ok", true, "go")).toBeNull();
    expect(run.state("ok")).toMatchObject({
      kind: "completed",
      startedAt: 1_000,
      endedAt: 5_000,
      outputs: { approved_by: "ann", comment: "go" },
      reason: { kind: "approved", by: "ann", comment: "go" },
    });
    expect(run.status("b")).toBe("queued");
  });

  it("fails when it is rejected", () => {
    const run = started([approval("ok"), task("b", { after: ["ok"] })]);
    run.decide("ok", false, "not today");
    expect(run.state("ok")).toMatchObject({
      kind: "failed",
      startedAt: 1_000,
      reason: { kind: "rejected", by: "ann", comment: "not today" },
    });
    expect(run.status("b")).toBe("skipped");
    expect(run.live.header.status).toBe("failed");
  });

  it("fails when nobody answers in time", () => {
    const run = started([approval("ok", "?", { timeoutMs: 500 })]);
    expect(run.state("ok")).toMatchObject({ dueAt: 1_500 });
    expect(run.commands).toEqual([{ kind: "wake", job: 0, at: 1_500 }]);
    expect(run.timer("ok", 499)).toBe("not_due");
    expect(run.timer("ok", 1)).toBeNull();
    expect(run.state("ok")).toMatchObject({
      kind: "failed",
      startedAt: 1_000,
      reason: { kind: "approval_timed_out" },
    });
  });

  it("has no timer without a timeout", () => {
    expect(started([approval("ok")]).timer("ok", 10_000_000)).toBe("not_due");
  });

  it("is decided once, and only while it is asked", () => {
    const run = started([approval("ok"), task("a"), approval("later", "?", { after: ["a"] })]);
    expect(run.decide("a", true)).toBe("not_waiting");
    expect(run.decide("later", true)).toBe("not_waiting");
    expect(run.decide("ok", true)).toBeNull();
    expect(run.decide("ok", false)).toBe("job_ended");
    const why = (key: string) =>
      transition(run.live, {
        kind: "decide",
        job: run.number(key),
        at: 1,
        approve: true,
        by: "ann",
        comment: "",
      });
    expect(why("ok")).toMatchObject({ message: "`ok` has ended already: it is completed" });
    expect(why("a")).toMatchObject({ message: "`a` does not wait for a person: it is no approval" });
    expect(why("later")).toMatchObject({ message: expect.stringContaining("what it depends on goes on") });
  });
});

describe("a child run", () => {
  const running = () =>
    started([child("c", { x: "${v}!" }), task("b", { after: ["c"] })], { variables: { v: 1 } });
  const ended = (status: "completed" | "failed" | "cancelled", run = "run_1_0") =>
    ({ kind: "child_ended", job: 0, run, at: 9_000, status, outputs: { y: 2 } }) as const;

  it("is asked for by a name that follows from the job, with its inputs", () => {
    const run = running();
    expect(run.state("c")).toMatchObject({ kind: "child", run: "run_1_0", inputs: { x: "1!" }, at: 1_000 });
    expect(run.commands).toEqual([
      { kind: "start_child", job: 0, run: "run_1_0", pipeline: "other", inputs: { x: "1!" } },
    ]);
    expect(run.events[1]).toEqual({ kind: "job.child", job: 0, run: "run_1_0", inputs: { x: "1!" } });
  });

  it("gives its outputs when it completes", () => {
    const run = running();
    expect(run.give(ended("completed"))).toBeNull();
    expect(run.state("c")).toMatchObject({
      kind: "completed",
      startedAt: 1_000,
      endedAt: 9_000,
      outputs: { y: 2 },
      reason: { kind: "child", run: "run_1_0", status: "completed" },
    });
    expect(run.status("b")).toBe("queued");
  });

  it("that fails, or is cancelled without having been asked to be, fails the job", () => {
    for (const status of ["failed", "cancelled"] as const) {
      const run = running();
      run.give(ended(status));
      expect(run.state("c")).toMatchObject({
        kind: "failed",
        outputs: { y: 2 },
        reason: { kind: "child", status },
        startedAt: 1_000,
      });
    }
  });

  it("that completes or fails while it is being stopped did so", () => {
    for (const status of ["completed", "failed"] as const) {
      const run = running();
      run.stop();
      run.give(ended(status));
      expect(run.state("c")).toMatchObject({ kind: status, startedAt: 1_000 });
    }
  });

  it("that could not be created fails the job, and says why", () => {
    const run = running();
    expect(
      run.give({ kind: "child_refused", job: 0, run: "run_1_0", at: 2_000, message: "no pipeline other" }),
    ).toBeNull();
    expect(run.state("c")).toMatchObject({
      kind: "failed",
      startedAt: 1_000,
      reason: { kind: "invalid", message: "no pipeline other" },
    });
  });

  it("of another name or job is not ours", () => {
    const run = running();
    expect(run.give(ended("completed", "run_2_0"))).toBe("not_waiting");
    expect(run.give({ ...ended("completed"), job: 1 })).toBe("not_waiting");
  });

  it("with inputs that cannot be filled in fails the job", () => {
    const run = started([child("c", { x: "${nosuch}" })]);
    expect(run.state("c")).toMatchObject({ kind: "failed", reason: { kind: "invalid" } });
  });
});

describe("a result taken over from another run", () => {
  it("stands for the work: nothing is asked, run or expanded", () => {
    const outputs = { v: 1 };
    const reused = {
      a: { run: "run_0", outputs },
      ok: { run: null, outputs: {} },
      g: { run: "run_0", outputs: { v: [7, 8] } },
    };
    const next = task("b", {
      after: ["a", "g"],
      bindings: { v: "${tasks.a.outputs.v} ${tasks.g.outputs.v}" },
    });
    const run = started([task("a"), approval("ok"), group("g", { items: ["1", "2"] }), next], { reused });
    expect(run.statuses).toBe("a completed, ok completed, g completed, b queued");
    expect(run.state("a")).toMatchObject({
      outputs,
      reason: { kind: "reused", run: "run_0" },
      startedAt: 1_000,
      members: null,
    });
    expect(run.state("ok")).toMatchObject({ reason: { kind: "reused", run: null } });
  });

  it("can be that of single members", () => {
    const reused = { "g[1]": { run: "run_0", outputs: { v: 1 } } };
    const run = started([group("g", { items: ["1", "2"], maxParallel: 1 })], { reused });
    expect(run.statuses).toBe("g running, g[1] completed, g[2] queued");
    run.succeed("g[2]", { v: 2 });
    expect(run.status("g")).toBe("completed");
  });

  it("of all members ends the group at once", () => {
    const reused = { "g[1]": { run: "run_0", outputs: {} }, "g[2]": { run: "run_0", outputs: {} } };
    expect(started([group("g", { items: ["1", "2"] })], { reused }).live.header.status).toBe("completed");
  });

  it("does not come through names that every object has", () => {
    expect(started([task("toString")]).status("toString")).toBe("queued");
  });
});

describe("commandsOf", () => {
  it("asks again for all that a live run waits for", () => {
    const retry = { attempts: 2, initialMs: 100 };
    const specs = [
      task("q"),
      task("s"),
      task("r"),
      task("w", { retry }),
      approval("ok", "?", { timeoutMs: 5 }),
      approval("no"),
      child("c"),
    ];
    const run = started([...specs, task("p", { after: ["q"] })], { timeoutMs: 70 })
      .assign("s")
      .running("r")
      .fail("w");
    expect(commandsOf(run.live)).toMatchObject([
      { kind: "wake", job: null, at: 1_070 },
      { kind: "queue", job: 0 },
      { kind: "start_attempt", job: 1, ref: { token: 1 } },
      { kind: "wake", job: 3, at: 1_100 },
      { kind: "wake", job: 4, at: 1_005 },
      { kind: "start_child", job: 6 },
    ]);
    run.stop();
    expect(commandsOf(run.live)).toMatchObject([
      { kind: "wake", job: null, at: 1_070 },
      { kind: "stop_attempt", job: 1 },
      { kind: "stop_attempt", job: 2 },
      { kind: "stop_child", job: 6, run: "run_1_6" },
    ]);
  });

  it("asks for nothing when the run has ended", () => {
    expect(commandsOf(started([task("a")]).succeed("a").live)).toEqual([]);
  });

  it("asks for nothing where a row does not fit its job", () => {
    const { live } = started([child("c")]);
    const [job] = started([task("a")]).live.graph.jobs;
    const state = live.jobs.get(0);
    if (job === undefined || state === undefined) throw new Error("no job");
    expect(commandOf(0, job, state)).toBeNull();
    live.jobs.set(5, state);
    expect(commandsOf(live)).toHaveLength(1);
  });
});
