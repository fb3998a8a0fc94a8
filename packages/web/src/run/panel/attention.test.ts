import { expect, test } from "vitest";
import { job } from "../testing/views.ts";
import { attentionOf, spokesman } from "./attention.ts";

const jobs = [
  job(0, "done", { status: "completed" }),
  job(1, "stuck", { status: "queued", reason: "no worker with tag `gpu` is connected" }),
  job(2, "turn", { status: "queued", reason: "waits for its turn" }),
  job(8, "slot", { status: "queued", reason: "waits for a free slot (4 of 4 taken)" }),
  job(9, "way", { status: "queued", reason: "on its way to worker `local`" }),
  job(3, "allowed", { status: "failed", tolerated: true, attempt: 1 }),
  job(4, "again", { status: "waiting", attempt: 1 }),
  job(5, "ask", { kind: "approval", status: "waiting" }),
  job(6, "group", { kind: "group", status: "failed" }),
  job(7, "group[n=1]", { group: "group", status: "failed", attempt: 2 }),
];

test("what decides over a run stands before what waits, and what is allowed to fail behind it", () => {
  expect(attentionOf(jobs).map(({ key }) => key)).toEqual(["group[n=1]", "ask", "again", "allowed", "stuck"]);
});

test("the last lines shown are those of the failure that decided", () => {
  expect(spokesman(attentionOf(jobs))?.key).toBe("group[n=1]");
  expect(spokesman(attentionOf(jobs.slice(0, 3)))).toBeNull();
});
