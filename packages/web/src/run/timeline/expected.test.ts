import { describe, expect, it } from "vitest";
import { jobView, jobViews, Story } from "../testing/story.ts";
import { axisOf } from "./axis.ts";
import { expectedOf } from "./expected.ts";
import { lanesOf } from "./lanes.ts";
import { Tracks } from "./tracks.ts";

function expectedIn(
  jobs: ReturnType<typeof jobViews>,
  story: Story,
  typical: Readonly<Record<string, number>>,
) {
  const lanes = lanesOf(jobs, new Tracks().extend(story.events), story.seq, story.now);
  const found = expectedOf(lanes, new Map(Object.entries(typical)), story.now);
  return Object.fromEntries(
    [...found].map(([key, { from, to }]) => [key, [from - story.now, to - story.now]]),
  );
}

describe("what is expected", () => {
  const story = new Story(5).queued("build").started("build").after(4);
  const jobs = jobViews(
    jobView("build", { status: "running" }),
    jobView("test", { dependencies: ["build"] }),
    jobView("deploy", { dependencies: ["test"] }),
  );

  it("goes on from what runs, by what tasks typically take", () => {
    expect(expectedIn(jobs, story, { build: 10_000, test: 3_000, deploy: 2_000 })).toEqual({
      build: [0, 6_000],
      test: [6_000, 9_000],
      deploy: [9_000, 11_000],
    });
  });

  it("is never a guess: what is not known, and all behind it, is left out", () => {
    expect(expectedIn(jobs, story, { build: 10_000, deploy: 2_000 })).toEqual({ build: [0, 6_000] });
    expect(expectedIn(jobs, story, {})).toEqual({});
  });

  it("of a job that takes longer than it does typically is nothing, and what is behind it comes now", () => {
    expect(expectedIn(jobs, story, { build: 3_000, test: 1_000 })).toEqual({ test: [0, 1_000] });
  });

  it("takes a question that is asked as answered now, and does not know of one that will be asked", () => {
    const asked = jobViews(
      jobView("approve", { kind: "approval", status: "waiting" }),
      jobView("deploy", { dependencies: ["approve"] }),
      jobView("confirm", { kind: "approval", dependencies: ["deploy"] }),
      jobView("close", { dependencies: ["confirm"] }),
    );
    const asking = new Story(4).event("job.asked", "approve", { prompt: "?", due_at: null }).after(9);
    expect(expectedIn(asked, asking, { approve: 1_000, deploy: 2_000, confirm: 1, close: 1_000 })).toEqual({
      deploy: [0, 2_000],
    });
  });

  it("waits for the next attempt, and for all members of a group", () => {
    const waiting = new Story(5).queued("g[a]").started("g[a]").after(1);
    const due_at = new Date(waiting.now + 5_000).toISOString();
    const grouped = jobViews(
      jobView("flaky", { status: "waiting", due_at }),
      jobView("g", { kind: "group", status: "running" }),
      jobView("g[a]", { status: "running", group: "g" }),
      jobView("end", { dependencies: ["g"] }),
    );
    expect(expectedIn(grouped, waiting, { flaky: 2_000, "g[a]": 4_000, end: 1_000 })).toEqual({
      flaky: [5_000, 7_000],
      "g[a]": [0, 3_000],
      end: [3_000, 4_000],
    });
  });
});

describe("the axis", () => {
  const from = Date.parse("2026-11-19T14:20:58Z");

  it("has 3 to 6 round ticks for any span", () => {
    for (let span = 50; span < 40 * 86_400_000; span *= 1.13) {
      const ticks = axisOf(from, from + span, null);
      expect(ticks.length, String(span)).toBeGreaterThanOrEqual(3);
      expect(ticks.length, String(span)).toBeLessThanOrEqual(6);
      expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      for (const { at } of ticks) expect(at >= 0 && at <= 1).toBe(true);
    }
  });

  it("says minutes where they suffice, seconds where they do not, and times since the start of what is short", () => {
    expect(axisOf(from, from + 780_000, null).every(({ text }) => /^\d\d:\d\d$/.test(text))).toBe(true);
    expect(axisOf(from, from + 20_000, null)[0]?.text).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(axisOf(from, from + 300, null)[0]?.text).toBe("+0.00 s");
  });

  it("leaves room for the word now", () => {
    const all = axisOf(from, from + 780_000, null);
    const second = all[1];
    if (second === undefined) throw new Error("there is no second tick");
    expect(axisOf(from, from + 780_000, from + second.at * 780_000)).toHaveLength(all.length - 1);
  });
});
