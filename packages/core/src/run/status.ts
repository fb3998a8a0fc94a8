import type { JobState, JobStatus, RunHeader, RunStatus } from "./state.ts";

/** The status that the world sees. A job without a state was never touched: it is `pending`. */
export function statusOf(state: JobState | undefined): JobStatus {
  if (state === undefined) return "pending";
  switch (state.kind) {
    case "queued":
    case "assigned":
      return "queued";
    case "running":
    case "group":
      return "running";
    case "backoff":
    case "approval":
    case "child":
      return "waiting";
    case "stopping":
    case "stopping_child":
      return "stopping";
    case "completed":
    case "failed":
    case "skipped":
    case "cancelled":
      return state.kind;
  }
}

export type EndedState = Extract<JobState, { kind: "completed" | "failed" | "skipped" | "cancelled" }>;
/** A matrix or for_each whose members have not all ended. */
export type GroupState = Extract<JobState, { kind: "group" }>;
/** States in which a worker may hold the job's attempt. */
export type HeldState = Extract<JobState, { kind: "assigned" | "running" | "stopping" }>;

/** Whether the job will never change again. */
export function isEnded(state: JobState | undefined): state is EndedState {
  return (
    state !== undefined &&
    (state.kind === "completed" ||
      state.kind === "failed" ||
      state.kind === "skipped" ||
      state.kind === "cancelled")
  );
}

/** Whether a worker holds, or may hold, an attempt of the job. */
export function isHeld(state: JobState | undefined): state is HeldState {
  return (
    state !== undefined &&
    (state.kind === "assigned" || state.kind === "running" || state.kind === "stopping")
  );
}

/** Whether the run will never change again. */
export function isRunEnded(status: RunStatus): status is "completed" | "failed" | "cancelled" {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Whether somebody or something stops the run; a pipeline that one of its jobs has ended goes on to its own end. */
export function isStopped({ stop }: RunHeader): boolean {
  return stop !== null && stop.cause.kind !== "pipeline_ended";
}
