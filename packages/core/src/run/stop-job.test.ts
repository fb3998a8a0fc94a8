import { describe, expect, it } from "vitest";
import { approval, child, group, growth, task } from "./testing/build.ts";
import { started, TestRun } from "./testing/test-run.ts";
import { transition } from "./transition.ts";

const cause = { kind: "job_stopped", by: "ann", comment: "enough", at: 1_000 } as const;
const reason = { kind: "stopped", cause } as const;

describe("stopping one job", () => {
  it("asks its process to end, and cancels it when that is proved; the others go on", () => {
    const run = started([task("a", { graceMs: 50 }), task("b"), task("after", { after: ["a"] })])
      .running("a")
      .running("b");
    expect(run.stopJob("a")).toBeNull();
    expect(run.state("a")).toMatchObject({ kind: "stopping", cause, force: false });
    expect(run.commands).toMatchObject([{ kind: "stop_attempt", job: 0, graceMs: 50, force: false }]);
    expect(run.live.header).toMatchObject({ status: "running", stop: null });
    run.end("a", "cancelled", { survivors: [9] });
    expect(run.state("a")).toMatchObject({ kind: "cancelled", reason, survivors: [9] });
    expect(run.statuses).toBe("a cancelled, b running, after skipped");
    expect(run.state("after")).toMatchObject({ reason: { kind: "dependency", job: 0, status: "cancelled" } });
    run.succeed("b");
    expect(run.live.header).toMatchObject({
      status: "cancelled",
      reason: { kind: "jobs_stopped", jobs: [0], more: 0 },
    });
  });

  it("cancels at once what only waits: for a worker, a person, a time, or what it depends on", () => {
    const retry = { attempts: 2, initialMs: 1_000 };
    const run = started([
      task("q"),
      approval("ok"),
      task("w", { retry }),
      task("p", { after: ["r"] }),
      task("r"),
    ]);
    run.running("r").fail("w");
    for (const key of ["q", "ok", "w", "p"]) {
      expect(run.stopJob(key)).toBeNull();
      expect(run.state(key)).toMatchObject({ kind: "cancelled", startedAt: null, reason });
      expect(run.commands).toEqual([]);
    }
    run.succeed("r");
    expect(run.live.header).toMatchObject({ status: "cancelled", reason: { jobs: [0, 1, 2, 3] } });
  });

  it("lets dependants run that ask how it ended", () => {
    const run = started([task("a"), task("b", { after: ["a"], when: 'tasks.a.status == "cancelled"' })]);
    const always = started([task("a"), task("b", { after: ["a"], when: "always()" })]);
    expect([run.stopJob("a"), always.stopJob("a")]).toEqual([null, null]);
    expect([run.status("b"), always.status("b")]).toEqual(["queued", "queued"]);
  });

  it("by force kills, also when it is being stopped politely", () => {
    const run = started([task("a")]).running("a");
    run.stopJob("a");
    expect(run.stopJob("a")).toBe("already_stopping");
    expect(run.stopJob("a", true)).toBeNull();
    expect(run.commands).toMatchObject([{ kind: "stop_attempt", force: true }]);
    expect(run.stopJob("a", true)).toBe("already_stopping");
  });

  it("keeps what it managed to do", () => {
    const run = started([task("a"), task("b"), task("after", { after: ["a"] })])
      .running("a")
      .running("b");
    run.stopJob("a");
    run.stopJob("b");
    run.succeed("a", {}, growth([task("x")])).fail("b");
    expect(run.statuses).toBe("a completed, b failed, after queued, a/x queued");
    run.succeed("after").succeed("a/x");
    expect(run.live.header).toMatchObject({ status: "failed", reason: { kind: "jobs_failed", jobs: [1] } });
  });

  it("stops its child run, and does not start another", () => {
    const run = started([child("c", {}, { retry: { attempts: 3, initialMs: 0 } })]);
    run.stopJob("c", true);
    expect(run.commands).toEqual([{ kind: "stop_child", job: 0, run: "run_1_0", force: true }]);
    run.childEnded("c", "cancelled");
    expect(run.state("c")).toMatchObject({ kind: "cancelled", reason });
  });

  it("stops a group through its members, wherever they are", () => {
    const run = started([
      group("g", { items: ["1", "2", "3", "4"], maxParallel: 2 }),
      task("b", { after: ["g"] }),
    ]);
    run.succeed("g[1]").running("g[2]");
    expect(run.stopJob("g")).toBeNull();
    expect(run.statuses).toBe(
      "g running, b pending, g[1] completed, g[2] stopping, g[3] cancelled, g[4] cancelled",
    );
    expect(run.stopJob("g")).toBe("already_stopping");
    run.end("g[2]", "cancelled");
    expect(run.state("g")).toMatchObject({ kind: "cancelled", reason: { kind: "members", cancelled: 3 } });
    expect(run.status("b")).toBe("skipped");
    expect(run.live.header).toMatchObject({
      status: "cancelled",
      reason: { kind: "jobs_stopped", jobs: [4, 5, 3], more: 0 },
    });
  });

  it("leaves the other members of a group their turns, and never too many of them", () => {
    const run = started([group("g", { items: ["1", "2", "3", "4", "5"], maxParallel: 1 })]).running("g[1]");
    run.stopJob("g[2]");
    run.stopJob("g[4]");
    expect(run.queued).toEqual([]);
    run.succeed("g[1]");
    expect(run.queued).toEqual(["g[3]"]);
    run.succeed("g[3]");
    expect(run.queued).toEqual(["g[5]"]);
    expect(run.succeed("g[5]").state("g")).toMatchObject({ kind: "cancelled", members: { total: 5 } });
  });

  it("does so in a group that version 1 has stored", () => {
    const run = started([group("g", { items: ["1", "2", "3"], maxParallel: 1 })]).running("g[1]");
    const state = run.state("g");
    if (state?.kind !== "group") throw new Error("g is no group");
    const { ahead: _, ...stored } = state;
    run.live.jobs.set(0, stored);
    run.stopJob("g[3]");
    expect(run.state("g")).toMatchObject({ ahead: 1 });
    run.succeed("g[1]");
    expect(run.queued).toEqual(["g[2]"]);
  });

  it("names at most ten, and counts the rest", () => {
    const items = Array.from({ length: 12 }, (_, index) => String(index));
    const run = started([group("g", { items })]);
    run.stopJob("g");
    expect(run.live.header).toMatchObject({
      status: "cancelled",
      reason: { kind: "jobs_stopped", jobs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], more: 2 },
    });
  });

  it("does not keep the run from completing where its failure would not either", () => {
    const run = started([task("a", { onError: "continue" }), task("b")]);
    run.stopJob("a");
    expect(run.succeed("b").live.header).toMatchObject({ status: "completed", reason: { kind: "none" } });
  });

  it("of `finally` takes it out before its turn, or stops it in it", () => {
    const specs = [task("a"), task("y", { final: true }), task("z", { final: true })];
    const run = started(specs).running("a");
    expect(run.stopJob("y")).toBeNull();
    expect(run.statuses).toBe("a running, y cancelled, z pending");
    run.succeed("a");
    run.running("z").stopJob("z");
    run.end("z", "cancelled");
    expect(run.live.header).toMatchObject({ status: "cancelled", reason: { jobs: [1, 2] } });
  });

  it("is known to `finally`, which is told how the run will end", () => {
    const finals = ["success()", "failure()", "cancelled()"].map((when) => task(when, { final: true, when }));
    const after = task("after", { after: ["b"], when: "success()" });
    const run = started([task("a"), task("b"), after, ...finals]);
    run.stopJob("a");
    run.succeed("b").succeed("after");
    expect(run.queued).toEqual(["cancelled()"]);
    const tolerated = started([task("a", { onError: "continue" }), ...finals]);
    tolerated.stopJob("a");
    expect(tolerated.queued).toEqual(["success()"]);
  });

  it("is said to be too late, too early or aimed at nothing", () => {
    const run = started([task("a"), task("b")]).succeed("a");
    expect(run.stopJob("a")).toBe("job_ended");
    const input = { kind: "stop_job", at: 1, by: "ann", comment: "", force: false } as const;
    expect(transition(run.live, { ...input, job: 0 })).toMatchObject({
      message: "`a` has ended already: it is completed",
    });
    expect([7, -1, 0.5].map((job) => run.give({ ...input, job }))).toEqual(
      Array.from({ length: 3 }, () => "unknown_job"),
    );
    expect(new TestRun([task("a")]).stopJob("a")).toBe("not_started");
    expect(run.succeed("b").stopJob("b")).toBe("run_ended");
  });
});

describe("a stop of the run", () => {
  it("comes before that of a job in what is said of the run", () => {
    const run = started([task("a"), task("b")]).running("b");
    run.stopJob("a");
    run.stop();
    run.end("b", "cancelled");
    expect(run.live.header).toMatchObject({ status: "cancelled", reason: { kind: "stopped", by: "ann" } });
  });
});
