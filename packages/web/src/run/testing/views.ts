import type { EventView, JobView, RunDetail } from "../../api/client.ts";

/** Views for tests, with what matters given and the rest plain. */

export function job(number: number, key: string, more: Partial<JobView> = {}): JobView {
  return {
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
    ...more,
  };
}

export function runDetail(jobs: readonly JobView[], more: Partial<RunDetail> = {}): RunDetail {
  const counts = {
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
  for (const { status } of jobs) counts[status] += 1;
  return {
    id: "r1",
    number: 7,
    pipeline: "release",
    pipeline_version: 1,
    namespace: "default",
    status: "running",
    reason: "",
    created_at: "2026-11-19T14:20:58.000Z",
    started_at: "2026-11-19T14:20:58.000Z",
    ended_at: null,
    duration_ms: 0,
    progress: { total: jobs.length, completed: counts.completed, failed: counts.failed, percentage: 0 },
    counts,
    inputs: {},
    outputs: {},
    actor: { kind: "user", id: "marta", via: "cli" },
    trigger: "manual",
    retry_of: null,
    parent_run: null,
    trace_id: "",
    cursor: "c0",
    jobs: [...jobs],
    jobs_total: jobs.length,
    ...more,
  };
}

export function event(seq: number, kind: string, more: Partial<EventView> = {}): EventView {
  return {
    cursor: `c${seq}`,
    run: "r1",
    seq,
    at: "2026-11-19T14:20:58.000Z",
    actor: { kind: "system", id: "engine", via: "" },
    kind,
    job: null,
    body: {},
    ...more,
  };
}
