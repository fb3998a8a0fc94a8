import { describe, expect, it } from "vitest";
import { lostResult } from "./attempt.ts";
import { task } from "./testing/build.ts";
import { started } from "./testing/test-run.ts";

const retry = { attempts: 3, initialMs: 1_000, factor: 2 };

describe("retry", () => {
  it("waits longer after each failure, and fails with the last attempt", () => {
    const run = started([task("a", { retry }), task("b", { after: ["a"] })]).fail("a");
    expect(run.state("a")).toMatchObject({
      kind: "backoff",
      dueAt: 2_000,
      past: { attempts: 1, failures: 1, losses: 0 },
    });
    expect(run.status("a")).toBe("waiting");
    expect(run.commands).toEqual([{ kind: "wake", job: 0, at: 2_000 }]);
    expect(run.events.at(-1)).toEqual({ kind: "job.backoff", job: 0, dueAt: 2_000, failures: 1, losses: 0 });
    expect(run.timer("a", 1_000)).toBeNull();
    expect(run.events).toEqual([{ kind: "job.queued", job: 0, attempt: 2 }]);
    run.fail("a");
    expect(run.state("a")).toMatchObject({
      kind: "backoff",
      dueAt: 4_000,
      last: { kind: "attempt", outcome: "failed", exitCode: 1 },
    });
    run.timer("a", 2_000);
    run.fail("a");
    expect(run.state("a")).toMatchObject({
      kind: "failed",
      past: { attempts: 3, failures: 3, losses: 0 },
      reason: { outcome: "failed" },
    });
    expect(run.live.header.status).toBe("failed");
  });

  it("lets dependants wait until an attempt succeeds", () => {
    const run = started([task("a", { retry }), task("b", { after: ["a"] })]).fail("a");
    expect(run.status("b")).toBe("pending");
    run.timer("a", 1_000);
    run.succeed("a");
    expect(run.status("b")).toBe("queued");
    expect(run.state("a")).toMatchObject({ past: { attempts: 2, failures: 1 } });
  });

  it("does not wake before it is due", () => {
    const run = started([task("a", { retry })]).fail("a");
    expect(run.timer("a", 999)).toBe("not_due");
    expect(run.timer("a", 1)).toBeNull();
    expect(run.timer("a", 0)).toBe("not_due");
  });

  it("queues at once when there is nothing to wait for", () => {
    const run = started([task("a", { retry: { attempts: 2, initialMs: 0 } })]).fail("a");
    expect(run.status("a")).toBe("queued");
  });

  it("waits equally long in every run with the same seed, and not in others", () => {
    const dueAt = (seed: string) => {
      const state = started([task("a", { retry: { ...retry, jitter: 1 } })], { seed })
        .fail("a")
        .state("a");
      return state?.kind === "backoff" ? state.dueAt : null;
    };
    expect(dueAt("s1")).toBe(dueAt("s1"));
    expect(dueAt("s1")).not.toBe(dueAt("s2"));
  });

  it("tries timeouts again, and other outcomes only where the policy names them", () => {
    const ends = (outcome: "timed_out" | "limit" | "rejected", on?: readonly "limit"[]) =>
      started([task("a", { retry: { ...retry, ...(on === undefined ? {} : { on }) } })])
        .end("a", outcome)
        .status("a");
    expect(ends("timed_out")).toBe("waiting");
    expect(ends("limit")).toBe("failed");
    expect(ends("limit", ["limit"])).toBe("waiting");
    expect(ends("rejected")).toBe("failed");
  });

  it("does not try a cancelled attempt again: the job is cancelled", () => {
    const run = started([task("a", { retry }), task("b", { after: ["a"] })]).end("a", "cancelled", {
      survivors: [7],
    });
    expect(run.state("a")).toMatchObject({
      kind: "cancelled",
      reason: { outcome: "cancelled" },
      survivors: [7],
    });
    expect(run.state("b")).toMatchObject({
      kind: "skipped",
      reason: { kind: "dependency", status: "cancelled" },
    });
  });

  it("keeps what a failed attempt left: outputs, message, processes", () => {
    const run = started([task("a")]).end("a", "failed", {
      outputs: { n: 1 },
      exitCode: 3,
      message: "m",
      survivors: [11, 12],
      usage: { cpu: 1 },
    });
    expect(run.state("a")).toMatchObject({
      outputs: { n: 1 },
      reason: { kind: "attempt", exitCode: 3, message: "m" },
      survivors: [11, 12],
    });
    expect(run.live.header.survivors).toEqual([11, 12]);
    expect(run.events[0]).toMatchObject({
      kind: "attempt.ended",
      usage: { cpu: 1 },
      survivors: [11, 12],
      reason: { exitCode: 3 },
    });
    expect(run.events[1]).toMatchObject({ kind: "job.ended", status: "failed", outputs: { n: 1 } });
  });

  it("names at most a hundred processes that are left over", () => {
    const survivors = Array.from({ length: 70 }, (_, index) => index);
    const run = started([task("a"), task("b")])
      .end("a", "failed", { survivors })
      .end("b", "failed", { survivors });
    expect(run.live.header.survivors).toHaveLength(100);
  });
});

describe("a lost attempt", () => {
  const lose = (onLost: "rerun" | "wait" | "fail", times: number) => {
    const run = started([task("a", { onLost, retry })]);
    for (let count = 0; count < times; count++) {
      run.running("a");
      const token = run.token("a");
      run.give({ kind: "ended", job: 0, token, at: run.at, result: lostResult("the worker is gone") });
    }
    return run;
  };

  it("goes back to the queue, without using up a retry", () => {
    for (const onLost of ["rerun", "wait"] as const) {
      const run = lose(onLost, 2);
      expect(run.state("a")).toMatchObject({ kind: "queued", past: { attempts: 2, failures: 0, losses: 2 } });
    }
  });

  it("makes the job poison when it is the third", () => {
    const run = lose("rerun", 3);
    expect(run.state("a")).toMatchObject({
      kind: "failed",
      reason: { kind: "poison", losses: 3 },
      past: { attempts: 3, losses: 3 },
    });
  });

  it("fails the job whose policy says so", () => {
    const run = lose("fail", 1);
    const reason = { kind: "attempt", outcome: "lost", exitCode: null, message: "the worker is gone" };
    expect(run.state("a")).toMatchObject({ kind: "failed", reason, past: { losses: 1 } });
  });
});
