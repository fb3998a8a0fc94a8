import { expect, it } from "vitest";
import { answerOf } from "./answer.ts";

const runs = (...statuses: readonly ("pending" | "running" | "stopping")[]) =>
  statuses.map((status) => ({ status }));

it.each([
  [[], "Nothing is running."],
  [["running"], "One run is working."],
  [["running", "running", "pending"], "Two runs are working, one is pending."],
  [["stopping"], "One run is being stopped."],
  [
    ["running", "pending", "pending", "stopping"],
    "One run is working, two are pending, one is being stopped.",
  ],
] as const)("says of %j: %s", (statuses, sentence) => {
  expect(answerOf(runs(...statuses))).toBe(sentence);
});

it("writes more than ten as figures", () => {
  expect(answerOf(runs(...Array.from({ length: 12 }, () => "running" as const)))).toBe(
    "12 runs are working.",
  );
});

it("counts no part for the whole", () => {
  expect(answerOf(runs("running", "running"), true)).toBe("More than 2 runs are live.");
});
