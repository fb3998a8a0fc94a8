import { describe, expect, it } from "vitest";
import { Story } from "../testing/story.ts";
import { History } from "./history.ts";
import { advance, speedFor } from "./playing.ts";
import { marksText, ticksOf } from "./ticks.ts";

const story = new Story(2).after(2).queued("a").after(3_600).queued("b").after(1).ended("b");
const history = new History().extend(story.events);

describe("playing a run", () => {
  it("goes on by the time that has passed, times the speed", () => {
    const start = { seq: 2, ms: story.start };
    expect(advance(history, start, 100, 10)).toEqual({ seq: 2, ms: story.start + 1_000 });
    expect(advance(history, start, 200, 10)).toEqual({ seq: 3, ms: story.start + 2_000 });
  });

  it("shortens a long silence", () => {
    const silence = advance(history, { seq: 3, ms: story.start + 2_000 }, 100, 10);
    expect(silence.seq).toBe(3);
    expect(history.timeOf(4) - silence.ms).toBe(14_000);
    expect(advance(history, silence, 1_400, 10).seq).toBe(4);
  });

  it("ends with the last event", () => {
    expect(advance(history, { seq: 5, ms: story.now }, 60_000, 600).seq).toBe(5);
  });

  it("begins at the slowest speed that takes no longer than a minute", () => {
    expect([5_000, 61_000, 700_000, 7_200_000, 999_999_999].map(speedFor)).toEqual([1, 10, 60, 600, 600]);
  });
});

describe("the ticks", () => {
  it("count what falls on one place, and let failures stand out", () => {
    const failing = new Story(1).queued("a").after(10).ended("a", "failed").after(10);
    const of = new History().extend(failing.events);
    const { ticks, tall } = ticksOf(of, failing.start, failing.now);
    expect(ticks).toEqual([
      { at: 0.001, count: 3 },
      { at: 0.501, count: 1 },
    ]);
    expect(tall).toEqual([{ at: 0.501, kind: "failure" }]);
    expect(marksText(of.marks)).toBe("1 failure, 0 questions");
  });
});
