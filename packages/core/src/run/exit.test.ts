import { describe, expect, it } from "vitest";
import { growth, task } from "./testing/build.ts";
import { started, type TestRun } from "./testing/test-run.ts";

function exit(run: TestRun, key: string): TestRun {
  return run.end(key, "failed", { verdict: "exited", message: "enough" });
}

describe("a job that ends the pipeline", () => {
  it("has failed, and the run has not: what has not begun is skipped", () => {
    const run = started([task("a"), task("b", { after: ["a"] }), task("c", { after: ["b"] }), task("d")]);
    exit(run.succeed("d"), "a");
    expect(run.statuses).toBe("a failed, b skipped, c skipped, d completed");
    expect(run.state("a")).toMatchObject({ reason: { kind: "exited", message: "enough" } });
    expect(run.state("b")).toMatchObject({
      reason: { kind: "stopped", cause: { kind: "pipeline_ended", job: 0 } },
    });
    expect(run.live.header).toMatchObject({ status: "completed", reason: { kind: "none" }, failedCount: 0 });
  });

  it("lets go on what runs, and a failure of that still counts", () => {
    const run = started([task("a"), task("b"), task("c", { after: ["b"] })]).running("b");
    exit(run, "a");
    expect(run.statuses).toBe("a failed, b running, c skipped");
    expect(run.live.header.status).toBe("stopping");
    run.fail("b");
    expect(run.live.header).toMatchObject({ status: "failed", failed: [1] });
  });

  it("is not tried again, and nothing else is after it", () => {
    const retry = { attempts: 3 };
    const run = started([task("a", { retry }), task("b", { retry }), task("c")])
      .running("b")
      .running("c");
    exit(run, "a");
    run.fail("b").end("c", "lost");
    expect(run.statuses).toBe("a failed, b failed, c failed");
    expect(run.live.header.status).toBe("failed");
  });

  it("lets nothing be added any more", () => {
    const run = started([task("a"), task("p")]).running("p");
    exit(run, "a").succeed("p", {}, growth([task("n")]));
    expect(run.statuses).toBe("a failed, p completed");
    expect(run.live.header.status).toBe("completed");
  });

  it("can be followed by a stop, or the run's timeout, of what still runs", () => {
    const run = started([task("a"), task("b")]).running("b");
    exit(run, "a");
    expect(run.stop()).toBeNull();
    expect(run.status("b")).toBe("stopping");
    run.end("b", "cancelled");
    expect(run.live.header).toMatchObject({ status: "cancelled", reason: { kind: "stopped", by: "ann" } });

    const late = started([task("a"), task("b")], { timeoutMs: 1_000 }).running("b");
    exit(late, "a");
    expect(late.timer(null, 2_000)).toBeNull();
    late.end("b", "cancelled");
    expect(late.live.header.reason.kind).toBe("timed_out");
  });

  it("keeps its word while it is being stopped", () => {
    const run = started([task("a"), task("b")]).running("a");
    run.stop();
    exit(run, "a");
    expect(run.state("a")).toMatchObject({ kind: "failed", reason: { kind: "exited" } });
    expect(run.live.header.status).toBe("cancelled");
  });

  it("lets final jobs run, for which nothing was stopped", () => {
    const run = started([
      task("a"),
      task("b"),
      task("y", { final: true, when: "success()" }),
      task("z", { final: true, when: "cancelled()" }),
    ]);
    exit(run, "a");
    expect(run.statuses).toBe("a failed, b skipped, y queued, z skipped");
  });
});

describe("a job that declines", () => {
  it("counts as skipped, says why, and lets its dependants run", () => {
    const run = started([task("a"), task("b", { after: ["a"] })]);
    run.end("a", "succeeded", {
      verdict: "declined",
      message: "not today",
      outputs: { x: 1 },
      growth: growth([task("n")]),
    });
    expect(run.statuses).toBe("a skipped, b queued");
    expect(run.state("a")).toMatchObject({ reason: { kind: "declined", message: "not today" } });
  });
});
