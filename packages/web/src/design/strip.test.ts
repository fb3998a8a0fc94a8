import { describe, expect, it } from "vitest";
import { type BarRun, barName, barsOf, lineOf, stripText } from "./strip.ts";

function run(number: number, status: BarRun["status"], ms: number | null): BarRun {
  return { id: `run_${number}`, number, status, created_at: "2026-01-01T00:00:00Z", duration_ms: ms };
}

describe("a strip of runs", () => {
  const runs = [
    run(1, "completed", 50),
    run(2, "failed", 100),
    run(3, "running", 0),
    run(4, "pending", null),
  ];

  it("measures against the longest run, and shows what took no time", () => {
    expect(barsOf(runs).map(({ share }) => share)).toEqual([0.5, 1, 0.12, 0.3]);
    expect(barsOf(runs, 200).map(({ share }) => share)).toEqual([0.25, 0.5, 0.12, 0.3]);
  });

  it("draws the typical duration only where bars can reach it", () => {
    expect(lineOf(runs, 50)).toBe(0.5);
    expect(lineOf(runs, 101)).toBeNull();
    expect(lineOf(runs, null)).toBeNull();
  });

  it("names a bar and counts all of them in words", () => {
    expect(barName(run(7, "completed", 672_000))).toBe("#7 completed, 11:12");
    expect(barName(run(8, "running", 61_000))).toBe("#8 running, 1:01 so far");
    expect(barName(run(9, "pending", null))).toBe("#9 pending");
    expect(stripText(runs)).toBe("last 4 runs: 1 completed, 1 failed, 1 running, 1 pending");
    expect(stripText([])).toBe("no runs yet");
  });
});
