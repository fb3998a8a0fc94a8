import { describe, expect, it } from "vitest";
import { lastSettledSeq } from "./outbox.ts";
import type { AttemptOutput } from "./output.ts";
import {
  assign,
  ending,
  exited,
  finished,
  KEY,
  launched,
  order,
  PROCESS,
  stop,
  TestWorker,
} from "./test-worker.ts";

describe("an assigned attempt", () => {
  it("goes through its states to the acknowledgement, and is forgotten then", () => {
    const worker = new TestWorker().connected();
    expect(worker.tell(assign())).toEqual([{ kind: "launch", key: KEY, order: order(), leaseMs: null }]);
    expect(worker.kindOf(KEY)).toBe("launching");
    worker.tell(launched());
    expect(worker.kindOf(KEY)).toBe("running");
    expect(worker.flush()).toMatchObject([
      { seq: 10, report: { kind: "started", at: 5_000, process: { pid: 42 } } },
    ]);
    expect(worker.tell(exited())).toMatchObject([
      { kind: "finish", key: KEY, end: { kind: "exited" }, wanted: true },
    ]);
    expect(worker.kindOf(KEY)).toBe("finishing");
    worker.tell(finished());
    expect(worker.kindOf(KEY)).toBe("reported");
    expect(worker.flush()).toMatchObject([
      { seq: 11, report: { kind: "ended", ending: { outcome: "succeeded" } } },
    ]);
    expect(worker.tell({ kind: "ack", seq: 10 })).toEqual([]);
    expect(worker.kindOf(KEY)).toBe("reported");
    expect(worker.tell({ kind: "ack", seq: 11 })).toEqual([{ kind: "forget", key: KEY }]);
    expect(worker.kindOf(KEY)).toBe("gone");
    expect(worker.held.header).toMatchObject({ launched: 0, waiting: 0, outbox: [] });
  });

  it("is not started again when it is assigned twice, or with an older token", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(order({}, "run_a", 2)));
    expect(worker.tell(assign(order({}, "run_a", 2)))).toMatchObject([
      { kind: "ignored", why: "assigned, but it is known" },
    ]);
    expect(worker.tell(assign(order({}, "run_a", 1)))).toMatchObject([
      { kind: "ignored", why: "assigned, but its token is old" },
    ]);
  });

  it("takes the newer token while it has not been started", () => {
    const worker = new TestWorker({ launchMax: 0 }).connected();
    worker.tell(assign(), assign(order({}, "run_a", 2)));
    expect(worker.held.attempts.get(KEY)?.order.name.token).toBe(2);
    expect(worker.held.header.waiting).toBe(1);
  });

  it("is given back when its former start still runs here, and that one is killed", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched());
    const outputs = worker.tell(assign(order({}, "run_a", 2)));
    expect(outputs).toMatchObject([{ kind: "ignored" }, { kind: "stop", key: KEY, force: true }]);
    expect(worker.flush()).toMatchObject([{ report: { kind: "returned", name: { token: 2 } } }]);
    // The acknowledgement of what was given back is not about the former start.
    worker.tell({ kind: "ack", seq: 10 });
    expect(worker.kindOf(KEY)).toBe("stopping");
  });

  it("never starts by an older order once a newer one was given back, whatever comes late", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), assign(order({}, "run_a", 2)));
    worker.tell({ kind: "launch_cancelled", key: KEY, at: 1, leaseEnded: false });
    expect(worker.kindOf(KEY)).toBe("gone");
    expect(worker.tell(assign()).filter(({ kind }) => kind === "launch")).toEqual([]);
  });

  it("waits while the launcher has as many as it may, and keeps its turn", () => {
    const worker = new TestWorker({ launchMax: 1 }).connected();
    worker.tell(assign(order({}, "run_a")), assign(order({}, "run_b")), assign(order({}, "run_c")));
    expect(worker.kindOf("run_b.0.1")).toBe("prepared");
    worker.tell(launched());
    const outputs = worker.tell(exited());
    expect(outputs).toMatchObject([{ kind: "finish" }, { kind: "launch", key: "run_b.0.1" }]);
    expect(worker.tell({ kind: "resize", launchMax: 2 })).toMatchObject([
      { kind: "launch", key: "run_c.0.1" },
    ]);
  });

  it("is given back past the bound on what the worker holds", () => {
    const worker = new TestWorker({ heldMax: 1 }).connected();
    worker.tell(assign(), assign(order({}, "run_b")));
    expect(worker.flush()).toMatchObject([
      { report: { kind: "returned", message: "the worker holds 1 attempts, which is its limit" } },
    ]);
  });

  it("is reported as it was refused when the launcher does not start it", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), {
      kind: "launch_failed",
      key: KEY,
      at: 3,
      outcome: "failed",
      message: "no such folder",
    });
    expect(worker.flush()).toMatchObject([
      { report: { ending: { outcome: "failed", startedAt: null, message: "no such folder" } } },
    ]);
    expect(worker.tell({ kind: "ack", seq: 10 })).toEqual([{ kind: "forget", key: KEY }]);
  });
});

describe("a stop order", () => {
  it("before the start means that it never starts", () => {
    const worker = new TestWorker({ launchMax: 0 }).connected();
    worker.tell(assign(), stop());
    expect(worker.tell({ kind: "resize", launchMax: 4 })).toEqual([]);
    expect(worker.flush()).toMatchObject([
      {
        report: {
          ending: {
            outcome: "cancelled",
            startedAt: null,
            message: "stopped before it was started: a person",
          },
        },
      },
    ]);
  });

  it("that overtook the assignment means that it never starts", () => {
    const worker = new TestWorker().connected();
    expect(worker.tell(stop())).toMatchObject([{ kind: "ignored" }]);
    expect(worker.tell(assign())).toEqual([]);
    expect(worker.flush()).toMatchObject([{ report: { ending: { outcome: "cancelled" } } }]);
    // A later attempt of the job is another matter.
    expect(worker.tell(assign(order({}, "run_a", 2)))).toMatchObject([{ kind: "launch" }]);
  });

  it("that overtook its assignment is remembered for the last hundred only", () => {
    const worker = new TestWorker().connected();
    for (let at = 0; at < 150; at += 1) worker.tell(stop({ run: `run_${at}` }));
    expect(worker.held.header.stoppedEarly).toHaveLength(100);
  });

  it("while it is being launched ends it in the launcher's queue", () => {
    const worker = new TestWorker().connected();
    expect(worker.tell(assign(), stop())).toEqual([{ kind: "stop", key: KEY, graceMs: 300, force: false }]);
    expect(worker.tell(stop())).toEqual([]);
    expect(worker.tell(stop({ force: true }))).toEqual([
      { kind: "stop", key: KEY, graceMs: 300, force: true },
    ]);
    worker.tell({ kind: "launch_cancelled", key: KEY, at: 3, leaseEnded: false });
    expect(worker.flush()).toMatchObject([
      {
        report: {
          kind: "ended",
          ending: { outcome: "cancelled", message: "stopped before it was started: a person" },
        },
      },
    ]);
  });

  it("while it is being launched ends the process when there is one by then", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), stop(), launched());
    expect(worker.kindOf(KEY)).toBe("stopping");
    expect(worker.tell(exited({ cause: "stop", exitCode: null, signal: "SIGTERM" }))).toMatchObject([
      { kind: "finish", end: { kind: "stopped", cause: { kind: "ordered", cause: "a person" } } },
    ]);
  });

  it("makes a refused launch a cancelled attempt", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), stop(), {
      kind: "launch_failed",
      key: KEY,
      at: 3,
      outcome: "failed",
      message: "no such folder",
    });
    expect(worker.flush()).toMatchObject([{ report: { ending: { outcome: "cancelled" } } }]);
  });

  it("leaves the true outcome to a process that had ended by itself", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched(), stop());
    expect(worker.tell(exited({ exitCode: 3 }))).toMatchObject([
      { kind: "finish", end: { kind: "exited", exit: { exitCode: 3 } } },
    ]);
  });

  it("again has no effect, unless it kills", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched(), stop());
    expect(worker.tell(stop())).toEqual([]);
    expect(worker.tell(stop({ force: true }))).toMatchObject([{ kind: "stop", force: true }]);
  });

  it("for what has ended, or carries another token, changes nothing", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched());
    expect(worker.tell(stop({ token: 9 }))).toMatchObject([{ kind: "ignored" }]);
    worker.tell(exited());
    expect(worker.tell(stop())).toMatchObject([
      { kind: "ignored", why: "asked to stop it, but it has ended" },
    ]);
    worker.tell(finished());
    expect(worker.tell(stop())).toMatchObject([{ kind: "ignored" }]);
  });
});

describe("a timeout", () => {
  it("runs from the start of the process", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(order({ timeoutMs: 100 })));
    worker.now = 5_000;
    expect(worker.tell({ kind: "tick" })).toEqual([]);
    expect(worker.tell(launched(KEY, 20))).toEqual([
      { kind: "wake", at: 5_000 },
      { kind: "wake", at: 5_080 },
    ]);
    worker.now = 5_079;
    expect(worker.tell({ kind: "tick" })).toEqual([{ kind: "wake", at: 5_080 }]);
    worker.now = 5_080;
    expect(worker.tell({ kind: "tick" })).toEqual([{ kind: "stop", key: KEY, graceMs: 500, force: false }]);
    expect(worker.tell({ kind: "tick" })).toEqual([]);
  });

  it("stays the cause when an order to stop comes while it is carried out", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(order({ timeoutMs: 100 })), launched());
    worker.now += 100;
    worker.tell({ kind: "tick" }, stop({ force: true }));
    expect(worker.tell(exited({ cause: "stop" }))).toMatchObject([
      { end: { kind: "stopped", cause: { kind: "timed_out", timeoutMs: 100 } } },
    ]);
  });

  it("comes too late for a process that is being stopped", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(order({ timeoutMs: 100 })), launched(), stop());
    worker.now += 100;
    expect(worker.tell({ kind: "tick" })).toEqual([]);
  });
});

describe("a limit", () => {
  it("ends the attempt", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched());
    expect(worker.tell({ kind: "limit_passed", key: KEY, message: "too long a log" })).toMatchObject([
      { kind: "stop", graceMs: 500 },
    ]);
    expect(worker.tell(exited({ cause: "stop" }))).toMatchObject([
      { end: { cause: { kind: "limit", message: "too long a log" } } },
    ]);
    expect(worker.tell({ kind: "limit_passed", key: KEY, message: "again" })).toMatchObject([
      { kind: "ignored" },
    ]);
  });

  it("of memory is the launcher's to watch", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched());
    expect(worker.tell(exited({ cause: "memory_limit" }))).toMatchObject([{ end: { kind: "memory_limit" } }]);
  });
});

describe("a launcher", () => {
  it.each(["lost", "shutdown"] as const)("that is %s takes the outcome with it", (cause) => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched(), stop());
    expect(worker.tell(exited({ cause }))).toMatchObject([{ end: { kind: "lost" } }]);
  });

  it("that died loses everything it had, and nothing else", () => {
    const worker = new TestWorker({ launchMax: 2 }).connected();
    worker.tell(
      assign(order({}, "run_a")),
      launched(),
      assign(order({}, "run_b")),
      assign(order({}, "run_c")),
    );
    const outputs = worker.tell({ kind: "launcher_lost", message: "it died" });
    expect(outputs).toMatchObject([
      { kind: "finish", key: "run_a.0.1", process: PROCESS, end: { kind: "lost", message: "it died" } },
      { kind: "finish", key: "run_b.0.1", process: null, end: { kind: "lost" } },
      { kind: "launch", key: "run_c.0.1" },
    ]);
    worker.tell(finished("lost", "run_b.0.1"));
    expect(worker.held.attempts.get("run_b.0.1")).toMatchObject({ kind: "reported", started: false });
  });
});

describe("a lease", () => {
  const leased = order({ killWhenLeaseEnds: true });

  it("goes with the launch and is renewed with what the server says", () => {
    const worker = new TestWorker().connected();
    // Whole milliseconds, though the clock has parts of them.
    worker.now += 3_999.25;
    expect(worker.tell(assign(leased))).toMatchObject([{ kind: "launch", leaseMs: 6_000 }]);
    worker.tell(
      assign(order({}, "run_b")),
      assign(order({ killWhenLeaseEnds: true }, "run_c")),
      launched("run_c.0.1"),
    );
    expect(worker.tell({ kind: "spoke", leaseMs: 9_000 })).toEqual([
      { kind: "extend_leases", keys: [KEY, "run_c.0.1"], leaseMs: 9_000 },
    ]);
  });

  it("that has ended lets nothing start that another worker may start", () => {
    const worker = new TestWorker({ launchMax: 0 }).connected();
    worker.tell(assign(leased), { kind: "disconnected" });
    worker.now += 10_000;
    expect(worker.tell({ kind: "resize", launchMax: 1 })).toEqual([]);
    expect(
      worker.tell({ kind: "connected", at: 1, ackedSeq: 0, unknown: [], leaseMs: 10_000 }),
    ).toMatchObject([{ kind: "launch", leaseMs: 10_000 }]);
  });

  it("that has ended is the launcher's to carry out", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(leased), launched());
    expect(worker.tell(exited({ cause: "lease" }))).toMatchObject([{ end: { kind: "lease_ended" } }]);
    const other = new TestWorker().connected();
    other.tell(assign(leased), { kind: "launch_cancelled", key: KEY, at: 3, leaseEnded: true });
    expect(other.flush()).toMatchObject([{ report: { ending: { outcome: "lost", startedAt: null } } }]);
  });

  it("of an attempt that is over is not renewed", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(leased), launched(), exited());
    expect(worker.tell({ kind: "spoke", leaseMs: 9_000 })).toEqual([]);
  });
});

describe("a lost stream", () => {
  it("keeps reports, and sends them again in their order", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched());
    worker.flush();
    worker.tell({ kind: "disconnected" }, exited(), finished());
    expect(worker.flush()).toEqual([]);
    expect(lastSettledSeq(worker.held)).toBe(9);
    const again = worker.tell({ kind: "connected", at: 1, ackedSeq: 0, unknown: [], leaseMs: 1 });
    expect(again).toMatchObject([{ kind: "send", reports: [{ seq: 10, report: { kind: "started" } }] }]);
    expect(worker.flush()).toMatchObject([{ seq: 11, report: { kind: "ended" } }]);
  });

  it("settles what the server had acknowledged meanwhile", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched());
    worker.flush();
    expect(worker.tell({ kind: "connected", at: 1, ackedSeq: 10, unknown: [], leaseMs: 1 })).toEqual([]);
    expect(lastSettledSeq(worker.held)).toBe(10);
  });

  it("makes one report of a start and an end that it has hidden", () => {
    const worker = new TestWorker();
    worker.tell(assign(), launched(), exited(), finished(), {
      kind: "connected",
      at: 1,
      ackedSeq: 0,
      unknown: [],
      leaseMs: 1,
    });
    expect(worker.flush()).toMatchObject([{ seq: 10, report: { kind: "ended" } }]);
  });
});

describe("the report of a start", () => {
  it("is held back a little, and told in its time", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign());
    expect(worker.tell(launched())).toEqual([{ kind: "wake", at: 1_020 }]);
    expect(worker.flush(19)).toEqual([]);
    expect(worker.tell({ kind: "tick" })).toEqual([{ kind: "wake", at: 1_020 }]);
    expect(worker.flush(1)).toMatchObject([{ seq: 10, report: { kind: "started" } }]);
    expect(worker.tell({ kind: "tick" })).toEqual([]);
  });

  it("is left out when the end comes first, and does not keep other reports waiting", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(order({}, "run_b")), launched("run_b.0.1"));
    worker.tell(assign(), launched(), exited(), finished());
    expect(worker.flush(0)).toMatchObject([{ seq: 10, report: { kind: "ended", name: { run: "run_a" } } }]);
    expect(worker.flush()).toMatchObject([{ seq: 11, report: { kind: "started", name: { run: "run_b" } } }]);
    expect(worker.held.header.outbox.map(({ seq }) => seq)).toEqual([10, 11]);
  });
});

describe("an attempt that the server does not want", () => {
  const unknown = (worker: TestWorker): readonly AttemptOutput[] =>
    worker.tell({ kind: "connected", at: 1, ackedSeq: 0, unknown: [order().name], leaseMs: 1 });

  it("is forgotten before it has started", () => {
    const worker = new TestWorker({ launchMax: 0 }).connected();
    worker.tell(assign());
    expect(unknown(worker)).toEqual([{ kind: "forget", key: KEY }]);
  });

  it("is out of the way of those that wait behind it", () => {
    const worker = new TestWorker({ launchMax: 0 }).connected();
    worker.tell(assign(), assign(order({}, "run_b")));
    expect(unknown(worker)).toEqual([{ kind: "forget", key: KEY }]);
    expect(worker.tell({ kind: "resize", launchMax: 1 })).toMatchObject([
      { kind: "launch", key: "run_b.0.1" },
    ]);
  });

  it("is killed while it is being launched, whatever comes of that", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign());
    expect(unknown(worker)).toEqual([{ kind: "stop", key: KEY, graceMs: 0, force: true }]);
    expect(worker.tell({ kind: "launch_cancelled", key: KEY, at: 3, leaseEnded: false })).toEqual([
      { kind: "forget", key: KEY },
    ]);
    const other = new TestWorker().connected();
    other.tell(assign());
    unknown(other);
    other.tell(launched());
    expect(other.flush()).toEqual([]);
    expect(other.tell(exited({ cause: "stop" }))).toMatchObject([{ kind: "finish", wanted: false }]);
  });

  it("is killed while it runs, and ends without a report", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched(), stop());
    expect(unknown(worker)).toEqual([{ kind: "stop", key: KEY, graceMs: 0, force: true }]);
    worker.tell(exited({ cause: "stop" }));
    expect(worker.tell(finished())).toEqual([{ kind: "forget", key: KEY }]);
    expect(worker.flush()).toEqual([]);
  });

  it("ends without a report when that was being written", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched(), exited());
    unknown(worker);
    expect(worker.tell(finished())).toEqual([{ kind: "forget", key: KEY }]);
  });

  it("is left to the acknowledgement once it is reported, and numbers keep no gap", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(), launched(), exited(), finished());
    worker.flush();
    expect(unknown(worker)).toMatchObject([{ kind: "send", reports: [{ seq: 10 }] }]);
    expect(worker.tell({ kind: "ack", seq: 10 })).toEqual([{ kind: "forget", key: KEY }]);
  });

  it("is another one when the token differs", () => {
    const worker = new TestWorker().connected();
    worker.tell(assign(order({}, "run_a", 3)), launched());
    expect(unknown(worker)).toEqual([]);
    expect(worker.kindOf(KEY)).toBe("running");
  });
});

describe("a drain", () => {
  it("gives back what has not been launched and takes nothing more", () => {
    const worker = new TestWorker({ launchMax: 1 }).connected();
    worker.tell(
      assign(),
      assign(order({}, "run_b")),
      { kind: "drain", at: 4, message: "bye" },
      assign(order({}, "run_c")),
    );
    expect(worker.flush()).toMatchObject([
      { report: { kind: "returned", name: { run: "run_b" }, message: "bye" } },
      { report: { kind: "returned", name: { run: "run_c" }, message: "the worker is shutting down" } },
    ]);
    expect(worker.kindOf(KEY)).toBe("launching");
    expect(worker.tell({ kind: "ack", seq: 11 })).toMatchObject([{ kind: "forget" }, { kind: "forget" }]);
  });

  it("lets an attempt that was given back come again", () => {
    const worker = new TestWorker({ heldMax: 0 }).connected();
    worker.tell(assign());
    worker.flush();
    worker.tell(assign(order({}, "run_a", 2)));
    expect(worker.held.attempts.get(KEY)).toMatchObject({ kind: "reported", order: { name: { token: 2 } } });
    // The acknowledgement of the first return says nothing about the second.
    worker.tell({ kind: "ack", seq: 10 });
    expect(worker.kindOf(KEY)).toBe("reported");
  });
});

describe("a pause", () => {
  it("starts nothing, gives back what comes, and ends", () => {
    const worker = new TestWorker({ launchMax: 0 }).connected();
    worker.tell(assign(), { kind: "pause", at: 3, message: "the disk is full" });
    expect(worker.tell({ kind: "resize", launchMax: 4 })).toEqual([]);
    worker.tell(assign(order({}, "run_b")));
    expect(worker.flush()).toMatchObject([{ report: { kind: "returned", message: "the disk is full" } }]);
    expect(worker.tell({ kind: "unpause" })).toMatchObject([{ kind: "launch", key: KEY }]);
  });
});

describe("an attempt of a former worker", () => {
  const adopt = { kind: "adopt", order: order({ timeoutMs: 1_000 }) } as const;

  it("is taken up where it is", () => {
    const worker = new TestWorker();
    expect(worker.tell(adopt, launched(KEY, 400))).toContainEqual({ kind: "wake", at: 1_600 });
    expect(worker.kindOf(KEY)).toBe("running");
    expect(worker.tell(adopt)).toMatchObject([{ kind: "ignored" }]);
  });

  it("that the former worker had stopped is judged by its timeout", () => {
    const late = new TestWorker();
    late.tell(adopt);
    expect(late.tell(exited({ cause: "stop", at: 6_000 }))).toMatchObject([
      { end: { cause: { kind: "timed_out", timeoutMs: 1_000 } } },
    ]);
    const early = new TestWorker();
    early.tell(adopt);
    expect(early.tell(exited({ cause: "stop", at: 5_999 }))).toMatchObject([
      { end: { cause: { kind: "ordered", cause: "before the worker was restarted" } } },
    ]);
    const without = new TestWorker();
    without.tell({ kind: "adopt", order: order() });
    expect(without.tell(exited({ cause: "stop", at: 9_999 }))).toMatchObject([
      { end: { cause: { kind: "ordered" } } },
    ]);
  });
});

it("ignores what cannot be about an attempt in its state", () => {
  const worker = new TestWorker().connected();
  for (const input of [
    launched(),
    exited(),
    finished(),
    { kind: "launch_failed", key: KEY, at: 1, outcome: "failed", message: "" } as const,
    { kind: "launch_cancelled", key: KEY, at: 1, leaseEnded: false } as const,
    { kind: "limit_passed", key: KEY, message: "" } as const,
  ]) {
    expect(worker.tell(input)).toMatchObject([{ kind: "ignored", key: KEY }]);
  }
  worker.tell(assign(), launched(), exited());
  for (const input of [
    launched(),
    exited(),
    { kind: "launch_failed", key: KEY, at: 1, outcome: "failed", message: "" } as const,
    { kind: "launch_cancelled", key: KEY, at: 1, leaseEnded: false } as const,
  ]) {
    expect(worker.tell(input)).toMatchObject([{ kind: "ignored" }]);
  }
  worker.tell({ kind: "finished", key: KEY, at: 1, ending: ending() });
  expect(worker.tell(finished())).toMatchObject([{ kind: "ignored" }]);
  expect(worker.tell({ kind: "launch_cancelled", key: KEY, at: 1, leaseEnded: false })).toMatchObject([
    { kind: "ignored" },
  ]);
});

it("cancels a launch for which nobody had asked", () => {
  const worker = new TestWorker().connected();
  worker.tell(assign(), { kind: "launch_cancelled", key: KEY, at: 1, leaseEnded: false });
  expect(worker.flush()).toMatchObject([
    { report: { ending: { outcome: "cancelled", message: "stopped before it was started" } } },
  ]);
});
