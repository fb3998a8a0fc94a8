import {
  DEFAULT_RETRY,
  type EndReason,
  type Job,
  type JobState,
  NO_RESOURCES,
  type RunHeader,
} from "@gaia/core";
import { describe, expect, test } from "vitest";
import type { Situation, WorkerFacts } from "../situation.ts";
import { durationText, endText, jobReasonText, listText, runReasonText } from "./index.ts";

const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);
const PAST = { attempts: 2, failures: 2, losses: 0 };
const REF = { attempt: 2, token: 9, worker: "w1" };
const keyOf = (job: number) => ["build", "test", "ship"][job] ?? null;

const TASK: Job = {
  key: "test",
  name: "test",
  work: {
    kind: "task",
    task: {
      executor: "process",
      spec: {},
      bindings: {},
      secrets: [],
      tags: ["gpu"],
      resources: NO_RESOURCES,
    },
  },
  dependencies: [0],
  joins: [],
  condition: null,
  policy: {
    retry: DEFAULT_RETRY,
    timeoutMs: null,
    onError: "fail",
    onLost: "wait",
    priority: 5,
    graceMs: 10_000,
  },
  final: false,
  grownBy: null,
  memberOf: null,
  item: null,
};

const WORKER: WorkerFacts = {
  id: "w1",
  name: "local",
  tags: ["gpu"],
  slots: 8,
  taken: 8,
  draining: false,
  unhealthy: "",
  awaySince: null,
};

function situation(...workers: readonly Partial<WorkerFacts>[]): Situation {
  return {
    now: NOW,
    localProblem: "",
    workers: workers.map((worker) => ({ ...WORKER, ...worker })),
  };
}

function reason(
  state: JobState | undefined,
  there = situation({}),
  job: Partial<Job> = {},
  open: readonly string[] = [],
): string {
  return jobReasonText({
    job: { ...TASK, ...job },
    state,
    keyOf,
    asker: null,
    situation: there,
    openDependencies: () => open,
    runWaits: "",
    isFinalPhase: false,
  });
}

describe("a job that has not ended says what it waits for", () => {
  const queued: JobState = { kind: "queued", past: PAST, readyAt: NOW };

  test.each<[string, JobState | undefined, Situation, string]>([
    ["no worker", queued, situation(), "no worker is connected"],
    [
      "a broken local worker",
      queued,
      { ...situation(), localProblem: "it keeps ending" },
      "no worker is connected: it keeps ending",
    ],
    ["no tag", queued, situation({ tags: [] }), "no worker with tag `gpu` is connected"],
    ["no slot", queued, situation({}), "waits for a free slot (8 of 8 taken)"],
    ["its turn", queued, situation({ taken: 3 }), "waits for its turn"],
    [
      "a drained worker",
      queued,
      situation({ draining: true }),
      "worker `local` is draining: it takes no new work",
    ],
    [
      "a sick worker",
      queued,
      situation({ unhealthy: "disk full" }, { draining: true }),
      "worker `local` takes no work: disk full, and so does 1 other",
    ],
    [
      "on its way",
      { kind: "assigned", past: PAST, ref: REF, at: NOW },
      situation({}),
      "on its way to worker `local`",
    ],
    [
      "away",
      { kind: "running", past: PAST, ref: REF, startedAt: NOW, stopMeans: "" },
      situation({ awaySince: NOW - 12_000 }),
      "worker `local` is away since 2026-11-21T08:59:48Z",
    ],
    [
      "unknown",
      { kind: "running", past: PAST, ref: REF, startedAt: NOW, stopMeans: "" },
      situation(),
      "worker `w1` is away: it has not come back since the server was started",
    ],
    ["running", { kind: "running", past: PAST, ref: REF, startedAt: NOW, stopMeans: "" }, situation({}), ""],
    [
      "backoff",
      {
        kind: "backoff",
        past: PAST,
        dueAt: NOW + 4_000,
        last: { kind: "attempt", outcome: "failed", exitCode: 1, message: "" },
      },
      situation({}),
      "attempt 2 of 3 failed with exit 1; next in 4 s",
    ],
    [
      "backoff of a timeout",
      {
        kind: "backoff",
        past: PAST,
        dueAt: NOW + 61_000,
        last: { kind: "attempt", outcome: "timed_out", exitCode: null, message: "" },
      },
      situation({}),
      "attempt 2 of 3 ended: timed out; next in 1 min 1 s",
    ],
    [
      "approval",
      { kind: "approval", past: PAST, askedAt: NOW, dueAt: NOW + 60_000, prompt: "Ship\n it?" },
      situation({}),
      "waits for approval: Ship it? (fails in 1 min if nobody decides)",
    ],
    [
      "child",
      { kind: "child", past: PAST, at: NOW, run: "run_1_2", inputs: {} },
      situation({}),
      "waits for its run run_1_2",
    ],
    [
      "group",
      {
        kind: "group",
        past: PAST,
        at: NOW,
        members: { first: 3, total: 8 },
        open: 2,
        next: 8,
        failed: 1,
        cancelled: 0,
      },
      situation({}),
      "6 of 8 done, 1 failed",
    ],
    [
      "stopping",
      {
        kind: "stopping",
        past: PAST,
        ref: REF,
        startedAt: NOW,
        since: NOW - 2_000,
        cause: { kind: "fail_fast", job: 0 },
        force: false,
      },
      situation({}),
      "build failed, and `fail_fast` ends the rest; asked to end 2 s ago",
    ],
    [
      "stopping, away",
      {
        kind: "stopping",
        past: PAST,
        ref: REF,
        startedAt: NOW,
        since: NOW,
        cause: { kind: "run_stopped" },
        force: true,
      },
      situation({ awaySince: NOW }),
      "is to be stopped, but worker `local` is away since 2026-11-21T09:00:00Z",
    ],
    [
      "stopping child",
      {
        kind: "stopping_child",
        past: PAST,
        at: NOW,
        run: "run_1_2",
        since: NOW,
        cause: { kind: "run_timed_out" },
      },
      situation({}),
      "its run run_1_2 is being stopped: the run ran out of time",
    ],
  ])("%s", (_, state, there, text) => {
    expect(reason(state, there)).toBe(text);
  });

  test("pending", () => {
    expect(reason(undefined, situation({}), {}, ["a", "b", "c", "d"])).toBe("waits for a, b, c and 1 more");
    expect(reason(undefined, situation({}), { memberOf: 0 })).toBe(
      "waits for its turn: `max_parallel` of build limits how many run at once",
    );
    expect(reason(undefined, situation({}), { final: true })).toBe("runs when all other tasks have ended");
  });
});

describe("a job that has ended says why it ended so", () => {
  test.each<[EndReason, string]>([
    [{ kind: "succeeded" }, ""],
    [{ kind: "attempt", outcome: "failed", exitCode: 1, message: "exited with 1" }, "exit 1"],
    [
      { kind: "attempt", outcome: "failed", exitCode: 1, message: "outputs: url is missing" },
      "exit 1: outputs: url is missing",
    ],
    [
      { kind: "attempt", outcome: "failed", exitCode: 0, message: "$GAIA_OUTPUT:1: no output" },
      "$GAIA_OUTPUT:1: no output",
    ],
    [
      { kind: "attempt", outcome: "failed", exitCode: null, message: "killed by SIGSEGV" },
      "killed by SIGSEGV",
    ],
    [
      { kind: "attempt", outcome: "lost", exitCode: null, message: "the machine restarted" },
      "its worker was lost: the machine restarted",
    ],
    [{ kind: "attempt", outcome: "limit", exitCode: null, message: "" }, "went past a limit"],
    [{ kind: "attempt", outcome: "rejected", exitCode: null, message: "no such secret" }, "no such secret"],
    [{ kind: "poison", losses: 3 }, "its worker was lost 3 times: the task may be what brings workers down"],
    [{ kind: "approved", by: "ana", comment: "" }, "approved by ana"],
    [{ kind: "rejected", by: "ana", comment: "not today" }, "rejected by ana: not today"],
    [{ kind: "approval_timed_out" }, "nobody decided in time"],
    [{ kind: "members", failed: 2, cancelled: 0, total: 8 }, "2 of 8 failed"],
    [{ kind: "members", failed: 0, cancelled: 0, total: 0 }, "it had nothing to do: the list was empty"],
    [{ kind: "child", run: "run_1", status: "failed" }, "its run run_1 failed"],
    [{ kind: "condition_false" }, "its condition (`when`) is false"],
    [
      { kind: "condition_error", message: "no such name" },
      "its condition (`when`) cannot be worked out: no such name",
    ],
    [{ kind: "invalid", message: "a value is missing" }, "a value is missing"],
    [{ kind: "dependency", job: 0, status: "skipped" }, "needs build, which was skipped"],
    [
      { kind: "stopped", cause: { kind: "job_stopped", by: "ana", comment: "stuck", at: NOW } },
      "stopped by ana at 2026-11-21T09:00:00Z: stuck",
    ],
    [{ kind: "child", run: "run_1", status: "timed_out" }, "its run run_1 took longer than its `timeout`"],
    [{ kind: "child", run: "run_1", status: "cancelled" }, "its run run_1 was cancelled"],
    [{ kind: "child", run: "run_1", status: "completed" }, ""],
    [{ kind: "reused", run: null }, "counted as done, as asked for"],
  ])("%j", (end, text) => {
    expect(endText(end, keyOf)).toBe(text);
  });

  test("with what could not be stopped", () => {
    const state: JobState = {
      kind: "failed",
      past: { ...PAST, losses: 1 },
      startedAt: NOW,
      endedAt: NOW,
      outputs: {},
      reason: { kind: "attempt", outcome: "failed", exitCode: 1, message: "" },
      survivors: [41, 42],
      members: null,
    };
    expect(reason(state)).toBe("exit 1, attempt 1 of 3; 2 processes could not be stopped: 41, 42");
  });
});

describe("a run says why it is what it is", () => {
  const counts = {
    pending: 0,
    queued: 0,
    running: 0,
    waiting: 0,
    stopping: 0,
    completed: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  };
  const header = (change: Partial<RunHeader>): RunHeader => ({
    status: "running",
    reason: { kind: "none" },
    createdAt: NOW,
    startedAt: NOW,
    endedAt: null,
    dueAt: null,
    phase: "main",
    stop: null,
    nextToken: 1,
    counts,
    open: 0,
    failed: [],
    failedCount: 0,
    survivors: [],
    outputs: {},
    ...change,
  });

  test.each<[Partial<RunHeader>, string]>([
    [{}, ""],
    [{ counts: { ...counts, queued: 1 } }, "1 task waits for a worker"],
    [{ counts: { ...counts, waiting: 2 } }, "2 tasks wait, nothing runs"],
    [{ counts: { ...counts, queued: 3, running: 1 } }, ""],
    [
      { status: "pending", reason: { kind: "waits_for_group", group: "deploy", ahead: "ci #4" } },
      "waits for ci #4 before it in the group `deploy`",
    ],
    [
      { status: "pending", reason: { kind: "waits_for_group", group: "deploy" } },
      "waits for the run before it in the group `deploy`",
    ],
    [{ status: "failed", reason: { kind: "jobs_failed", jobs: [0, 1], more: 0 } }, "build, test failed"],
    [{ status: "cancelled", reason: { kind: "jobs_stopped", jobs: [0], more: 0 } }, "build was stopped"],
    [
      { status: "cancelled", reason: { kind: "jobs_stopped", jobs: [0, 1, 7], more: 2 } },
      "5 tasks were stopped",
    ],
    [
      { status: "failed", reason: { kind: "jobs_failed", jobs: [0, 1, 2], more: 4 } },
      "build, test, ship and 4 more failed",
    ],
    [{ status: "cancelled", reason: { kind: "stopped", by: "ana", comment: "" } }, "stopped by ana"],
    [{ status: "failed", reason: { kind: "timed_out", afterMs: 3_600_000 } }, "ran out of time after 1 h"],
    [{ status: "cancelled", reason: { kind: "replaced", run: "run_2" } }, "replaced by run run_2"],
    [{ reason: { kind: "survivors", pids: [7] } }, "these processes could not be stopped: 7"],
  ])("%j", (change, text) => {
    expect(runReasonText(header(change), keyOf)).toBe(text);
  });

  test("says by which task it failed, and how that ended", () => {
    const failed = (more: number) =>
      runReasonText(
        header({ status: "failed", reason: { kind: "jobs_failed", jobs: [1], more } }),
        () => null,
        { key: "test", reason: { kind: "attempt", outcome: "failed", exitCode: 1, message: "3 of 8 wrong" } },
      );
    expect(failed(0)).toBe("test failed: exit 1: 3 of 8 wrong");
    expect(failed(1)).toBe("test failed: exit 1: 3 of 8 wrong (and 1 more task)");
    expect(failed(4)).toBe("test failed: exit 1: 3 of 8 wrong (and 4 more tasks)");
  });
});

test("amounts are put as people say them", () => {
  expect([0, 999, 1_000, 59_400, 60_000, 3_599_999, 3_661_000, 48 * 3_600_000].map(durationText)).toEqual([
    "0 ms",
    "999 ms",
    "1 s",
    "59 s",
    "1 min",
    "1 h",
    "1 h 1 min",
    "2 d",
  ]);
  expect(listText(["a", "b"], 1)).toBe("a and 1 more");
});
