import { expect, test } from "vitest";
import { Refusal } from "../api/refusal.ts";
import { folded, LOADING } from "./run-state.ts";
import { event, job, runDetail } from "./testing/views.ts";

const detail = runDetail([job(0, "build"), job(1, "test")]);
const ready = folded(LOADING, [{ kind: "snapshot", detail }]);

test("a snapshot makes it ready", () => {
  expect(ready.status).toBe("ready");
  expect(ready.run?.number).toBe(7);
  expect(ready.run).not.toHaveProperty("jobs");
  expect(ready.jobs.list.map(({ key }) => key)).toEqual(["build", "test"]);
});

test("of a job that was told twice within a frame the newest state stands", () => {
  const next = folded(ready, [
    { kind: "job", job: job(0, "build", { status: "running" }) },
    { kind: "job", job: job(0, "build", { status: "completed" }) },
  ]);
  expect(next.jobs.get("build")?.status).toBe("completed");
});

test("events come once and in order, and those told again after a resume are left out", () => {
  const first = folded(ready, [
    { kind: "event", event: event(4, "job.queued") },
    { kind: "event", event: event(5, "job.started") },
  ]);
  const next = folded(first, [
    { kind: "event", event: event(5, "job.started") },
    { kind: "event", event: event(6, "job.ended") },
  ]);
  expect(next.events.map(({ seq }) => seq)).toEqual([4, 5, 6]);
});

test("a reset empties the events, and its snapshot keeps jobs that did not change", () => {
  const live = folded(ready, [{ kind: "event", event: event(4, "job.queued") }]);
  const next = folded(live, [
    { kind: "reset" },
    { kind: "snapshot", detail: runDetail([job(0, "build", { status: "completed" }), job(1, "test")]) },
  ]);
  expect(next.events).toEqual([]);
  expect(next.jobs.list[1]).toBe(ready.jobs.list[1]);
  expect(next.jobs.get("build")?.status).toBe("completed");
});

test("a connection that breaks takes nothing away from what is shown", () => {
  const refusal = new Refusal(0, "unavailable", "no answer", {}, "");
  expect(folded(ready, [{ kind: "refused", refusal }])).toBe(ready);
  expect(folded(LOADING, [{ kind: "refused", refusal }]).status).toBe("failed");
  expect(folded(folded(LOADING, [{ kind: "refused", refusal }]), [{ kind: "snapshot", detail }]).status).toBe(
    "ready",
  );
});

test("the total counts jobs that have not come yet", () => {
  const large = folded(LOADING, [
    { kind: "snapshot", detail: { ...detail, jobs_total: 5_000 } },
    { kind: "job", job: job(0, "build", { status: "running" }) },
  ]);
  expect(large.jobs.total).toBe(5_000);
});
