import { describe, expect, it } from "vitest";
import { jobView, jobViews, Story } from "../testing/story.ts";
import { chainOf, spentOf } from "./chain.ts";
import { lanesOf } from "./lanes.ts";
import { chainSentence, queueSentence, spentSentence } from "./sentence.ts";
import { Tracks } from "./tracks.ts";

type Jobs = ReturnType<typeof jobViews>;

function look(jobs: Jobs, story: Story) {
  const tracks = new Tracks().extend(story.events);
  const lanes = lanesOf(jobs, tracks, story.seq, story.now);
  const chain = chainOf(lanes, tracks, story.now);
  return { lanes, chain, spent: spentOf(chain, lanes, story.start, story.now) };
}

describe("the longest chain", () => {
  const jobs = jobViews(
    jobView("checkout", { status: "completed" }),
    jobView("lint", { status: "completed", dependencies: ["checkout"] }),
    jobView("build", { status: "completed", dependencies: ["checkout"] }),
    jobView("soak", { status: "running", dependencies: ["lint"] }),
    jobView("approve", { kind: "approval", status: "waiting", dependencies: ["lint", "build"] }),
    jobView("deploy", { dependencies: ["approve"] }),
    jobView("announce", { dependencies: ["deploy"] }),
  );
  const story = new Story(7).work("checkout", 4).queued("lint").queued("build").started("build").after(2);
  story.started("lint").after(1).attemptEnded("lint").ended("lint").queued("soak").started("soak");
  story
    .after(5)
    .attemptEnded("build")
    .ended("build")
    .event("job.asked", "approve", { prompt: "?", due_at: null })
    .after(60);

  it("goes from the job that most waits for, back along what ended last", () => {
    const { chain } = look(jobs, story);
    expect(chain).toEqual({ keys: ["checkout", "build", "approve"], ahead: ["deploy", "announce"] });
  });

  it("tells how the time was spent: every second once", () => {
    const { spent } = look(jobs, story);
    expect(spent).toEqual({
      totalMs: 72_000,
      workMs: 12_000,
      queueMs: 0,
      personMs: 60_000,
      retryMs: 0,
      runMs: 0,
      betweenMs: 0,
    });
    expect(spentSentence(spent, false)).toBe(
      "Of 1:12 so far, 0:12 was work and 1:00 was waiting for a person.",
    );
  });

  it("is said with what it leads to", () => {
    const { chain } = look(jobs, story);
    expect(chainSentence(chain, false)).toBe("The longest chain now is approve, then deploy, then announce");
    expect(chainSentence({ keys: ["a", "b", "c", "d", "e", "f"], ahead: [] }, true)).toBe(
      "The longest chain was a, then b, then c, then 3 more",
    );
  });

  it("of a run that has ended ends with the job that ended last", () => {
    const ended = jobViews(
      jobView("a", { status: "completed" }),
      jobView("b", { status: "completed", dependencies: ["a"] }),
      jobView("c", { status: "completed" }),
    );
    const { chain, spent } = look(ended, new Story(3).work("a", 1).work("b", 3).work("c", 1).after(0));
    expect(chain.keys).toEqual(["c"]);
    expect(spent).toMatchObject({ workMs: 1_000, betweenMs: 4_000 });
    expect(spentSentence(spent, true)).toBe("Of 5.0 s, 1.0 s was work and 4.0 s was in between.");
  });

  it("goes through the members of a group, through what had its place before, and through what grew a job", () => {
    const grouped = jobViews(
      jobView("plan", { status: "completed" }),
      jobView("g", { kind: "group", status: "completed", dependencies: ["plan"] }),
      jobView("g[a]", { status: "completed", group: "g" }),
      jobView("g[b]", { status: "completed", group: "g" }),
      jobView("join", { status: "completed", dependencies: ["g"] }),
      jobView("join/x", { status: "running" }),
    );
    const grown = new Story(2).work("plan", 1);
    grown.event("job.expanded", "g", { members: 2 }).event("graph.grown", "g", { first: 2, jobs: 2 });
    grown.work("g[a]", 2).work("g[b]", 2).ended("g").work("join", 1);
    grown.event("graph.grown", "join", { first: 5, jobs: 1 }).queued("join/x").started("join/x").after(1);
    expect(look(grouped, grown).chain.keys).toEqual(["plan", "g[a]", "g[b]", "join", "join/x"]);
  });

  it("of 10,000 jobs one behind the other is found without a deep stack", () => {
    const many = jobViews(
      ...Array.from({ length: 10_000 }, (_, number) =>
        jobView(`j${number}`, {
          dependencies: number === 0 ? [] : [`j${number - 1}`],
          status: number === 0 ? "running" : "pending",
        }),
      ),
    );
    const { chain } = look(many, new Story(10_000).queued("j0").started("j0").after(1));
    expect(chain.ahead).toHaveLength(9_999);
  });
});

describe("the queue", () => {
  it("names who stands in it the longest, with the reason", () => {
    const jobs = jobViews(
      jobView("a", { status: "queued", reason: "waits for a free slot (4 of 4 taken)" }),
      jobView("b", { status: "queued" }),
    );
    const { lanes } = look(jobs, new Story(2).queued("a").after(60).queued("b").after(20));
    expect(queueSentence(lanes.values(), Date.parse("2026-11-19T14:21:20Z"))).toBe(
      "a has stood 1:20 in the queue: waits for a free slot (4 of 4 taken)",
    );
    const { lanes: fresh } = look(jobs, new Story(2).queued("a").after(5));
    expect(queueSentence(fresh.values(), Date.parse("2026-11-19T14:20:05Z"))).toBe("");
  });
});
