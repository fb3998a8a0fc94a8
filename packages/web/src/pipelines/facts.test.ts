import { describe, expect, it } from "vitest";
import { answerOf, flakyTasks, slowest, spendingOf } from "./facts.ts";
import type { PipelineDetail, PipelineStatistics } from "./queries.ts";

const ended = {
  id: "run_1",
  number: 1,
  status: "completed",
  created_at: "2026-01-01T00:00:00Z",
  ended_at: "2026-01-01T00:01:00Z",
  duration_ms: 60_000,
} as const;

function detail(
  figures: Partial<PipelineDetail["figures"]>,
  recent: PipelineDetail["recent"] = [ended],
): PipelineDetail {
  return {
    id: "shop",
    name: "shop",
    kind: "workflow",
    description: "",
    version: 1,
    tags: [],
    paused: false,
    origin: null,
    program: null,
    updated_at: "2026-01-01T00:00:00Z",
    triggers: [],
    recent,
    figures: { runs: 0, completed: 0, failed: 0, cancelled: 0, typical_ms: null, slow_ms: null, ...figures },
    live_runs: 0,
    source: "",
    hash: "",
    saved_by: null,
    inputs: [],
    graph: { name: "shop", nodes: [] },
    concurrency: null,
    timeout_ms: null,
    required_inputs: [],
  };
}

function statistics(more: Partial<PipelineStatistics>): PipelineStatistics {
  return { runs: 5, working_ms: null, queued_ms: null, waiting_ms: null, tasks: [], ...more };
}

const task = (key: string, ms: number | null, more: Partial<PipelineStatistics["tasks"][number]> = {}) => ({
  key,
  kind: "task",
  runs: 5,
  typical_ms: ms,
  slow_ms: ms,
  waiting_ms: 0,
  failed: 0,
  flaky: 0,
  ...more,
});

describe("the answer of a pipeline's page", () => {
  const text = (pipeline: PipelineDetail) =>
    answerOf(pipeline)
      .map((phrase) => phrase.text)
      .join(" ");

  it("says how long it takes and how often it ends well", () => {
    expect(text(detail({ runs: 25, completed: 24, failed: 1, typical_ms: 700_000 }))).toBe(
      "shop takes about 11 min 40 s; 96 % end well.",
    );
  });

  it("says what is known when nothing has completed", () => {
    expect(text(detail({}, []))).toBe("shop has not run yet.");
    expect(text(detail({}, [{ ...ended, ended_at: null, status: "running" }]))).toBe(
      "shop has not ended a run yet.",
    );
    expect(text(detail({}))).toBe("shop has not ended a run in 30 days.");
    expect(text(detail({ runs: 3, failed: 2, cancelled: 1 }))).toBe(
      "shop has not ended well in 30 days: 2 failed, 1 was cancelled.",
    );
  });
});

describe("where time goes", () => {
  it("is a sentence made of shares", () => {
    const told = statistics({
      working_ms: 50_000,
      waiting_ms: 50_000,
      queued_ms: 1,
      tasks: [
        task("e2e", 40),
        task("e2e[shard=1]", 39),
        task("lint", 5),
        task("approve", 90, { kind: "approval" }),
      ],
    });
    expect(spendingOf(told)).toBe(
      "Half of its tasks' time is spent waiting for a person or a timer; e2e is its longest work.",
    );
    const queued = statistics({ working_ms: 1_000, waiting_ms: 1_000, queued_ms: 9_000 });
    expect(spendingOf(queued)).toBe("Most of its tasks' time is spent in the queue.");
    expect(spendingOf(statistics({ working_ms: 10_000, tasks: [task("a", 10)] }))).toBe("");
    expect(spendingOf(statistics({ working_ms: 10, queued_ms: 90 }))).toBe("");
    expect(spendingOf(statistics({}))).toBe("");
    expect(spendingOf(undefined)).toBe("");
  });

  it("names the slowest and the flaky", () => {
    const told = statistics({
      tasks: [
        task("a", 10, { flaky: 2 }),
        task("a[x=1]", 9),
        task("ask", 0, { waiting_ms: 40 }),
        task("b", null),
      ],
    });
    expect(slowest(told, 5)).toEqual([
      { key: "ask", ms: 40, share: 1, isWaiting: true },
      { key: "a", ms: 10, share: 0.25, isWaiting: false },
    ]);
    expect(flakyTasks(told)).toEqual(["a"]);
  });
});
