import { expect, test } from "vitest";
import { jobsOf } from "../jobs.ts";
import { event, job } from "../testing/views.ts";
import { nextSort, rowsOf, type Sort, sortFrom } from "./rows.ts";
import { pastOf } from "./waits.ts";

const at = (second: number): string => new Date(second * 1_000).toISOString();
const jobs = jobsOf(
  [
    job(0, "build", { status: "completed", started_at: at(0), ended_at: at(30) }),
    job(1, "e2e", { kind: "group", status: "running", started_at: at(30) }),
    job(2, "deploy", { status: "pending" }),
    job(3, "e2e[n=10]", { group: "e2e", status: "failed", started_at: at(30), ended_at: at(40) }),
    job(4, "e2e[n=9]", { group: "e2e", status: "running", started_at: at(30) }),
  ],
  5,
);
const NONE = new Map();
const keys = (
  sort: Sort,
  filter: "all" | "open" | "failed" | "done" = "all",
  text = "",
  closed = new Set<string>(),
) => rowsOf(jobs, sort, filter, text, closed, NONE, 100_000).map((row) => row.job.key);
const ORDER: Sort = { by: "order", isDown: false };

test("members stand under their group, unless it is closed", () => {
  expect(keys(ORDER)).toEqual(["build", "e2e", "e2e[n=10]", "e2e[n=9]", "deploy"]);
  expect(keys(ORDER, "all", "", new Set(["e2e"]))).toEqual(["build", "e2e", "deploy"]);
});

test("filters and text make a flat list", () => {
  expect(keys(ORDER, "failed")).toEqual(["e2e[n=10]"]);
  expect(keys(ORDER, "open")).toEqual(["e2e", "deploy", "e2e[n=9]"]);
  expect(keys(ORDER, "all", "N=9")).toEqual(["e2e[n=9]"]);
});

test("sorting: numbers within names count, what has no value stands last in both directions", () => {
  expect(keys({ by: "name", isDown: false })).toEqual(["build", "deploy", "e2e", "e2e[n=9]", "e2e[n=10]"]);
  expect(keys({ by: "worked", isDown: true })).toEqual(["e2e", "e2e[n=9]", "build", "e2e[n=10]", "deploy"]);
  expect(keys({ by: "worked", isDown: false }).at(-1)).toBe("deploy");
  expect(keys({ by: "state", isDown: false })[0]).toBe("e2e[n=10]");
});

test("a column's head goes up, down and back", () => {
  expect(sortFrom("-worked")).toEqual({ by: "worked", isDown: true });
  expect(sortFrom("nonsense")).toEqual(ORDER);
  expect(nextSort(ORDER, "worked")).toBe("worked");
  expect(nextSort(sortFrom("worked"), "worked")).toBe("-worked");
  expect(nextSort(sortFrom("-worked"), "worked")).toBeNull();
});

test("waits are summed over attempts, and an open one is left open", () => {
  const past = pastOf([
    event(1, "job.queued", { job: "a", at: at(0) }),
    event(2, "job.assigned", { job: "a", at: at(1), body: { worker: "w1" } }),
    event(3, "job.started", { job: "a", at: at(3), body: { worker: "w1", started_at: at(2) } }),
    event(4, "attempt.ended", { job: "a", at: at(9), body: { worker: "w1" } }),
    event(5, "job.backoff", { job: "a", at: at(9) }),
    event(6, "job.queued", { job: "a", at: at(14) }),
    event(7, "job.started", { job: "a", at: at(15), body: { worker: "w2" } }),
    event(8, "job.queued", { job: "b", at: at(20) }),
  ]);
  expect(past.get("a")).toEqual({ waitedMs: 8_000, waitsSince: null, worker: "w2" });
  expect(past.get("b")).toEqual({ waitedMs: 0, waitsSince: 20_000, worker: null });
});

test("an attempt too short to be told of its start says when that was", () => {
  const past = pastOf([
    event(1, "job.queued", { job: "a", at: at(0) }),
    event(2, "attempt.ended", { job: "a", at: at(9), body: { worker: "w", started_at: at(4) } }),
  ]);
  expect(past.get("a")?.waitedMs).toBe(4_000);
});
