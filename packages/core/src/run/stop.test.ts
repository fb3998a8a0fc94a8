import { describe, expect, it } from "vitest";
import { approval, child, group, growth, task } from "./testing/build.ts";
import { started, TestRun } from "./testing/test-run.ts";

describe("stopping a run", () => {
  it("cancels what has not begun, asks what runs to end, and ends when that is proved", () => {
    const retry = { attempts: 2, initialMs: 1_000 };
    const specs = [
      task("r"),
      task("s", { graceMs: 50 }),
      task("q"),
      task("w", { retry }),
      approval("ok"),
      task("p", { after: ["r"] }),
    ];
    const run = started(specs).running("r").assign("s").fail("w");
    expect(run.stop()).toBeNull();
    expect(run.statuses).toBe("r stopping, s stopping, q cancelled, w cancelled, ok cancelled, p cancelled");
    const reason = { kind: "stopped", cause: { kind: "run_stopped" } };
    expect(run.state("q")).toMatchObject({ kind: "cancelled", startedAt: null, reason, survivors: [] });
    expect(run.live.header).toMatchObject({
      status: "stopping",
      stop: { by: "ann", comment: "enough", force: false },
    });
    expect(run.events[0]).toMatchObject({
      kind: "run.stopping",
      cause: { kind: "run_stopped" },
      by: "ann",
      comment: "enough",
      force: false,
    });
    expect(run.commands).toMatchObject([
      { kind: "stop_attempt", job: 0, graceMs: 10_000, force: false },
      { kind: "stop_attempt", job: 1, graceMs: 50, force: false },
    ]);
    expect(run.state("r")).toMatchObject({ startedAt: 1_000, since: 1_000, cause: { kind: "run_stopped" } });
    expect(run.state("s")).toMatchObject({ startedAt: null });
    run.end("r", "cancelled", { survivors: [9] }).end("s", "cancelled");
    expect(run.state("r")).toMatchObject({
      kind: "cancelled",
      reason: { kind: "stopped", cause: { kind: "run_stopped" } },
      survivors: [9],
    });
    expect(run.live.header).toMatchObject({
      status: "cancelled",
      reason: { kind: "stopped", by: "ann", comment: "enough" },
      survivors: [9],
    });
  });

  it("hears of a start that crossed the stop", () => {
    const run = started([task("a")]).assign("a");
    run.stop();
    run.at = 1_300;
    run.running("a");
    expect(run.state("a")).toMatchObject({ kind: "stopping", startedAt: 1_300 });
    expect(run.commands).toMatchObject([{ kind: "stop_attempt" }]);
    const input = { kind: "started", job: 0, token: run.token("a"), at: 1, stopMeans: "" } as const;
    expect(run.give(input)).toBe("already_started");
  });

  it("keeps what a job managed to do: a success is one, a failure of its own too, and neither is tried again", () => {
    const retry = { attempts: 3, initialMs: 0, on: ["failed", "limit", "timed_out"] as const };
    const keys = ["ok", "failed", "limit", "timed_out", "lost", "rejected", "cancelled"];
    const run = started(keys.map((key) => task(key, { retry })));
    for (const key of keys) run.running(key);
    run.stop();
    run.succeed("ok", { v: 1 }).end("failed", "failed").end("limit", "limit").end("timed_out", "timed_out");
    run.end("lost", "lost").end("rejected", "rejected").end("cancelled", "cancelled");
    expect(run.statuses).toBe(
      "ok completed, failed failed, limit failed, timed_out failed, lost cancelled, rejected cancelled, cancelled cancelled",
    );
    expect(run.live.header.status).toBe("cancelled");
  });

  it("leaves a growth aside: nothing is begun any more", () => {
    const run = started([task("a")]).running("a");
    run.stop();
    run.succeed("a", {}, growth([task("x")]));
    expect(run.statuses).toBe("a completed");
  });

  it("a second time is refused, unless it is by force", () => {
    const run = started([task("a", { graceMs: 7 }), task("z", { final: true })]).running("a");
    run.stop();
    expect(run.stop()).toBe("already_stopping");
    run.at = 2_000;
    expect(run.stop(true)).toBeNull();
    expect(run.state("a")).toMatchObject({ kind: "stopping", force: true, since: 2_000 });
    expect(run.commands).toMatchObject([{ kind: "stop_attempt", force: true, graceMs: 7 }]);
    expect(run.stop(true)).toBe("already_stopping");
    expect(run.stop()).toBe("already_stopping");
    expect(run.statuses).toBe("a stopping, z pending");
    run.end("a", "cancelled");
    expect(run.statuses).toBe("a cancelled, z cancelled");
  });

  it("by force keeps the cause for which it was stopped first", () => {
    const run = started([task("a")], { timeoutMs: 500 }).running("a");
    run.timer(null, 500);
    run.stop(true);
    expect(run.state("a")).toMatchObject({ cause: { kind: "run_timed_out" }, force: true });
    run.end("a", "cancelled");
    expect(run.live.header).toMatchObject({ status: "failed", reason: { kind: "timed_out", afterMs: 500 } });
  });

  it("before its start cancels it whole, `finally` too: there is nothing to clean up", () => {
    const run = new TestRun([task("a"), task("z", { final: true })]);
    run.stop();
    expect(run.statuses).toBe("a cancelled, z cancelled");
    expect(run.live.header).toMatchObject({
      status: "cancelled",
      startedAt: null,
      endedAt: 1_000,
      stop: { force: true },
    });
    expect(run.commands).toEqual([]);
  });

  it("stops child runs, and waits for them", () => {
    const run = started([child("c")]);
    run.at = 1_400;
    run.stop();
    expect(run.state("c")).toEqual({
      kind: "stopping_child",
      past: { attempts: 1, failures: 0, losses: 0 },
      at: 1_000,
      run: "run_1_0",
      since: 1_400,
      cause: { kind: "run_stopped" },
      force: false,
    });
    expect(run.commands).toEqual([{ kind: "stop_child", job: 0, run: "run_1_0", force: false }]);
    expect(run.stop(true)).toBeNull();
    run.give({ kind: "child_ended", job: 0, run: "run_1_0", at: 1_500, status: "cancelled", outputs: {} });
    expect(run.state("c")).toMatchObject({
      kind: "cancelled",
      startedAt: 1_000,
      reason: { kind: "stopped" },
    });
  });

  it("stops groups through their members, those of groups in groups too", () => {
    const inner = group("", { items: ["1", "2"], maxParallel: 1 }).work;
    const run = started([
      group("g", { items: ["a", "b"], maxParallel: 1, ...(inner === undefined ? {} : { member: inner }) }),
    ]);
    run.running("g[a][1]");
    run.stop();
    expect(run.statuses).toBe("g running, g[a] running, g[b] cancelled, g[a][1] stopping, g[a][2] cancelled");
    run.end("g[a][1]", "cancelled");
    expect(run.statuses).toBe(
      "g cancelled, g[a] cancelled, g[b] cancelled, g[a][1] cancelled, g[a][2] cancelled",
    );
    expect(run.state("g")).toMatchObject({
      reason: { kind: "members", failed: 0, cancelled: 2, total: 2 },
      startedAt: 1_000,
    });
  });
});

describe("the timeout of a run", () => {
  it("counts from the start, stops the run and makes it fail", () => {
    const run = started([task("a"), task("b", { after: ["a"] })], { timeoutMs: 60_000 }).running("a");
    expect(run.live.header.dueAt).toBe(61_000);
    expect(run.timer(null, 59_999)).toBe("not_due");
    expect(run.timer(null, 1)).toBeNull();
    expect(run.statuses).toBe("a stopping, b cancelled");
    expect(run.live.header).toMatchObject({
      dueAt: null,
      stop: { cause: { kind: "run_timed_out" }, by: "gaia", force: false },
    });
    expect(run.timer(null, 1)).toBe("not_due");
    run.end("a", "cancelled");
    expect(run.live.header).toMatchObject({
      status: "failed",
      reason: { kind: "timed_out", afterMs: 60_000 },
    });
  });

  it("is asked of the engine once, at the start", () => {
    const run = started([task("a")], { timeoutMs: 60_000 });
    expect(run.commands).toContainEqual({ kind: "wake", job: null, at: 61_000 });
    run.assign("a");
    expect(run.commands.filter((command) => command.kind === "wake")).toEqual([]);
  });

  it("changes nothing in a run that is being stopped", () => {
    const run = started([task("a")], { timeoutMs: 500 }).running("a");
    run.stop();
    expect(run.timer(null, 500)).toBeNull();
    expect(run.live.header).toMatchObject({ dueAt: null, stop: { by: "ann" } });
    run.end("a", "cancelled");
    expect(run.live.header.status).toBe("cancelled");
  });

  it("is told to runs without one as no time", () => {
    const run = started([task("a")]);
    run.stop(false, { kind: "run_timed_out" });
    expect(run.live.header).toMatchObject({ status: "failed", reason: { kind: "timed_out", afterMs: 0 } });
  });
});

describe("fail_fast of a run", () => {
  it("stops everything else with the first failure, and the run fails by it", () => {
    const run = started([task("a"), task("b"), task("c"), task("z", { final: true })], { failFast: true })
      .running("b")
      .fail("a");
    expect(run.statuses).toBe("a failed, b stopping, c cancelled, z pending");
    expect(run.live.header.stop).toMatchObject({ cause: { kind: "fail_fast", job: 0 }, by: "gaia" });
    run.fail("b");
    expect(run.status("z")).toBe("queued");
    run.succeed("z");
    expect(run.live.header).toMatchObject({
      status: "failed",
      reason: { kind: "jobs_failed", jobs: [0, 1], more: 0 },
    });
  });

  it("passes over failures that the policy lets pass", () => {
    const run = started([task("a", { onError: "continue" }), task("b")], { failFast: true }).fail("a");
    expect(run.statuses).toBe("a failed, b queued");
    expect(run.live.header.stop).toBeNull();
  });

  it("does not stop `finally`", () => {
    const run = started([task("y", { final: true }), task("z", { final: true })], { failFast: true }).fail(
      "y",
    );
    expect(run.status("z")).toBe("queued");
    run.succeed("z");
    expect(run.live.header).toMatchObject({ status: "failed", stop: null });
  });

  it("stops the other members of a group as well", () => {
    const run = started([group("g", { items: ["x", "y", "z"], maxParallel: 2 })], { failFast: true })
      .running("g[y]")
      .fail("g[x]");
    expect(run.statuses).toBe("g running, g[x] failed, g[y] stopping, g[z] cancelled");
    run.end("g[y]", "cancelled");
    expect(run.statuses).toBe("g failed, g[x] failed, g[y] cancelled, g[z] cancelled");
    expect(run.live.header).toMatchObject({ status: "failed", failed: [1], failedCount: 1 });
  });
});
