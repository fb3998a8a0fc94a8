import { expect, test } from "vitest";
import { jobsOf } from "../jobs.ts";
import { job, runDetail } from "../testing/views.ts";
import { figuresOf } from "./figures.ts";
import { changesOf, formOf, type Input } from "./inputs.ts";
import { telling } from "./telling.ts";
import { type Part, whyOf } from "./why.ts";

const read = (parts: readonly Part[]): string =>
  parts
    .map((part) => (typeof part === "string" ? part : part.job))
    .join("")
    .trim();
const why = (run: ReturnType<typeof runDetail>, because: readonly string[] = []) => {
  const { strong, rest } = whyOf(run, run.jobs, because);
  return [read(strong), read(rest)];
};

test("a question comes first, what works meanwhile behind it", () => {
  const run = runDetail([
    job(0, "approve", {
      kind: "approval",
      status: "waiting",
      reason: "waits for approval: Deploy? (fails in 23 h if nobody decides)",
    }),
    job(1, "soak", { status: "running" }),
    job(2, "scan", { status: "failed", tolerated: true }),
  ]);
  expect(why(run)).toEqual([
    "Waits for a person: approve asks “Deploy?”.",
    "Meanwhile soak is working. scan failed and is allowed to.",
  ]);
});

test("a job that ended the pipeline is named, as the run has not failed by it", () => {
  const reason = "it ended the pipeline: nothing to do today";
  const run = runDetail(
    [job(0, "look", { status: "failed", reason }), job(1, "work", { status: "skipped" })],
    {
      status: "completed",
    },
  );
  expect(why(run)[1]).toBe("look ended the pipeline: nothing to do today. 1 was skipped.");
});

test("what works is named, as far as names help", () => {
  const four = ["a", "b", "c", "d"].map((key, at) => job(at, key, { status: "running" }));
  expect(why(runDetail(four))[0]).toBe("a, b and 2 more are working.");
  expect(why(runDetail(four.slice(0, 3)))[0]).toBe("a, b and c are working.");
});

test("a queue says what it waits for", () => {
  const run = runDetail([
    job(0, "gpu", { status: "queued", reason: "no worker with tag `gpu` is connected" }),
  ]);
  expect(why(run)[0]).toBe("gpu is queued: no worker with tag `gpu` is connected.");
});

test("what waits says for what, and when it goes on", () => {
  const due = "2026-11-19T14:37:20.000Z";
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" }).format(
    Date.parse(due),
  );
  expect(why(runDetail([job(0, "flaky", { status: "waiting", due_at: due })]))[0]).toBe(
    `flaky tries again at ${time}.`,
  );
  expect(why(runDetail([job(0, "pack", { kind: "child", status: "waiting" })]))[0]).toBe(
    "pack waits for the run that it started.",
  );
  const turn = job(0, "later", { status: "queued", reason: "waits for its turn" });
  expect(why(runDetail([turn]))[0]).toBe("later is queued: waits for its turn.");
  expect(why(runDetail([turn, job(1, "now", { status: "running" })]))).toEqual(["now is working.", ""]);
});

test("a success does not hide what failed within a group and was allowed to", () => {
  const jobs = [
    job(0, "e2e", { kind: "group", status: "completed" }),
    job(1, "e2e[n=1]", { group: "e2e", status: "failed", tolerated: true }),
    job(2, "e2e[n=2]", { group: "e2e", status: "completed" }),
  ];
  expect(why(runDetail(jobs, { status: "completed" }))[1]).toBe("e2e[n=1] failed and is allowed to.");
});

test("a failure that decides the run is told before its end", () => {
  const run = runDetail([
    job(0, "a", { status: "failed", reason: "exit 1" }),
    job(1, "b", { status: "running" }),
  ]);
  expect(why(run)).toEqual(["b is working.", "a failed; the run will fail."]);
});

test("an end says what failed, in the server's words, and what came of it", () => {
  const jobs = [
    job(0, "close", { status: "failed", reason: "exit 3" }),
    job(1, "mail", { status: "skipped" }),
  ];
  const run = runDetail(jobs, { status: "failed", reason: "close failed" });
  expect(why(run)).toEqual(["close failed: exit 3.", "1 job behind it was skipped."]);
  expect(why(run, ["close failed (exit 3) after 1 of 1 attempt, 5 ms"])[0]).toBe(
    "close failed (exit 3) after 1 of 1 attempt, 5 ms.",
  );
});

test("a stop and a success say so", () => {
  expect(why(runDetail([], { status: "cancelled", reason: "stopped by marta: wrong branch" }))[0]).toBe(
    "Stopped by marta: wrong branch.",
  );
  const done = runDetail([job(0, "a", { status: "completed" })], { status: "completed", duration_ms: 4_200 });
  expect(why(done)[0]).toBe("One job completed in 4.2 s.");
  expect(why(runDetail([], { status: "pending", reason: "waits for the run before it" }))[0]).toBe(
    "It waits for the run before it.",
  );
});

test("waiting and working are summed apart, groups not at all", () => {
  const from = "2026-11-19T14:00:00.000Z";
  const to = "2026-11-19T14:01:00.000Z";
  const jobs = [
    job(0, "a", { started_at: from, ended_at: to }),
    job(1, "ask", { kind: "approval", started_at: from }),
    job(2, "g", { kind: "group", started_at: from, ended_at: to }),
  ];
  expect(figuresOf(jobs, Date.parse(to) + 1_000)).toEqual({ workedMs: 60_000, waitedMs: 61_000 });
});

test("the log that tells most is the selected job's, else that of the first that failed", () => {
  const jobs = jobsOf(
    [
      job(0, "a", { status: "completed", attempt: 1 }),
      job(1, "b", { status: "failed", attempt: 1 }),
      job(2, "g", { kind: "group", status: "running" }),
      job(3, "g[1]", { group: "g", status: "running", attempt: 1 }),
    ],
    4,
  );
  expect(telling(jobs, null)).toBe("b");
  expect(telling(jobs, "a")).toBe("a");
  expect(telling(jobs, "g")).toBe("g[1]");
  expect(telling(jobsOf([job(0, "a")], 1), null)).toBeNull();
});

const input = (name: string, type: Input["type"], more: Partial<Input> = {}): Input => ({
  name,
  type,
  description: "",
  required: false,
  choices: [],
  ...more,
});

test("only what was changed is sent, in its type; a secret that is left alone is kept", () => {
  const inputs = [
    input("who", "text"),
    input("count", "number"),
    input("loud", "boolean"),
    input("key", "secret"),
  ];
  const values = { who: "Ada", count: 3, loud: false, key: "***" };
  const form = formOf(inputs, values);
  expect(form).toEqual({ who: "Ada", count: "3", loud: false, key: "" });
  expect(changesOf(inputs, values, form)).toEqual({ kind: "ok", inputs: {} });
  expect(changesOf(inputs, values, { ...form, count: "4", loud: true, key: "new" })).toEqual({
    kind: "ok",
    inputs: { count: 4, loud: true, key: "new" },
  });
});

test("what is no number, or is missing, is told at its field", () => {
  const inputs = [input("count", "number"), input("who", "text", { required: true })];
  const changes = changesOf(inputs, { count: 3, who: "Ada" }, { count: "many", who: "" });
  expect(changes.kind === "wrong" ? [...changes.problems] : []).toEqual([
    ["count", "“many” is no number."],
    ["who", "who is needed."],
  ]);
});
