import type { JobView, RunView } from "../../api/client.ts";
import type { Facts, JobFacts, JobKind, RunFacts } from "./fold.ts";
import { jobReason, runReason, type Surroundings } from "./reasons.ts";

/** A past moment in the shape of the present: the same views that the server gives, made of events. */

type Status = JobView["status"];

const STATUS_OF: Readonly<Record<JobKind, Status>> = {
  queued: "queued",
  assigned: "queued",
  running: "running",
  group: "running",
  backoff: "waiting",
  approval: "waiting",
  child: "waiting",
  stopping: "stopping",
  stopping_child: "stopping",
  completed: "completed",
  failed: "failed",
  skipped: "skipped",
  cancelled: "cancelled",
};

/** What words and durations need besides the facts. */
export interface Moment {
  readonly facts: Facts;
  /** When it was, in milliseconds since 1970. */
  readonly now: number;
  /** What people call a worker. */
  readonly nameOf: (worker: string) => string;
}

export function statusOf(facts: JobFacts | undefined): Status {
  return facts === undefined ? "pending" : STATUS_OF[facts.kind];
}

/** Views of ended jobs do not change any more: the same object comes again, so that nothing is drawn anew. */
const endedViews = new WeakMap<JobFacts, { readonly of: JobView; readonly view: JobView }>();

/** The jobs that there were at that moment, by number. */
export function jobsAt(jobs: readonly JobView[], moment: Moment): readonly JobView[] {
  const present = jobs.filter((job) => job.number < moment.facts.run.size);
  const around = {
    members: membersOf(present),
    isFinalPhase:
      moment.facts.run.status !== "pending" &&
      present.every((job) => job.final || (moment.facts.jobs.get(job.key)?.endedAt ?? null) !== null),
  };
  return present.map((job) => {
    const facts = moment.facts.jobs.get(job.key);
    if (facts?.endedAt === null || facts === undefined) return jobAt(job, facts, moment, around);
    const known = endedViews.get(facts);
    if (known?.of === job) return known.view;
    const view = jobAt(job, facts, moment, around);
    endedViews.set(facts, { of: job, view });
    return view;
  });
}

/** The run as it was: `run` gives what never changes. */
export function runAt<R extends RunView>(run: R, jobs: readonly JobView[], moment: Moment): R {
  const { run: facts } = moment.facts;
  const counts = countsOf(jobs);
  const isOver = facts.endedAt !== null;
  return {
    ...run,
    status: facts.status,
    reason: isOver ? run.reason : runReason(facts, counts),
    started_at: facts.startedAt,
    ended_at: facts.endedAt,
    duration_ms: spanOf(facts.startedAt, facts.endedAt, moment.now),
    counts,
    progress: progressOf(facts, counts),
    outputs: { ...facts.outputs },
  };
}

function jobAt(job: JobView, facts: JobFacts | undefined, moment: Moment, around: Surroundings): JobView {
  const isHeld = facts !== undefined && ["assigned", "running", "stopping"].includes(facts.kind);
  return {
    ...job,
    status: statusOf(facts),
    reason: jobReason(job, facts, moment, around),
    attempt: facts?.attempt ?? 0,
    exit_code: facts?.exitCode ?? null,
    queued_at: facts?.kind === "queued" ? facts.queuedAt : null,
    started_at: facts?.startedAt ?? null,
    ended_at: facts?.endedAt ?? null,
    duration_ms: spanOf(facts?.startedAt ?? null, facts?.endedAt ?? null, moment.now),
    due_at: facts?.dueAt ?? null,
    worker: isHeld && facts.worker !== "" ? moment.nameOf(facts.worker) : null,
    stop_means: facts === undefined || facts.stopMeans === "" ? null : facts.stopMeans,
    child_run: facts?.child ?? null,
    outputs: { ...facts?.outputs },
    survivors: [...(facts?.survivors ?? [])],
  };
}

function membersOf(jobs: readonly JobView[]): ReadonlyMap<string, readonly JobView[]> {
  const members = new Map<string, JobView[]>();
  for (const job of jobs) {
    if (job.group === null) continue;
    const known = members.get(job.group);
    if (known === undefined) members.set(job.group, [job]);
    else known.push(job);
  }
  return members;
}

function countsOf(jobs: readonly JobView[]): RunView["counts"] {
  const counts: Record<Status, number> = {
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
  return counts;
}

function progressOf(run: RunFacts, counts: RunView["counts"]): RunView["progress"] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const { completed = 0, failed = 0, skipped = 0, cancelled = 0 } = counts;
  const ended = completed + failed + skipped + cancelled;
  const percentage =
    total === 0 ? (run.endedAt === null ? 0 : 100) : Math.floor((ended / total) * 1_000) / 10;
  return { total, completed, failed, percentage };
}

function spanOf(from: string | null, to: string | null, now: number): number | null {
  if (from === null) return null;
  return Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from));
}
