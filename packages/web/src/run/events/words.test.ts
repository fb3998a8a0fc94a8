import { expect, test } from "vitest";
import type { EventView } from "../../api/client.ts";
import { joined } from "../history.ts";
import { event } from "../testing/views.ts";
import { shortId } from "../worker-names.ts";
import { actorText, wordsOf } from "./words.ts";

const say = (kind: string, body: EventView["body"] = {}): string =>
  wordsOf(event(1, kind, { job: "a", body }), (id) => `<${id}>`).text;

test.each([
  ["run.created", { jobs: 26 }, "created with 26 jobs"],
  [
    "run.stopping",
    { cause: "run_stopped", by: "marta", comment: "wrong branch" },
    "to be stopped: the run is stopped, by marta: wrong branch",
  ],
  ["run.ended", { status: "failed" }, "failed"],
  ["job.assigned", { attempt: 2, worker: "w" }, "attempt 2 given to <w>"],
  [
    "attempt.ended",
    { attempt: 1, outcome: "failed", exit_code: 1, message: "exit code 1" },
    "attempt 1 failed, exit 1",
  ],
  [
    "attempt.ended",
    { attempt: 1, outcome: "limit", exit_code: null, message: "too much memory" },
    "attempt 1 went past a limit: too much memory",
  ],
  ["job.asked", { prompt: "Go on?" }, "asks: Go on?"],
  [
    "job.stopping",
    { cause: "fail_fast", force: false },
    "asked to end: another job failed, and fail_fast ends the rest",
  ],
  ["job.ended", { status: "skipped", reason: "needs b, which failed" }, "skipped: needs b, which failed"],
  ["graph.grown", { jobs: 1, keys: ["plan/x"] }, "the graph grew by 1 job: plan/x"],
  ["some.later_kind", {}, "some later kind"],
])("%s is told in words", (kind, body, text) => {
  expect(say(kind, body)).toBe(text);
});

test("an end has the mark of its state", () => {
  expect(wordsOf(event(1, "job.ended", { body: { status: "failed" } }), String).status).toBe("failed");
  expect(wordsOf(event(1, "job.ended", { body: { status: "nonsense" } }), String).status).toBeNull();
});

test("who did it", () => {
  const name = (id: string): string => `<${id}>`;
  expect(actorText({ kind: "user", id: "marta", via: "api" }, name)).toBe("marta, over api");
  expect(actorText({ kind: "system", id: "gaia", via: "engine" }, name)).toBe("Gaia");
  expect(actorText({ kind: "system", id: "worker_1", via: "worker" }, name)).toBe("<worker_1>");
  expect(shortId("worker_834c5e87-9de8-43a5-bb41-9540e48c5c28")).toBe("worker 834c…");
});

test("live events follow the history without a gap, or not at all", () => {
  const read = [event(1, "a"), event(2, "b")];
  expect(joined(read, [event(2, "b"), event(3, "c")])?.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(joined(read, [])).toBe(read);
  expect(joined(read, [event(4, "d")])).toBeNull();
});
