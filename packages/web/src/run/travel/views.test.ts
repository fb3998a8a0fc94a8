import { describe, expect, it } from "vitest";
import { jobView, jobViews, runView, Story } from "../testing/story.ts";
import { fold } from "./fold.ts";
import { jobsAt, runAt } from "./views.ts";

const jobs = jobViews(
  jobView("build", { status: "completed", max_attempts: 2 }),
  jobView("test", { status: "completed", dependencies: ["build"] }),
  jobView("grown", { status: "completed" }),
);

function momentOf(story: Story) {
  return { facts: fold(story.events), now: story.now, nameOf: (id: string) => `worker-${id}` };
}

/** All but what words are about is compared with the server's own views in `past-moments.test.ts` there. */
describe("the view of a past moment", () => {
  it("has the jobs that there were, as they were", () => {
    const story = new Story(2).queued("build").started("build").after(3);
    const shown = jobsAt(jobs, momentOf(story));
    expect(
      shown.map(({ key, status, reason, worker, duration_ms }) => [key, status, reason, worker, duration_ms]),
    ).toEqual([
      ["build", "running", "", "worker-w1", 3_000],
      ["test", "pending", "waits for build", null, null],
    ]);
    story.event("graph.grown", "build", { first: 2, jobs: 1 });
    expect(jobsAt(jobs, momentOf(story)).map(({ key }) => key)).toEqual(["build", "test", "grown"]);
  });

  it("says what no event has recorded, instead of guessing it", () => {
    const story = new Story(2).queued("build");
    expect(jobsAt(jobs, momentOf(story))[0]?.reason).toBe(
      "waited for a worker; how many were busy then is not recorded",
    );
    const before = { ...momentOf(story), facts: fold(story.events.slice(0, 1)) };
    expect(jobsAt(jobs, before)[0]?.reason).toBe("the run had not started; why is not recorded");
  });

  it("tells times in words as they were then", () => {
    const story = new Story(2).queued("build").started("build").after(1).attemptEnded("build", "failed");
    const due_at = new Date(story.now + 5_000).toISOString();
    story.event("job.backoff", "build", { due_at, failures: 1, losses: 0 }).after(2);
    expect(jobsAt(jobs, momentOf(story))[0]).toMatchObject({
      status: "waiting",
      reason: "attempt 1 of 2 failed with exit 1; next in 3.0 s",
      exit_code: 1,
      due_at,
    });
  });

  it("tells a run's end only once it has ended", () => {
    const story = new Story(2).work("build", 1);
    const now = runView({ status: "failed", reason: "test failed", ended_at: "2026-11-19T15:00:00Z" });
    const then = momentOf(story);
    expect(runAt(now, jobsAt(jobs, then), then)).toMatchObject({
      status: "running",
      reason: "",
      ended_at: null,
      duration_ms: 1_000,
      progress: { total: 2, completed: 1, failed: 0, percentage: 50 },
    });
    const last = momentOf(story.event("run.ended", null, { status: "failed", outputs: {} }));
    expect(runAt(now, jobsAt(jobs, last), last)).toMatchObject({ status: "failed", reason: "test failed" });
  });

  it("is the same object for a job that has ended, so that it is not drawn anew", () => {
    const story = new Story(2).work("build", 1);
    const [before] = jobsAt(jobs, momentOf(story));
    const facts = momentOf(story).facts;
    const [first] = jobsAt(jobs, { ...momentOf(story), facts });
    const [second] = jobsAt(jobs, { ...momentOf(story), facts, now: story.now + 5_000 });
    expect(second).toBe(first);
    expect(before).toEqual(first);
  });

  it("passes over kinds of events that a later server may add", () => {
    const story = new Story(2).event("job.dreamt", "build", {}).event("run.paused", null, {});
    expect(fold(story.events)).toEqual(fold(new Story(2).events));
  });
});
