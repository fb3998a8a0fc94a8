import { describe, expect, it } from "vitest";
import type { SystemView } from "../api/client.ts";
import { checksOf, remediesOf } from "../app/health.ts";
import { answerOf, restOf } from "./answer.ts";
import { limitsOf, limitValue, shareOf } from "./limits.ts";

const WORKER: SystemView["workers"][number] = {
  id: "worker_1",
  name: "local",
  host: "vm",
  version: "0.1.0",
  status: "connected",
  reason: "",
  tags: [],
  slots: 4,
  running: 3,
  ahead: 0,
  stop_means: "cgroup",
  limits: { memory: "enforced", cpu: "enforced" },
  connected_at: null,
  last_seen_at: null,
};
const STARTED = "2026-11-19T12:00:00.000Z";
const SYSTEM: SystemView = {
  version: "0.1.0",
  pid: 1,
  node: "v24.0.0",
  home: "/home/gaia",
  address: null,
  started_at: STARTED,
  namespace: "default",
  database: {
    size_bytes: 1_000_000,
    wal_bytes: 0,
    runs: 12,
    schema_version: 2,
    problem: "",
    last_backup: null,
  },
  process: { memory_bytes: 100_000_000, event_loop_p99_ms: 1 },
  run_files: { size_bytes: 0 },
  disk: { free_bytes: 50, total_bytes: 100 },
  live_runs: 2,
  queued_jobs: 1,
  workers: [WORKER],
  limits: { liveRuns: 10_000, queuedJobs: 1_000_000 },
};

function answer(change: Partial<SystemView>, readiness?: Parameters<typeof answerOf>[1]): string {
  return answerOf(checksOf({ ...SYSTEM, ...change }, Date.parse(STARTED) + 60_000), readiness);
}

describe("what the system's page says", () => {
  it("is that everything is well when nothing is wrong", () => {
    expect(answer({})).toBe("Everything is well.");
  });

  it("names a full disk, and workers that are away", () => {
    expect(answer({ disk: { free_bytes: 9, total_bytes: 100 } })).toBe(
      "The disk is 91 % full. The rest is well.",
    );
    const away = { ...WORKER, name: "gpu", status: "disconnected" as const };
    expect(answer({ workers: [WORKER, away] })).toBe("Worker gpu is disconnected. The rest is well.");
    expect(answer({ workers: [away] })).toBe(
      "No worker is connected: nothing new can run. The rest is well.",
    );
  });

  it("tells a worker that is ill, and a database that cannot be written, each once", () => {
    const ill = { ...WORKER, status: "unhealthy" as const, reason: "its launcher does not answer" };
    expect(answer({ workers: [WORKER, { ...ill, name: "gpu" }] })).toBe(
      "Worker gpu is unhealthy. The rest is well.",
    );
    const database = { ...SYSTEM.database, problem: "The disk is full. Free some space." };
    const checks = [{ name: "store", ok: false, message: "The disk is full. Free some space." }];
    expect(answer({ database }, { status: "not_ready", checks })).toBe(
      "The last write to the database failed. The rest is well.",
    );
  });

  it("says what can be done about what is wrong", () => {
    expect(remediesOf(SYSTEM)).toEqual([]);
    const database = { ...SYSTEM.database, problem: "The disk is full. Free some space." };
    expect(remediesOf({ ...SYSTEM, database })).toEqual(["The disk is full. Free some space."]);
    expect(remediesOf({ ...SYSTEM, workers: [] }).join(" ")).toContain("`gaia doctor`");
    expect(remediesOf({ ...SYSTEM, disk: { free_bytes: 9, total_bytes: 100 } }).join(" ")).toContain(
      "`retention.max_bytes`",
    );
  });

  it("names what is not ready in the server's own words", () => {
    const checks = [{ name: "store", ok: false, message: "the disk is full" }];
    expect(answer({}, { status: "not_ready", checks })).toBe("The disk is full. The rest is well.");
  });

  it("tells work in one line", () => {
    expect(restOf(SYSTEM)).toBe(
      "1 of 1 worker is connected, 3 of 4 slots are busy, 1 job is queued and 2 runs are live.",
    );
  });
});

describe("limits", () => {
  it("leave out those of which a number is not known", () => {
    expect(limitsOf(SYSTEM, undefined).map(({ name }) => name)).toEqual([
      "Disk",
      "Live runs",
      "Queued jobs",
      "Slots",
    ]);
  });

  it("never fill more than their bar", () => {
    expect(shareOf({ used: 9, allowed: 3 })).toBe(1);
  });

  it("are written in their unit", () => {
    expect(limitValue("logBytes", 1_073_741_824)).toBe("1.1 GB");
    expect(limitValue("timeoutMsMax", 2_592_000_000)).toBe("30 days");
    expect(limitValue("queuedJobs", 40)).toBe("40");
  });
});
