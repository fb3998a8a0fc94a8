import type { EventView, JobView, RunView } from "../../api/client.ts";

/** A run as a test tells it: events one after the other, and the jobs that it is about. */
export class Story {
  readonly events: EventView[] = [];
  readonly start = Date.parse("2026-11-19T14:20:00Z");
  #at = 0;

  constructor(jobs: number) {
    this.event("run.created", null, { jobs });
    this.event("run.started", null, {});
  }

  get seq(): number {
    return this.events.length;
  }

  /** Now, in milliseconds since 1970. */
  get now(): number {
    return this.start + this.#at;
  }

  /** Seconds pass. */
  after(seconds: number): this {
    this.#at += seconds * 1_000;
    return this;
  }

  event(kind: string, job: string | null, body: Readonly<Record<string, unknown>>): this {
    const seq = this.events.length + 1;
    const actor = { kind: "system", id: "gaia", via: "engine" } as const;
    const at = new Date(this.now).toISOString();
    this.events.push({ cursor: `c${seq}`, run: "run_1", seq, at, actor, kind, job, body });
    return this;
  }

  queued(job: string, attempt = 1): this {
    return this.event("job.queued", job, { attempt });
  }

  started(job: string, worker = "w1", attempt = 1): this {
    this.event("job.assigned", job, { attempt, worker });
    const started_at = new Date(this.now).toISOString();
    return this.event("job.started", job, { attempt, worker, started_at, stop_means: "cgroup" });
  }

  attemptEnded(job: string, outcome = "succeeded", attempt = 1): this {
    const exit_code = outcome === "succeeded" ? 0 : 1;
    const started = this.events.findLast((event) => event.job === job && event.kind === "job.started");
    return this.event("attempt.ended", job, {
      attempt,
      worker: "w1",
      started_at: started?.body["started_at"] ?? null,
      outcome,
      exit_code,
      reason: exit_code === 0 ? "" : "exit 1",
      survivors: [],
    });
  }

  ended(job: string, status = "completed"): this {
    return this.event("job.ended", job, { status, reason: "", outputs: {} });
  }

  /** Queued, at work for so long, and completed. */
  work(job: string, seconds: number): this {
    return this.queued(job).started(job).after(seconds).attemptEnded(job).ended(job);
  }
}

export function jobView(key: string, given: Partial<JobView> = {}): JobView {
  return {
    number: 0,
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
    ...given,
  };
}

/** Jobs in their order: numbers are given by it. */
export function jobViews(...jobs: readonly JobView[]): readonly JobView[] {
  return jobs.map((job, number) => ({ ...job, number }));
}

export function runView(given: Partial<RunView> = {}): RunView {
  return {
    id: "run_1",
    number: 1,
    pipeline: "release",
    pipeline_version: 1,
    namespace: "default",
    status: "running",
    reason: "",
    created_at: "2026-11-19T14:20:00Z",
    started_at: "2026-11-19T14:20:00Z",
    ended_at: null,
    duration_ms: 0,
    progress: { total: 0, completed: 0, failed: 0, percentage: 0 },
    counts: {
      pending: 0,
      queued: 0,
      running: 0,
      waiting: 0,
      stopping: 0,
      completed: 0,
      failed: 0,
      skipped: 0,
      cancelled: 0,
    },
    inputs: {},
    outputs: {},
    actor: { kind: "user", id: "ann", via: "cli" },
    trigger: "manual",
    retry_of: null,
    parent_run: null,
    trace_id: "",
    cursor: "",
    ...given,
  };
}
