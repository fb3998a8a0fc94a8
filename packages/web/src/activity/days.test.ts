import { describe, expect, it } from "vitest";
import { dayText, daysOf, todayText } from "./days.ts";

const NOW = new Date(2026, 10, 20, 9).getTime();
const on = (day: number, hour: number): { readonly at: string } => ({
  at: new Date(2026, 10, day, hour).toISOString(),
});

describe("days of the activity", () => {
  it("hold what was on them, in order", () => {
    const days = daysOf([on(20, 8), on(20, 1), on(19, 23), on(2, 4)]);
    expect(days.map(({ entries }) => entries.length)).toEqual([2, 1, 1]);
  });

  it("are named as a person would", () => {
    const texts = daysOf([on(20, 0), on(19, 23), on(2, 4)]).map(({ at }) => dayText(at, NOW));
    expect(texts.slice(0, 2)).toEqual(["Today", "Yesterday"]);
    expect(texts[2]).toMatch(/Nov/);
    expect(texts[2]).not.toMatch(/2026/);
    expect(dayText(new Date(2025, 3, 1).getTime(), NOW)).toMatch(/2025/);
  });

  it("say how much was done today", () => {
    const moments = [on(20, 8), on(20, 1), on(19, 1)].map(({ at }) => Date.parse(at));
    expect(todayText(moments, NOW, true)).toBe("Two things were done today.");
    expect(todayText(moments.slice(0, 2), NOW, true)).toBe("More than 2 things were done today.");
    expect(todayText(moments.slice(0, 1), NOW, false)).toBe("One thing was done today.");
    expect(todayText(moments.slice(2), NOW, false)).toBe("Nothing was done today.");
  });
});
