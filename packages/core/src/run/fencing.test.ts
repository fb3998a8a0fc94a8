import { describe, expect, it } from "vitest";
import { approval, child, task } from "./testing/build.ts";
import { resultOf, started } from "./testing/test-run.ts";

const result = resultOf("succeeded");

describe("fencing", () => {
  it("refuses every message about an attempt that is not the current one", () => {
    const run = started([task("a")]).assign("a");
    const old = run.token("a");
    run.give({ kind: "returned", job: 0, token: old, at: 1, message: "drain" });
    for (const token of [old, 0, 99]) {
      expect(run.give({ kind: "ended", job: 0, token, at: 1, result })).toBe("stale_token");
    }
    run.assign("a");
    expect(run.give({ kind: "started", job: 0, token: old, at: 1, stopMeans: "" })).toBe("stale_token");
    expect(run.give({ kind: "returned", job: 0, token: old, at: 1, message: "" })).toBe("stale_token");
    expect(run.give({ kind: "grow", job: 0, token: old, at: 1, fragment: { jobs: [], keys: "flat" } })).toBe(
      "stale_token",
    );
    expect(run.give({ kind: "ended", job: 0, token: old, at: 1, result })).toBe("stale_token");
    expect(run.give({ kind: "ended", job: 0, token: run.token("a"), at: 1, result })).toBeNull();
  });

  it("accepts one result", () => {
    const run = started([task("a"), task("b")]).running("a");
    const token = run.token("a");
    expect(run.give({ kind: "ended", job: 0, token, at: 1, result })).toBeNull();
    expect(run.give({ kind: "ended", job: 0, token, at: 1, result })).toBe("stale_token");
  });

  it("refuses messages about jobs that do not exist", () => {
    const run = started([task("a")]);
    for (const job of [-1, 1, 0.5]) {
      expect(run.give({ kind: "ended", job, token: 1, at: 1, result })).toBe("unknown_job");
      expect(run.give({ kind: "assign", job, worker: "w", at: 1 })).toBe("not_queued");
      expect(run.give({ kind: "timer", job, at: 1 })).toBe("not_due");
      expect(run.give({ kind: "decide", job, at: 1, approve: true, by: "ann", comment: "" })).toBe(
        "unknown_job",
      );
    }
  });

  it("takes a second report of a start for what it is", () => {
    const run = started([task("a")]).running("a");
    const token = run.token("a");
    expect(run.give({ kind: "started", job: 0, token, at: 1, stopMeans: "" })).toBe("already_started");
  });

  it("assigns only what is queued", () => {
    const run = started([task("a"), task("b", { after: ["a"] }), approval("ok"), child("c")]).assign("a");
    for (const job of [0, 1, 2, 3])
      expect(run.give({ kind: "assign", job, worker: "w", at: 1 })).toBe("not_queued");
  });
});

describe("an attempt that is given back", () => {
  it("goes back to the queue, and its number is used up", () => {
    const run = started([task("a")]).assign("a");
    expect(
      run.give({ kind: "returned", job: 0, token: run.token("a"), at: 1_200, message: "drain" }),
    ).toBeNull();
    expect(run.state("a")).toEqual({
      kind: "queued",
      past: { attempts: 1, failures: 0, losses: 0 },
      readyAt: 1_200,
    });
    expect(run.events).toMatchObject([
      { kind: "job.returned", message: "drain" },
      { kind: "job.queued", attempt: 2 },
    ]);
    run.assign("a");
    expect(run.state("a")).toMatchObject({ ref: { attempt: 2 } });
  });

  it("cannot have been started", () => {
    const run = started([task("a"), task("b")])
      .running("a")
      .running("b");
    run.stop();
    for (const key of ["a", "b"]) {
      const input = {
        kind: "returned",
        job: run.number(key),
        token: run.token(key),
        at: 1,
        message: "",
      } as const;
      expect(run.give(input)).toBe("already_started");
    }
    const fresh = started([task("a")]).running("a");
    expect(fresh.give({ kind: "returned", job: 0, token: fresh.token("a"), at: 1, message: "" })).toBe(
      "already_started",
    );
  });

  it("is cancelled when the run was being stopped", () => {
    const run = started([task("a")]).assign("a");
    run.stop();
    expect(run.give({ kind: "returned", job: 0, token: run.token("a"), at: 1, message: "" })).toBeNull();
    expect(run.state("a")).toMatchObject({
      kind: "cancelled",
      startedAt: null,
      reason: { kind: "stopped", cause: { kind: "run_stopped" } },
    });
    expect(run.live.header.status).toBe("cancelled");
  });
});
