import { describe, expect, it } from "vitest";
import { jobView, jobViews, Story } from "../testing/story.ts";
import { lanesOf } from "./lanes.ts";
import { barsOf, laneText, rowsOf } from "./rows.ts";
import { Tracks } from "./tracks.ts";

function phasesOf(story: Story, job: string, seq = story.seq): readonly string[] {
  const track = new Tracks().extend(story.events).at(job, seq);
  const second = (at: number | null): string => (at === null ? "" : String((at - story.start) / 1_000));
  return (track?.phases ?? []).map(
    ({ doing, waitsFor, hasFailed, from, to }) =>
      `${second(from)}-${second(to)} ${doing}${waitsFor === null ? "" : ` for ${waitsFor}`}${hasFailed ? ", failed" : ""}`,
  );
}

const retried = new Story(1)
  .queued("a")
  .after(2)
  .started("a")
  .after(5)
  .attemptEnded("a", "failed")
  .event("job.backoff", "a", { due_at: null, failures: 1, losses: 0 })
  .after(3)
  .queued("a", 2)
  .after(1)
  .started("a", "w2", 2)
  .after(4)
  .attemptEnded("a", "succeeded", 2)
  .ended("a");

describe("how a job spent its time", () => {
  it("tells queue, work, failed attempts and waiting apart", () => {
    expect(phasesOf(retried, "a")).toEqual([
      "0-2 queued",
      "2-7 working, failed",
      "7-10 waiting for retry",
      "10-11 queued",
      "11-15 working",
    ]);
  });

  it("can be looked at as of any moment: what ended later goes on, and has not failed", () => {
    expect(phasesOf(retried, "a", 5)).toEqual(["0-2 queued", "2- working"]);
    expect(phasesOf(retried, "a", 3)).toEqual(["0- queued"]);
    expect(phasesOf(retried, "a", 2)).toEqual([]);
  });

  it("knows for what it waited", () => {
    const story = new Story(2)
      .event("job.asked", "ask", { prompt: "?", due_at: null })
      .event("job.child", "sub", { child_run: "run_2", inputs: {} })
      .after(6)
      .ended("ask");
    expect(phasesOf(story, "ask")).toEqual(["0-6 waiting for person"]);
    expect(phasesOf(story, "sub")).toEqual(["0- waiting for run"]);
    story
      .event("child.ended", "sub", {
        attempt: 1,
        child_run: "run_2",
        outcome: "failed",
        message: "its run failed",
      })
      .after(1)
      .event("job.child", "sub", { attempt: 2, child_run: "run_3", inputs: {} });
    expect(phasesOf(story, "sub")).toEqual(["0-6 waiting for run", "7- waiting for run"]);
  });

  it("takes the start from the end of an attempt that was over before its start was told", () => {
    const story = new Story(1).queued("a");
    const started_at = new Date(story.now + 1_000).toISOString();
    story
      .after(3)
      .event("attempt.ended", "a", { attempt: 1, worker: "w1", started_at, outcome: "succeeded" })
      .ended("a");
    expect(phasesOf(story, "a")).toEqual(["0-1 queued", "1-3 working"]);
    expect(phasesOf(story, "a", 3)).toEqual(["0- queued"]);
  });

  it("shows an attempt that was refused before it began as one that failed at once", () => {
    const story = new Story(1).queued("a").after(2).attemptEnded("a", "rejected").ended("a", "failed");
    expect(phasesOf(story, "a")).toEqual(["0-2 queued", "2-2 working, failed"]);
  });

  it("does not run backwards when a worker's clock does", () => {
    const story = new Story(1).queued("a").after(1);
    const started_at = new Date(story.start - 9_000).toISOString();
    story.event("job.started", "a", { attempt: 1, worker: "w1", started_at, stop_means: "" });
    expect(phasesOf(story, "a")).toEqual(["0-0 queued", "0- working"]);
  });
});

describe("a lane", () => {
  const jobs = jobViews(
    jobView("e2e", { kind: "group", status: "running", name: "e2e" }),
    jobView("e2e[a]", { group: "e2e", status: "completed", name: "e2e [browser=a,shard=1]" }),
    jobView("e2e[b]", { group: "e2e", status: "running", name: "e2e [browser=b,shard=1]" }),
    jobView("later"),
  );
  const story = new Story(4)
    .event("job.expanded", "e2e", { members: 2 })
    .queued("e2e[a]")
    .queued("e2e[b]")
    .after(1)
    .started("e2e[a]", "w1")
    .after(4)
    .attemptEnded("e2e[a]")
    .ended("e2e[a]")
    .after(2)
    .started("e2e[b]", "w2")
    .after(3);
  const lanes = lanesOf(jobs, new Tracks().extend(story.events), story.seq, story.now);
  const options = {
    now: story.now,
    expected: new Map(),
    toggled: new Set<string>(),
    nameOf: (id: string) => `worker-${id}`,
  };

  it("sums up work and waiting; a group's are those of its members", () => {
    expect(lanes.get("e2e[b]")).toMatchObject({
      workedMs: 3_000,
      queuedMs: 7_000,
      waitedMs: 0,
      worker: "w2",
    });
    expect(lanes.get("e2e")).toMatchObject({ workedMs: 7_000, queuedMs: 8_000, begunAt: story.start });
    expect(lanes.get("later")).toMatchObject({ begunAt: null, workedMs: 0 });
  });

  it("of a group shows what at least one member did", () => {
    const phases = lanes.get("e2e")?.phases ?? [];
    expect(
      phases.map(({ doing, from, to }) => [doing, from - story.start, to === null ? null : to - story.start]),
    ).toEqual([
      ["queued", 0, 1_000],
      ["working", 1_000, 5_000],
      ["queued", 5_000, 7_000],
      ["working", 7_000, null],
    ]);
  });

  it("of a group is one stretch while members follow each other or overlap", () => {
    const overlapping = new Story(4)
      .event("job.expanded", "e2e", { members: 2 })
      .queued("e2e[a]")
      .started("e2e[a]")
      .after(2)
      .queued("e2e[b]")
      .started("e2e[b]")
      .after(2)
      .attemptEnded("e2e[a]")
      .ended("e2e[a]")
      .after(2)
      .attemptEnded("e2e[b]")
      .ended("e2e[b]");
    const own = lanesOf(jobs, new Tracks().extend(overlapping.events), overlapping.seq, overlapping.now);
    expect(own.get("e2e")?.phases).toMatchObject([
      { doing: "working", from: overlapping.start, to: overlapping.start + 6_000 },
    ]);
  });

  it("is ordered by start with members below their group, by length, or by worker", () => {
    const keys = (order: "start" | "length" | "worker"): readonly string[] =>
      rowsOf(lanes, { ...options, order }).map((row) =>
        row.kind === "job" ? row.lane.job.key : `[${row.name}]`,
      );
    expect(keys("start")).toEqual(["e2e", "e2e[a]", "e2e[b]", "later"]);
    expect(keys("length")).toEqual(["e2e", "e2e[a]", "e2e[b]", "later"]);
    expect(keys("worker")).toEqual(["[worker-w1]", "e2e[a]", "[worker-w2]", "e2e[b]", "[]", "later"]);
    const closed = rowsOf(lanes, { ...options, order: "start", toggled: new Set(["e2e"]) });
    expect(closed).toHaveLength(2);
  });

  it("says in words what it draws", () => {
    const [, first, second, later] = rowsOf(lanes, { ...options, order: "start" });
    const texts = [first, second, later].map((row) => (row?.kind === "job" ? laneText(row, story.now) : ""));
    expect(texts).toEqual(["queued 1.0 s, worked 4.0 s", "queued 7.0 s, working 3.0 s", "has not begun"]);
  });

  it("draws one stroke where many would fall on one pixel, and keeps that something failed", () => {
    const busy = new Story(1);
    for (let attempt = 1; attempt <= 50; attempt++)
      busy
        .queued("a", attempt)
        .started("a", "w1", attempt)
        .after(0.01)
        .attemptEnded("a", attempt === 20 ? "failed" : "lost", attempt);
    const own = lanesOf([jobView("a")], new Tracks().extend(busy.events), busy.seq, busy.now);
    const [row] = rowsOf(own, { ...options, order: "start", now: busy.now });
    if (row?.kind !== "job") throw new Error("there is no row");
    const bars = barsOf(row, busy.now, 3_600_000);
    expect(bars).toHaveLength(1);
    expect(bars[0]).toMatchObject({ look: "failed", to: busy.now });
  });
});
