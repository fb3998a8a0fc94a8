import { describe, expect, it } from "vitest";
import { Story } from "../testing/story.ts";
import { fold } from "./fold.ts";
import { History, historyOf } from "./history.ts";
import { momentFrom } from "./travel.ts";

function longStory(jobs: number): Story {
  const story = new Story(jobs);
  for (let number = 0; number < jobs; number++) story.work(`job-${number}`, 0.01);
  return story;
}

describe("a history", () => {
  const story = longStory(700);
  const history = new History().extend(story.events);

  it("gives at every moment what folding all events before it gives, across its snapshots", () => {
    expect(history.last).toBe(3_502);
    for (const seq of [0, 1, 2, 1_023, 1_024, 1_025, 2_047, 2_048, 2_049, 3_501, 3_502])
      expect(history.at(seq)).toEqual(fold(story.events.slice(0, seq)));
    expect(history.at(99_999)).toEqual(fold(story.events));
  });

  it("is the same when its events come bit by bit, and repeated", () => {
    const bits = new History();
    for (let end = 1; end <= story.events.length; end += 333)
      bits.extend(story.events.slice(0, end)).extend(story.events.slice(Math.max(0, end - 50), end));
    bits.extend(story.events);
    expect(bits.last).toBe(history.last);
    expect(bits.at(1_500)).toEqual(history.at(1_500));
  });

  it("waits for what is missing instead of folding over a gap", () => {
    const gap = new History().extend(story.events.slice(0, 10)).extend(story.events.slice(12));
    expect(gap.last).toBe(10);
    expect(new History().extend(story.events.slice(5)).last).toBe(0);
  });

  it("is made once for the events of a run", () => {
    expect(historyOf(story.events.slice(0, 20))).toBe(historyOf(story.events));
  });

  it("does not let a moment change another", () => {
    const before = history.at(1_100);
    history.at(1_101);
    expect(history.at(1_100)).toEqual(before);
  });
});

describe("a moment by time", () => {
  const story = new Story(2).after(10).work("a", 5).after(60).work("b", 1);
  const history = new History().extend(story.events);

  it("is the last event that was not later", () => {
    expect(history.seqAt(story.start + 9_999)).toBe(2);
    expect(history.seqAt(story.start + 10_000)).toBe(5);
    expect(history.seqAt(story.start - 1)).toBe(1);
    expect(history.seqAt(story.now + 1)).toBe(story.seq);
  });

  it("in an address is the number of an event that there is, else the present", () => {
    expect(momentFrom("3", 10)).toBe(3);
    for (const text of [undefined, "", "0", "11", "-1", "1.5", "x", "1e3"])
      expect(momentFrom(text, 10)).toBeNull();
  });
});

describe("what the eye looks for", () => {
  it("is failures and questions", () => {
    const story = new Story(3)
      .queued("a")
      .started("a")
      .attemptEnded("a", "timed_out")
      .event("job.ended", "a", { status: "failed", reason: "timed out", outputs: {} })
      .event("job.asked", "b", { prompt: "Ship it?", due_at: null })
      .event("job.ended", "c", { status: "skipped", reason: "", outputs: {} });
    expect(new History().extend(story.events).marks).toEqual([
      { seq: 6, kind: "failure" },
      { seq: 7, kind: "failure" },
      { seq: 8, kind: "question" },
    ]);
  });
});
