import { expect, test } from "vitest";
import { job } from "./testing/views.ts";
import { factOf, jobLabel, memberLabel, sentence } from "./words.ts";

const NOW = Date.parse("2026-11-19T14:30:00.000Z");
const at = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1_000).toISOString();

test.each([
  ["how long it took", job(0, "a", { status: "completed", duration_ms: 72_000 }), "1 min 12 s"],
  [
    "who approved",
    job(0, "a", { kind: "approval", status: "completed", reason: "approved by marta" }),
    "approved by marta",
  ],
  ["how long so far", job(0, "a", { status: "running", started_at: at(126) }), "2:06"],
  [
    "how many members",
    job(0, "a", { kind: "group", status: "running", reason: "5 of 8 done, 1 failed" }),
    "5 of 8, 1 failed",
  ],
  [
    "a lost worker rather than the time",
    job(0, "a", { status: "running", started_at: at(9), reason: "worker `b` is away since …" }),
    "worker `b` is away since …",
  ],
  ["how long it is queued", job(0, "a", { status: "queued", queued_at: at(9) }), "queued 0:09"],
  [
    "how long a person is waited for",
    job(0, "a", { kind: "approval", status: "waiting", started_at: at(360) }),
    "for a person · 6 min",
  ],
  ["when it tries again", job(0, "a", { status: "waiting", due_at: at(-24) }), "tries again in 24 s"],
  ["that it tries again now", job(0, "a", { status: "waiting", due_at: at(0) }), "tries again now"],
  [
    "its exit, and that the run goes on",
    job(0, "a", { status: "failed", exit_code: 1, tolerated: true }),
    "exit 1 · goes on",
  ],
  ["why it failed without an exit", job(0, "a", { status: "failed", reason: "timed out" }), "timed out"],
  [
    "a false condition",
    job(0, "a", { status: "skipped", reason: "its condition (`when`) is false" }),
    "condition is false",
  ],
  [
    "what kept it from running",
    job(0, "a", { status: "skipped", reason: "needs close, which failed" }),
    "close failed",
  ],
  [
    "what was skipped before it",
    job(0, "a", { status: "skipped", reason: "needs mail, which was skipped" }),
    "mail skipped",
  ],
  [
    "a long wait to the minute",
    job(0, "a", { kind: "approval", status: "waiting", started_at: at(1_925) }),
    "for a person · 32 min",
  ],
  ["nothing where nothing is known", job(0, "a"), ""],
])("a job's fact is %s", (_, view, fact) => {
  expect(factOf(view, NOW)).toBe(fact);
});

test("estimates say that they are", () => {
  expect(factOf(job(0, "a"), NOW, 49_600)).toBe("≈ 50 s");
  expect(factOf(job(0, "a", { status: "running", started_at: at(60) }), NOW, 480_000)).toBe("1:00 of ≈ 8:00");
});

test("a member is told by its values", () => {
  expect(memberLabel(job(1, "e2e[browser=firefox,shard=3]", { group: "e2e" }))).toBe("firefox · 3");
  expect(memberLabel(job(1, "plan/deploy", { group: null }))).toBe("plan/deploy");
});

test("readers hear name, fact and state", () => {
  expect(jobLabel(job(0, "lint", { status: "completed" }), "9 s")).toBe("lint 9 s, completed");
  expect(jobLabel(job(0, "lint"), "")).toBe("lint, pending");
});

test("a fragment becomes a sentence, and a name at its start stays as it is", () => {
  expect(sentence("waits for approval: Go on?")).toBe("Waits for approval: Go on?");
  expect(sentence("exit 3")).toBe("Exit 3.");
  expect(sentence("perf-budget failed")).toBe("perf-budget failed.");
  expect(sentence("")).toBe("");
});
