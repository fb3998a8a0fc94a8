import { describe, expect, it } from "vitest";
import {
  answerParts,
  endedWell,
  failuresInARow,
  filterCounts,
  fits,
  matches,
  nextStart,
  sorted,
  startsText,
  stateOf,
} from "./list.ts";
import type { PipelineView } from "./queries.ts";

type RunStatus = PipelineView["recent"][number]["status"];

/** A pipeline whose runs ended as told, the oldest first. */
function pipeline(
  name: string,
  statuses: readonly RunStatus[],
  more: Partial<PipelineView> = {},
): PipelineView {
  const recent = statuses.map((status, at) => {
    const isLive = status === "running" || status === "pending" || status === "stopping";
    return {
      id: `run_${name}${at}`,
      number: at + 1,
      status,
      created_at: new Date(Date.UTC(2026, 0, 1, at)).toISOString(),
      ended_at: isLive ? null : new Date(Date.UTC(2026, 0, 1, at, 5)).toISOString(),
      duration_ms: 300_000,
    };
  });
  return {
    id: name,
    name,
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
    figures: { runs: 0, completed: 0, failed: 0, cancelled: 0, typical_ms: null, slow_ms: null },
    live_runs: recent.filter(({ ended_at: at }) => at === null).length,
    ...more,
  };
}

const failedBuild: NonNullable<PipelineView["program"]> = {
  source: {
    kind: "folder",
    url: "/srv/orders",
    branch: null,
    folder: ".",
    language: null,
    ssh_key: null,
    token: null,
    user: null,
    known_hosts: null,
    submodules: false,
    poll_ms: 0,
    status: null,
  },
  webhook: null,
  newest_version: 0,
  pinned_version: null,
  seen_commit: null,
  last_build: {
    run_id: "run_b1",
    number: 1,
    status: "failed",
    version: null,
    commit: null,
    message: "exit 1",
    ended_at: "2026-01-01T00:00:00Z",
  },
  building: null,
  problem: "",
  status_problem: null,
  missing_since: null,
};

const nobody: ReadonlySet<string> = new Set();

describe("the state of a pipeline", () => {
  it("is that of its latest run, and says how often it failed in a row", () => {
    expect(stateOf(pipeline("a", ["completed", "failed"]))).toEqual({ status: "failed", reason: "" });
    expect(stateOf(pipeline("a", ["completed", "failed", "failed", "failed"])).reason).toBe(
      "third time in a row",
    );
    expect(stateOf(pipeline("a", ["failed", "failed"])).reason).toBe("2 times in a row");
    expect(stateOf(pipeline("a", ["completed", "running", "running"])).reason).toBe("2 runs are live");
    expect(stateOf(pipeline("a", []))).toEqual({ status: "never", reason: "" });
    expect(stateOf(pipeline("a", ["failed"], { paused: true })).status).toBe("paused");
  });

  it("counts failures past a run that is live, and stops at a cancelled one", () => {
    expect(failuresInARow(pipeline("a", ["failed", "failed", "running"]))).toBe(2);
    expect(failuresInARow(pipeline("a", ["failed", "cancelled", "failed"]))).toBe(1);
    expect(failuresInARow(pipeline("a", []))).toBe(0);
  });
});

describe("the list of pipelines", () => {
  const list = [
    pipeline("shop", ["completed", "running"], { tags: ["web"], figures: figures(9, 1, 500) }),
    pipeline("ledger", ["failed"], {
      kind: "program",
      description: "Closes the books",
      figures: figures(1, 1, 900),
    }),
    pipeline("old", [], { paused: true }),
  ];

  it("is found by words and tokens together", () => {
    const found = (text: string) => list.filter((each) => matches(each, text)).map(({ name }) => name);
    expect(found("")).toEqual(["shop", "ledger", "old"]);
    expect(found("BOOKS")).toEqual(["ledger"]);
    expect(found("kind:prog")).toEqual(["ledger"]);
    expect(found("tag:web status:running")).toEqual(["shop"]);
    expect(found("tag:web status:failed")).toEqual([]);
    expect(found("is:paused")).toEqual(["old"]);
  });

  it("is counted by filter, without filters that leave nothing", () => {
    expect(filterCounts(list, nobody)).toEqual([
      { name: "", count: 3 },
      { name: "working", count: 1 },
      { name: "failed", count: 1 },
      { name: "paused", count: 1 },
    ]);
    expect(filterCounts(list, new Set(["old"])).find(({ name }) => name === "person")?.count).toBe(1);
  });

  it("is sorted with what has no value at the end", () => {
    const names = (order: string) => sorted(list, order).map(({ name }) => name);
    expect(names("")).toEqual(["ledger", "old", "shop"]);
    expect(names("-name")).toEqual(["shop", "old", "ledger"]);
    expect(names("typical")).toEqual(["shop", "ledger", "old"]);
    expect(names("-typical")).toEqual(["ledger", "shop", "old"]);
    expect(names("-last")).toEqual(["shop", "ledger", "old"]);
  });

  it("opens with its answer", () => {
    const text = (of: readonly PipelineView[]) => {
      const { total, bad, rest } = answerParts(of);
      return [total, bad, rest].filter((part) => part !== "").join(" ");
    };
    expect(text(list)).toBe("Three pipelines. One ended badly last time; one is working.");
    expect(text([pipeline("a", ["completed"])])).toBe("One pipeline. None failed last time.");
    expect(text([pipeline("a", ["running"]), pipeline("b", ["running"])])).toBe(
      "Two pipelines. None has ended yet; two are working.",
    );
    expect(text([pipeline("a", [])])).toBe("One pipeline. None has run yet.");
  });

  it("tells programs that could not be built from runs that failed", () => {
    const built = { kind: "program", program: failedBuild } as const;
    const never = pipeline("never", [], { ...built, version: 0 });
    const stays = pipeline("stays", ["completed"], { ...built, version: 3 });
    expect(stateOf(never)).toEqual({ status: "failed", word: "Not built", reason: "its build failed" });
    expect(stateOf(stays)).toEqual({
      status: "completed",
      reason: "its last build failed; version 3 runs",
    });
    expect(answerParts([never, stays])).toMatchObject({
      total: "Two pipelines.",
      bad: "",
      unbuilt: "Two could not be built.",
    });
    expect(fits(never, "unbuilt", nobody)).toBe(true);
    expect(fits(never, "failed", nobody)).toBe(false);
    expect(answerParts([pipeline("a", [])]).unbuilt).toBe("");
  });

  it("says what starts a pipeline, and when next", () => {
    const triggers = [
      { kind: "cron", text: "daily", armed: true, next_at: "2026-01-03T00:00:00Z", last_at: null },
      { kind: "cron", text: "hourly", armed: true, next_at: "2026-01-02T00:00:00Z", last_at: null },
    ];
    expect(startsText(pipeline("a", [], { triggers }))).toBe("daily, hourly");
    expect(startsText(pipeline("a", []))).toBe("by hand");
    const git = { kind: "git", text: "git shop", armed: false, next_at: null, last_at: null };
    expect(startsText(pipeline("a", [], { triggers: [git] }))).toBe("by hand");
    expect(startsText(pipeline("a", [], { triggers: [git, ...triggers] }))).toBe("daily, hourly");
    expect(nextStart(pipeline("a", [], { triggers }))).toBe("2026-01-02T00:00:00Z");
    expect(nextStart(pipeline("a", [], { triggers, paused: true }))).toBeNull();
  });

  it("never rounds up to all", () => {
    expect(endedWell(figures(999, 1, 1))).toBe("99 %");
    expect(endedWell(figures(3, 0, 1))).toBe("100 %");
    expect(endedWell(figures(0, 0, null))).toBeNull();
  });
});

function figures(completed: number, failed: number, typical: number | null): PipelineView["figures"] {
  return { runs: completed + failed, completed, failed, cancelled: 0, typical_ms: typical, slow_ms: typical };
}
