import type { EventView } from "@gaia/contracts";
import { type AttemptRef, attemptOfChildRun, type StopCause } from "@gaia/core";
import type { EventRow } from "../../store/port.ts";
import { runCursor } from "../cursors.ts";
import { causeText, endText, type KeyOf } from "../words/index.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";

/** A fact of a run's history as the API shows it. */
export function eventView(run: string, row: EventRow, keyOf: KeyOf): EventView {
  const { event } = row;
  return {
    cursor: runCursor(run, row.seq),
    run,
    seq: row.seq,
    at: timeText(row.at),
    actor: { ...row.actor },
    kind: event.kind,
    job: "job" in event ? keyOf(event.job) : null,
    body: bodyOf(event, keyOf),
  };
}

/** Number of the job that an event is about. */
export function jobOfEvent(event: EventRow["event"]): number | null {
  return "job" in event ? event.job : null;
}

/** Fencing tokens stay inside; what a fragment or an expansion added is named, not repeated. */
function bodyOf(event: EventRow["event"], keyOf: KeyOf): Readonly<Record<string, unknown>> {
  switch (event.kind) {
    case "run.created":
      return { pipeline: event.pipeline, number: event.number, jobs: event.jobs, trigger: event.trigger };
    case "run.started":
      return {};
    case "run.stopping":
      return { cause: event.cause.kind, by: event.by, comment: event.comment, force: event.force };
    case "run.ended":
      return { status: event.status, outputs: event.outputs };
    case "job.queued":
      return { attempt: event.attempt };
    case "job.assigned":
      return attemptOf(event.ref);
    case "job.returned":
      return { ...attemptOf(event.ref), message: event.message };
    case "job.started":
      return { ...attemptOf(event.ref), started_at: timeText(event.startedAt), stop_means: event.stopMeans };
    case "attempt.ended":
      return {
        ...attemptOf(event.ref),
        started_at: timeTextOrNull(event.startedAt),
        outcome: event.reason.kind === "attempt" ? event.reason.outcome : "failed",
        exit_code: event.reason.kind === "attempt" ? event.reason.exitCode : null,
        message: event.reason.kind === "attempt" ? event.reason.message : "",
        reason: endText(event.reason, keyOf),
        usage: event.usage,
        survivors: event.survivors,
      };
    case "job.backoff":
      return { due_at: timeText(event.dueAt), failures: event.failures, losses: event.losses };
    case "job.asked":
      return { prompt: event.prompt, due_at: timeTextOrNull(event.dueAt) };
    case "job.child":
      return { attempt: attemptOfChildRun(event.run), child_run: event.run, inputs: event.inputs };
    case "child.ended":
      return {
        attempt: event.attempt,
        child_run: event.run,
        started_at: timeText(event.startedAt),
        outcome: event.outcome,
        message: endText(event.reason, keyOf),
      };
    case "job.expanded":
      return { members: event.members };
    case "job.stopping":
      return {
        cause: event.cause.kind,
        reason: causeText(event.cause, keyOf),
        force: event.force,
        ...personIn(event.cause),
      };
    case "job.ended":
      return { status: event.status, reason: endText(event.reason, keyOf), outputs: event.outputs };
    case "graph.grown":
      return {
        first: event.first,
        jobs: event.jobs.length,
        keys: event.jobs.slice(0, 100).map((job) => job.key),
      };
    case "growth.refused":
      return { message: event.message };
  }
}

function personIn(cause: StopCause): Readonly<Record<string, unknown>> {
  return cause.kind === "job_stopped" ? { by: cause.by, comment: cause.comment } : {};
}

function attemptOf(ref: AttemptRef): { readonly attempt: number; readonly worker: string } {
  return { attempt: ref.attempt, worker: ref.worker };
}
