import { describe, expect, it } from "vitest";
import { attemptOfChildRun, childRunId } from "./child-run-id.ts";
import { commandsOf } from "./command.ts";
import { child, group, task } from "./testing/build.ts";
import { started } from "./testing/test-run.ts";

const retry = { attempts: 3, initialMs: 1_000, factor: 2 };

describe("the id of a child run", () => {
  it("follows from run, job and attempt, and tells the attempt", () => {
    const ids = [1, 2, 12].map((attempt) => childRunId("run_1", 3, attempt));
    expect(ids).toEqual(["run_1_3", "run_1_3-2", "run_1_3-12"]);
    expect(ids.map(attemptOfChildRun)).toEqual([1, 2, 12]);
    expect(attemptOfChildRun(childRunId("run_1_3-2", 0, 1))).toBe(1);
  });
});

describe("a child run that fails", () => {
  it("is tried again after a wait, as another run with the same inputs", () => {
    const run = started([child("c", { x: "${v}" }, { retry }), task("b", { after: ["c"] })], {
      variables: { v: 7 },
    });
    run.at = 3_000;
    run.childEnded("c", "failed", { y: 1 });
    expect(run.events).toEqual([
      {
        kind: "child.ended",
        job: 0,
        attempt: 1,
        run: "run_1_0",
        startedAt: 1_000,
        outcome: "failed",
        reason: { kind: "child", run: "run_1_0", status: "failed" },
      },
      { kind: "job.backoff", job: 0, dueAt: 4_000, failures: 1, losses: 0 },
    ]);
    expect(run.state("c")).toMatchObject({ kind: "backoff", past: { attempts: 1, failures: 1 } });
    expect(run.commands).toEqual([{ kind: "wake", job: 0, at: 4_000 }]);
    expect(run.timer("c", 999)).toBe("not_due");
    expect(run.timer("c", 1)).toBeNull();
    const inputs = { x: "7" };
    expect(run.state("c")).toMatchObject({
      kind: "child",
      run: "run_1_0-2",
      at: 4_000,
      past: { attempts: 2 },
    });
    expect(run.commands).toEqual([
      { kind: "start_child", job: 0, run: "run_1_0-2", pipeline: "other", inputs },
    ]);
    expect(run.events).toEqual([{ kind: "job.child", job: 0, run: "run_1_0-2", inputs }]);
    run.childEnded("c", "completed", { y: 2 });
    expect(run.state("c")).toMatchObject({
      kind: "completed",
      startedAt: 4_000,
      outputs: { y: 2 },
      past: { attempts: 2, failures: 1 },
    });
    expect(run.status("b")).toBe("queued");
  });

  it("is tried again at once without a wait", () => {
    const run = started([child("c", {}, { retry: { attempts: 2, initialMs: 0 } })]).childEnded("c", "failed");
    expect(run.state("c")).toMatchObject({ kind: "child", run: "run_1_0-2" });
    run.childEnded("c", "failed");
    expect(run.state("c")).toMatchObject({
      kind: "failed",
      past: { attempts: 2, failures: 2 },
      reason: { kind: "child", run: "run_1_0-2", status: "failed" },
    });
  });

  it("is not tried again when its outcome does not count: somebody stopped it, or it could not be made", () => {
    const cancelled = started([child("c", {}, { retry })]).childEnded("c", "cancelled");
    expect(cancelled.state("c")).toMatchObject({
      kind: "failed",
      past: { failures: 0 },
      reason: { kind: "child", status: "cancelled" },
    });
    const refused = started([child("c", {}, { retry })]);
    refused.give({ kind: "child_refused", job: 0, run: "run_1_0", at: 2_000, message: "no pipeline" });
    expect(refused.events[0]).toMatchObject({ kind: "child.ended", outcome: "rejected" });
    expect(refused.state("c")).toMatchObject({ kind: "failed", reason: { kind: "invalid" } });
  });

  it("is not tried again when its outcome is none that the policy names", () => {
    const run = started([child("c", {}, { retry: { ...retry, on: ["timed_out"] } })]);
    expect(run.childEnded("c", "failed").status("c")).toBe("failed");
  });

  it("does not hear of the run of an attempt before", () => {
    const run = started([child("c", {}, { retry: { attempts: 2, initialMs: 0 } })]).childEnded("c", "failed");
    const late = { kind: "child_ended", job: 0, run: "run_1_0", at: 9_000, status: "completed" } as const;
    expect(run.give({ ...late, outputs: {} })).toBe("not_waiting");
    expect(run.state("c")).toMatchObject({ kind: "child", run: "run_1_0-2" });
  });

  it("stays cancelled when the run is stopped while it waits for its next attempt", () => {
    const run = started([child("c", {}, { retry })]).childEnded("c", "failed");
    run.stop();
    expect(run.state("c")).toMatchObject({ kind: "cancelled", past: { attempts: 1, failures: 1 } });
  });
});

describe("the timeout of a child run", () => {
  const timed = (more: Parameters<typeof child>[2] = {}) =>
    started([child("c", {}, { timeoutMs: 500, ...more })]);

  it("is a timer beside the run, asked for again after a restart", () => {
    const run = timed();
    expect(run.state("c")).toMatchObject({ dueAt: 1_500 });
    expect(run.commands).toMatchObject([
      { kind: "start_child", job: 0 },
      { kind: "wake", job: 0, at: 1_500 },
    ]);
    expect(commandsOf(run.live)).toEqual(run.commands);
  });

  it("stops the run, and fails the job as timed out when its end is proved", () => {
    const run = timed();
    expect(run.timer("c", 499)).toBe("not_due");
    expect(run.timer("c", 1)).toBeNull();
    const cause = { kind: "job_timed_out" };
    expect(run.state("c")).toMatchObject({ kind: "stopping_child", cause, since: 1_500, force: false });
    expect(run.commands).toEqual([{ kind: "stop_child", job: 0, run: "run_1_0", force: false }]);
    expect(run.live.header.status).toBe("running");
    expect(run.timer("c", 500)).toBe("not_due");
    run.childEnded("c", "cancelled", { part: 1 });
    expect(run.events[0]).toMatchObject({ kind: "child.ended", outcome: "timed_out" });
    expect(run.state("c")).toMatchObject({
      kind: "failed",
      startedAt: 1_000,
      outputs: { part: 1 },
      past: { attempts: 1, failures: 1 },
      reason: { kind: "child", run: "run_1_0", status: "timed_out" },
    });
    expect(run.live.header.status).toBe("failed");
  });

  it("counts for each attempt anew", () => {
    const run = timed({ retry: { ...retry, initialMs: 100 } });
    run.timer("c", 500);
    run.childEnded("c", "cancelled");
    expect(run.state("c")).toMatchObject({ kind: "backoff", last: { status: "timed_out" } });
    run.timer("c", 100);
    expect(run.state("c")).toMatchObject({ kind: "child", run: "run_1_0-2", dueAt: 2_100 });
  });

  it("lets stand what the run did before the stop reached it", () => {
    for (const status of ["completed", "failed"] as const) {
      const run = timed();
      run.timer("c", 500);
      expect(run.childEnded("c", status).state("c")).toMatchObject({ kind: status, reason: { status } });
    }
  });

  it("gives way to a stop: then there is no next attempt", () => {
    for (const force of [false, true]) {
      const run = timed({ retry });
      run.timer("c", 500);
      run.stop(force);
      expect(run.state("c")).toMatchObject({ kind: "stopping_child", cause: { kind: "run_stopped" }, force });
      run.childEnded("c", "cancelled");
      expect(run.state("c")).toMatchObject({ kind: "cancelled", reason: { kind: "stopped" } });
    }
  });

  it("is a failure of the job when its run could not be made meanwhile", () => {
    const run = timed();
    run.timer("c", 500);
    run.give({ kind: "child_refused", job: 0, run: "run_1_0", at: 2_000, message: "no pipeline" });
    expect(run.state("c")).toMatchObject({ kind: "failed", reason: { kind: "invalid" } });
  });
});

describe("a child run that is being stopped", () => {
  it("is told again when it is by force, once", () => {
    const run = started([child("c")]);
    run.stop();
    run.stop(true);
    expect(run.state("c")).toMatchObject({ force: true });
    expect(run.commands).toEqual([{ kind: "stop_child", job: 0, run: "run_1_0", force: true }]);
    run.childEnded("c", "failed");
    expect(run.state("c")).toMatchObject({ kind: "failed", past: { failures: 1 } });
  });

  it("that was never made is cancelled", () => {
    const run = started([child("c")]);
    run.stop();
    run.give({ kind: "child_refused", job: 0, run: "run_1_0", at: 2_000, message: "no pipeline" });
    expect(run.state("c")).toMatchObject({ kind: "cancelled", reason: { kind: "stopped" } });
  });
});

describe("members of a group that are child runs", () => {
  it("are tried again one by one", () => {
    const member = { kind: "child", pipeline: "other", inputs: {} } as const;
    const run = started([
      group("g", {
        items: ["x", "y"],
        member,
        failFast: true,
        timeoutMs: 500,
        retry: { attempts: 2, initialMs: 0 },
      }),
    ]);
    run.timer("g[x]", 500);
    expect(run.childEnded("g[x]", "cancelled").state("g[x]")).toMatchObject({ run: "run_1_1-2" });
    run.timer("g[y]", 0);
    run.childEnded("g[x]", "failed");
    expect(run.state("g[y]")).toMatchObject({ kind: "stopping_child", cause: { kind: "fail_fast" } });
    run.childEnded("g[y]", "cancelled");
    expect(run.statuses).toBe("g failed, g[x] failed, g[y] cancelled");
  });
});

describe("a run of version 1", () => {
  it("tries a child run once and gives it all the time there is", () => {
    const run = started([child("c", {}, { retry, timeoutMs: 500 })], { logicVersion: 1 });
    expect(run.state("c")).toMatchObject({ dueAt: null });
    expect(run.childEnded("c", "failed").status("c")).toBe("failed");
  });
});
