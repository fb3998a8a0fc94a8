import { job as jobSchema, run as runSchema, type JobView, type RunView } from "@gaia/contracts/api.ts";

/** Views as the server sends them, checked against its schemas, so that what is tested here is what will come. */

/** A run that has just begun; `changes` say what is different. */
export function runView(changes: Partial<RunView> = {}): RunView {
  return runSchema.parse({
    id: "run_0199aa00b7c07000a000000000000014",
    number: 14,
    pipeline: "ci",
    pipeline_version: 1,
    namespace: "default",
    status: "running",
    reason: "",
    created_at: "2026-11-21T09:35:00.000Z",
    started_at: "2026-11-21T09:35:00.000Z",
    ended_at: null,
    duration_ms: null,
    progress: { total: 0, completed: 0, failed: 0, percentage: 0 },
    counts: noCounts(),
    inputs: {},
    outputs: {},
    actor: { kind: "user", id: "ada", via: "socket" },
    trigger: "manual",
    retry_of: null,
    parent_run: null,
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    cursor: "0",
    ...changes,
  });
}

/** A task that has not begun. */
export function jobView(number: number, key: string, changes: Partial<JobView> = {}): JobView {
  return jobSchema.parse({
    number,
    key,
    name: key,
    kind: "task",
    status: "pending",
    reason: "",
    dependencies: [],
    group: null,
    attempt: 0,
    max_attempts: 1,
    exit_code: null,
    queued_at: null,
    started_at: null,
    ended_at: null,
    duration_ms: null,
    due_at: null,
    worker: null,
    stop_means: null,
    child_run: null,
    outputs: {},
    survivors: [],
    tolerated: false,
    final: false,
    ...changes,
  });
}

/** The changes that make a task run, begun at `at`. */
export function runningSince(at: string): Partial<JobView> {
  return { status: "running", attempt: 1, started_at: at, worker: "laptop" };
}

/** The changes that make a task ended. */
export function endedWith(
  status: "completed" | "failed",
  durationMs: number,
  exitCode: number,
): Partial<JobView> {
  return {
    status,
    attempt: 1,
    exit_code: exitCode,
    started_at: "2026-11-21T09:35:00.000Z",
    ended_at: new Date(Date.parse("2026-11-21T09:35:00.000Z") + durationMs).toISOString(),
    duration_ms: durationMs,
    worker: "laptop",
  };
}

/** The run with progress and counts that agree with its tasks. */
export function counted(run: RunView, jobs: readonly JobView[]): RunView {
  const counts = noCounts();
  for (const job of jobs) counts[job.status] += 1;
  const ended = counts.completed + counts.failed + counts.skipped + counts.cancelled;
  const percentage = jobs.length === 0 ? 0 : Math.round((ended / jobs.length) * 100);
  const progress = { total: jobs.length, completed: counts.completed, failed: counts.failed, percentage };
  return { ...run, counts, progress };
}

function noCounts(): RunView["counts"] {
  return {
    pending: 0,
    queued: 0,
    running: 0,
    waiting: 0,
    stopping: 0,
    completed: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  };
}
