import { describe, expect, it } from "vitest";
import { estimateOf } from "./estimate.ts";
import { causeOf, newestOfEach } from "./failures.ts";

const STARTED = "2026-11-19T14:00:00.000Z";
const NOW = Date.parse(STARTED) + 300_000;
const run = { status: "running", started_at: STARTED, counts: { running: 1 } } as const;

describe("the estimate of a live run", () => {
  it.each([
    ["≈ 9 min", "of 14 min", run, 840_000, false],
    ["longer", "usually 2 min", run, 120_000, false],
    ["–", "no estimate", run, null, false],
    ["–", "after your word", { ...run, counts: { waiting: 1 } }, 840_000, true],
    ["≈ 9 min", "of 14 min", run, 840_000, true],
    ["–", "not started", { ...run, status: "pending", started_at: null }, 840_000, false],
    ["–", "being stopped", { ...run, status: "stopping" }, 840_000, false],
  ] as const)("is %s, %s", (text, note, of, typicalMs, asksPerson) => {
    expect(estimateOf(of, typicalMs, asksPerson, NOW)).toEqual({ text, note });
  });
});

describe("what failed", () => {
  it("says where and why", () => {
    expect(causeOf("check-links failed: exit 1")).toEqual({ where: "check-links", cause: "exit 1" });
    expect(causeOf("ran out of time after 10 min")).toEqual({
      where: "",
      cause: "ran out of time after 10 min",
    });
  });

  it("is told once a pipeline", () => {
    const runs = [
      { pipeline: "a", n: 3 },
      { pipeline: "b", n: 2 },
      { pipeline: "a", n: 1 },
    ];
    expect(newestOfEach(runs).map(({ n }) => n)).toEqual([3, 2]);
  });
});
