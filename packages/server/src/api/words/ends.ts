import type { EndReason, RunHeader, RunReason, RunStatus, StopCause } from "@gaia/core";
import type { RunFailure } from "../../store/port.ts";
import { amount, behindColon, durationText, instantText, listText, oneLine } from "./text.ts";

/** Names of jobs by their numbers. A run that is only listed does not have them. */
export type KeyOf = (job: number) => string | null;

/** Why a job ended as it did. Empty when there is nothing to explain. */
export function endText(reason: EndReason, keyOf: KeyOf): string {
  switch (reason.kind) {
    case "succeeded":
      return oneLine(reason.note ?? "");
    case "attempt":
      return attemptText(reason);
    case "poison":
      return `its worker was lost ${reason.losses} times: the task may be what brings workers down`;
    case "approved":
      return `approved by ${reason.by}${behindColon(reason.comment)}`;
    case "rejected":
      return `rejected by ${reason.by}${behindColon(reason.comment)}`;
    case "approval_timed_out":
      return "nobody decided in time";
    case "members":
      return membersText(reason);
    case "child":
      return childText(reason);
    case "condition_false":
      return "its condition (`when`) is false";
    case "declined":
      return oneLine(reason.message) || "it had nothing to do";
    case "exited":
      return `it ended the pipeline${behindColon(oneLine(reason.message))}`;
    case "condition_error":
      return `its condition (\`when\`) cannot be worked out: ${oneLine(reason.message)}`;
    case "invalid":
      return oneLine(reason.message);
    case "dependency":
      return `needs ${keyOf(reason.job) ?? "another task"}, which ${endedVerb(reason.status)}`;
    case "stopped":
      return causeText(reason.cause, keyOf);
    case "reused":
      return reason.run === null ? "counted as done, as asked for" : `kept from ${reason.run}`;
  }
}

/** How one attempt ended: "exit 1", "timed out", … */
export function attemptText(reason: Extract<EndReason, { kind: "attempt" }>): string {
  const exit = reason.exitCode === null ? "" : `exit ${reason.exitCode}`;
  const message = oneLine(reason.message);
  switch (reason.outcome) {
    case "succeeded":
      return "";
    case "failed":
      return exit === "" ? message || "failed" : withMessage(exit, message);
    case "timed_out":
      return message || "timed out";
    case "cancelled":
      return message || "was cancelled";
    case "lost":
      return `its worker was lost${behindColon(reason.message)}`;
    case "rejected":
      return message || "was refused before it started";
    case "limit":
      return message || "went past a limit";
  }
}

/** Workers say "exit code 1" in their own message as well: it is not said twice. */
function withMessage(exit: string, message: string): string {
  const isSame = /^(exited|exit)?( with)?( exit)?( status| code)? ?\d+\.?$/i.test(message);
  if (message === "" || isSame) return exit;
  // A process that did well, and failed all the same, failed because of what the message says.
  return exit === "exit 0" ? message : `${exit}: ${message}`;
}

function childText({ run, status }: Extract<EndReason, { kind: "child" }>): string {
  switch (status) {
    case "completed":
      return "";
    case "failed":
      return `its run ${run} failed`;
    case "timed_out":
      return `its run ${run} took longer than its \`timeout\``;
    default:
      return `its run ${run} was cancelled`;
  }
}

function membersText(reason: Extract<EndReason, { kind: "members" }>): string {
  const { failed, cancelled, total } = reason;
  if (failed > 0) return `${failed} of ${total} failed`;
  if (cancelled > 0) return `${cancelled} of ${total} were cancelled`;
  return total === 0 ? "it had nothing to do: the list was empty" : "";
}

/** "failed", "was skipped": how a job ended, as a verb. */
export function endedVerb(status: string): string {
  return status === "failed" || status === "completed" ? status : `was ${status}`;
}

/** Why something is, or was, stopped. `asker`: who reads it, if that is known: a person is told "you", not a name. */
export function causeText(cause: StopCause, keyOf: KeyOf, asker: string | null = null): string {
  switch (cause.kind) {
    case "run_stopped":
      return "the run was stopped";
    case "run_timed_out":
      return "the run ran out of time";
    case "fail_fast":
      return `${keyOf(cause.job) ?? "another task"} failed, and \`fail_fast\` ends the rest`;
    case "pipeline_ended":
      return `${keyOf(cause.job) ?? "another task"} ended the pipeline`;
    case "job_timed_out":
      return "it took longer than its `timeout`";
    case "job_stopped":
      return `stopped by ${cause.by === asker ? "you" : cause.by} at ${instantText(cause.at)}${behindColon(cause.comment)}`;
  }
}

/**
 * Why a run is what it is. Empty when there is nothing to explain.
 * @param failure the first task that made it fail, where it is known
 */
export function runReasonText(header: RunHeader, keyOf: KeyOf, failure: RunFailure | null = null): string {
  const { reason, status } = header;
  switch (reason.kind) {
    case "none":
      return openRunText(header, status, keyOf);
    case "waits_for_group":
      return `waits for ${reason.ahead ?? "the run"} before it in the group \`${reason.group}\``;
    case "jobs_failed":
      return failedText(reason, keyOf, failure);
    case "jobs_stopped": {
      const isOne = reason.jobs.length + reason.more === 1;
      return `${jobsText(reason, keyOf)} ${isOne ? "was" : "were"} stopped`;
    }
    case "stopped":
      return `stopped by ${reason.by}${behindColon(reason.comment)}`;
    case "timed_out":
      return `ran out of time after ${durationText(reason.afterMs)}`;
    case "replaced":
      return `replaced by run ${reason.run}`;
    case "survivors":
      return `these processes could not be stopped: ${listText(reason.pids.map(String), 10)}`;
  }
}

function failedText(
  reason: Extract<RunReason, { kind: "jobs_failed" }>,
  keyOf: KeyOf,
  failure: RunFailure | null,
): string {
  if (failure !== null) {
    const others = reason.jobs.length + reason.more - 1;
    const text = `${failure.key} failed${behindColon(endText(failure.reason, keyOf))}`;
    return others > 0 ? `${text} (and ${amount(others, "more task")})` : text;
  }
  return `${jobsText(reason, keyOf)} failed`;
}

function jobsText(
  reason: Extract<RunReason, { kind: "jobs_failed" | "jobs_stopped" }>,
  keyOf: KeyOf,
): string {
  const keys = reason.jobs.map(keyOf).filter((key) => key !== null);
  const total = reason.jobs.length + reason.more;
  if (keys.length < reason.jobs.length) return amount(total, "task");
  const rest = total - Math.min(keys.length, 3);
  return `${keys.slice(0, 3).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** A run that has not ended says what it waits for when nothing of it runs. */
function openRunText(header: RunHeader, status: RunStatus, keyOf: KeyOf): string {
  const { counts, stop } = header;
  if (status === "stopping" && stop !== null) {
    const held = counts.stopping + counts.running;
    const left = held === 0 ? "" : `; ${amount(held, "task")} still ${held === 1 ? "has" : "have"} to end`;
    return `${stop.cause.kind === "run_stopped" ? `stopped by ${stop.by}${behindColon(stop.comment)}` : causeText(stop.cause, keyOf)}${left}`;
  }
  if (status !== "running" || counts.running + counts.stopping > 0) return "";
  if (counts.queued > 0)
    return `${amount(counts.queued, "task")} ${counts.queued === 1 ? "waits" : "wait"} for a worker`;
  return counts.waiting > 0
    ? `${amount(counts.waiting, "task")} ${counts.waiting === 1 ? "waits" : "wait"}, nothing runs`
    : "";
}
