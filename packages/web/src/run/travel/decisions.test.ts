import { describe, expect, it } from "vitest";
import { Story } from "../testing/story.ts";
import { decisionOf, linesOf } from "./decisions.ts";

describe("what was decided", () => {
  it("is said in words", () => {
    const story = new Story(3)
      .started("build", "w1", 2)
      .attemptEnded("build", "failed", 2)
      .event("job.backoff", "build", { due_at: "2026-11-19T14:20:05.000Z", failures: 2, losses: 0 })
      .event("job.asked", "approve", { prompt: "Ship it?", due_at: null })
      .event("job.ended", "docs", {
        status: "skipped",
        reason: "its condition (`when`) is false",
        outputs: {},
      })
      .event("run.stopping", null, { cause: "run_stopped", by: "ann", comment: "enough", force: false });
    const named = story.events.map((event) => decisionOf(event, (id) => (id === "w1" ? "oak" : id)));
    expect(named.map(({ title, detail }) => (detail === "" ? title : `${title}: ${detail}`))).toEqual([
      "The run was created: 3 tasks, by gaia",
      "The run started",
      "build assigned: to oak, attempt 2",
      "build started: attempt 2",
      "build: attempt 2 failed: exit 1",
      "build will be tried again: in 5.0 s",
      "approve asked a person: Ship it?",
      "docs was skipped: its condition (`when`) is false",
      "The run was told to stop: by ann, enough",
    ]);
  });

  it("about members of one group at one time is one line", () => {
    const story = new Story(4)
      .queued("e2e[a]")
      .queued("e2e[b]")
      .queued("e2e[c]")
      .queued("lint")
      .after(1)
      .queued("e2e[a]");
    expect(linesOf(story.events).map(({ title, first, last }) => [title, first, last])).toEqual([
      ["The run was created", 1, 1],
      ["The run started", 2, 2],
      ["3 of e2e queued", 3, 5],
      ["lint queued", 6, 6],
      ["e2e[a] queued", 7, 7],
    ]);
  });
});
