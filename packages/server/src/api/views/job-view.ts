import { type JobView, processSpec, type ProcessSpec } from "@gaia/contracts";
import { childRunId, dueAtOf, isEnded, type Job, type JobState, statusOf, type Task } from "@gaia/core";
import { type Situation, workerName } from "../situation.ts";
import { jobReasonText, runReasonText } from "../words/index.ts";
import { timeTextOrNull } from "./run-view.ts";
import type { RunSnapshot } from "./snapshot.ts";

/** A job of a run as the API shows it. `asker`: who reads its reason, if that is known. */
export function jobView(
  run: RunSnapshot,
  number: number,
  situation: Situation,
  asker: string | null = null,
): JobView {
  const job = jobAt(run, number);
  const state = run.stateOf(number);
  const times = timesOf(state);
  const worker = state !== undefined && "ref" in state ? workerName(situation, state.ref.worker) : null;
  return {
    number,
    key: job.key,
    name: job.name,
    kind: job.work.kind,
    status: statusOf(state),
    reason: jobReasonText({
      job,
      state,
      situation,
      asker,
      keyOf: run.keyOf,
      openDependencies: () => openDependencies(run, job),
      runWaits: run.header.status === "pending" ? runReasonText(run.header, run.keyOf) : "",
      isFinalPhase: run.header.phase === "final",
    }),
    dependencies: job.dependencies.map((dependency) => run.keyOf(dependency) ?? String(dependency)),
    group: job.memberOf === null ? null : run.keyOf(job.memberOf),
    attempt: state?.past.attempts ?? 0,
    max_attempts: job.policy.retry.attempts,
    exit_code: exitCodeOf(job, state),
    queued_at: timeTextOrNull(state?.kind === "queued" ? state.readyAt : null),
    started_at: timeTextOrNull(times.startedAt),
    ended_at: timeTextOrNull(times.endedAt),
    duration_ms:
      times.startedAt === null ? null : Math.max(0, (times.endedAt ?? situation.now) - times.startedAt),
    due_at: timeTextOrNull(dueAtOf(state)),
    worker,
    stop_means: state?.kind === "running" && state.stopMeans !== "" ? state.stopMeans : null,
    child_run: childRunOf(run.id, number, job, state),
    outputs: isEnded(state) && "outputs" in state ? { ...state.outputs } : {},
    tolerated: job.policy.onError === "continue",
    survivors: isEnded(state) && "survivors" in state ? [...state.survivors] : [],
    final: job.final,
  };
}

export function jobAt(run: Pick<RunSnapshot, "id" | "jobs">, number: number): Job {
  const job = run.jobs[number];
  if (job === undefined) throw new Error(`run ${run.id} has no job ${number}`);
  return job;
}

/** The task that a job, or each member of a group, performs. */
export function taskOf(job: Job): Task | null {
  const work = job.work.kind === "group" ? job.work.group.template.work : job.work;
  return work.kind === "task" ? work.task : null;
}

/** What a `process` task runs; null for every other kind of work. */
export function processSpecOf(job: Job): ProcessSpec | null {
  const task = taskOf(job);
  if (task === null || task.executor !== "process") return null;
  const parsed = processSpec.safeParse(task.spec);
  return parsed.success ? parsed.data : null;
}

/** Keys of the dependencies that a job still waits for. */
export function openDependencies(run: RunSnapshot, job: Job): readonly string[] {
  const open = job.dependencies.filter((dependency) => !isEnded(run.stateOf(dependency)));
  return open.map((dependency) => run.keyOf(dependency) ?? String(dependency));
}

function timesOf(state: JobState | undefined): {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
} {
  switch (state?.kind) {
    case undefined:
    case "queued":
    case "assigned":
    case "backoff":
      return { startedAt: null, endedAt: null };
    case "running":
    case "stopping":
      return { startedAt: state.startedAt, endedAt: null };
    case "approval":
      return { startedAt: state.askedAt, endedAt: null };
    case "child":
    case "stopping_child":
    case "group":
      return { startedAt: state.at, endedAt: null };
    case "skipped":
      return { startedAt: null, endedAt: state.endedAt };
    case "completed":
    case "failed":
    case "cancelled":
      return { startedAt: state.startedAt, endedAt: state.endedAt };
  }
}

/** Of the last attempt. A success is told without its code: it is known when only one code counts as success. */
function exitCodeOf(job: Job, state: JobState | undefined): number | null {
  const reason = state?.kind === "backoff" ? state.last : isEnded(state) ? state.reason : null;
  if (reason?.kind === "attempt") return reason.exitCode;
  if (reason?.kind !== "succeeded" || job.work.kind !== "task") return null;
  const codes = successCodesOf(job.work.task.spec);
  return codes.length === 1 ? (codes[0] ?? null) : null;
}

function successCodesOf(spec: unknown): readonly number[] {
  if (
    typeof spec !== "object" ||
    spec === null ||
    !("successCodes" in spec) ||
    !Array.isArray(spec.successCodes)
  )
    return [];
  return spec.successCodes.filter((code) => typeof code === "number");
}

/** Of the last attempt. Version 1 did not count the attempts of child runs: there the state has to name it. */
function childRunOf(run: string, number: number, job: Job, state: JobState | undefined): string | null {
  if (state?.kind === "child" || state?.kind === "stopping_child") return state.run;
  if (isEnded(state) && state.reason.kind === "child") return state.reason.run;
  const attempts = state?.past.attempts ?? 0;
  return job.work.kind === "child" && attempts > 0 ? childRunId(run, number, attempts) : null;
}
