import { countsAgainstRetry, LOST_LIMIT, retriesAfter } from "../policy/index.ts";
import { backOff } from "./backoff.ts";
import { enqueue } from "./begin.ts";
import type { Draft } from "./draft.ts";
import { type Ending, endJob, endUnbegun } from "./end.ts";
import { growGraph } from "./grow.ts";
import type { AttemptResult } from "./input.ts";
import type { EndReason, Past } from "./state.ts";
import type { HeldState } from "./status.ts";

/** An attempt has ended: accept its result, and decide whether the job ends with it or is tried again. */
export function endAttempt(draft: Draft, number: number, state: HeldState, result: AttemptResult): void {
  const reason = reasonOf(result);
  const startedAt = result.startedAt ?? (state.kind === "assigned" ? null : state.startedAt);
  draft.emit({
    kind: "attempt.ended",
    job: number,
    ref: state.ref,
    startedAt,
    reason,
    usage: result.usage,
    survivors: result.survivors,
  });
  if (result.outcome === "succeeded") return succeed(draft, number, startedAt, result);
  const past = pastAfter(state.past, result);
  draft.set(number, { ...state, past }); // what ends now keeps its last failure too
  if (result.verdict === "exited") return endPipeline(draft, number, startedAt, result);
  if (state.kind === "stopping") return endStopped(draft, number, state, startedAt, result, reason);
  if (result.outcome === "cancelled") {
    return endJob(draft, number, { kind: "cancelled", startedAt, reason, survivors: result.survivors });
  }
  // After the end of the pipeline nothing begins, and nothing is tried again.
  if (draft.winding && !draft.job(number).final)
    return endJob(draft, number, failure(startedAt, result, reason));
  if (result.outcome === "lost") return afterLoss(draft, number, past, startedAt, result, reason);
  if (retriesAfter(draft.job(number).policy.retry, result.outcome, past.failures))
    return backOff(draft, number, past, reason);
  endJob(draft, number, failure(startedAt, result, reason));
}

/** The job has failed by its own account, but the run has not: what has not begun never will. */
function endPipeline(draft: Draft, number: number, startedAt: number | null, result: AttemptResult): void {
  const reason: EndReason = { kind: "exited", message: result.message };
  endJob(draft, number, failure(startedAt, result, reason));
  if (!draft.winding) endUnbegun(draft, number);
}

/** A success that comes while the job is being stopped is still a fact. Growth is applied with it, or the job fails. */
function succeed(draft: Draft, number: number, startedAt: number | null, result: AttemptResult): void {
  if (result.verdict === "declined") {
    return endJob(draft, number, { kind: "skipped", reason: { kind: "declined", message: result.message } });
  }
  const isLate = draft.winding && !draft.job(number).final;
  if (result.growth !== null && !isLate) {
    const refusal = growGraph(draft, number, result.growth);
    if (refusal !== null) {
      draft.emit({ kind: "growth.refused", job: number, message: refusal });
      return endJob(draft, number, failure(startedAt, result, { kind: "invalid", message: refusal }));
    }
  }
  const { note } = result;
  const reason: EndReason =
    note === undefined || note === "" ? { kind: "succeeded" } : { kind: "succeeded", note };
  endJob(draft, number, {
    kind: "completed",
    startedAt: startedAt ?? draft.at,
    outputs: result.outputs,
    reason,
  });
}

/** Being stopped, a job does not try again: a failure of its own stays one, anything else is the stop's effect. */
function endStopped(
  draft: Draft,
  number: number,
  state: Extract<HeldState, { kind: "stopping" }>,
  startedAt: number | null,
  result: AttemptResult,
  reason: EndReason,
): void {
  if (countsAgainstRetry(result.outcome)) endJob(draft, number, failure(startedAt, result, reason));
  else {
    const stopped: EndReason = { kind: "stopped", cause: state.cause };
    endJob(draft, number, { kind: "cancelled", startedAt, reason: stopped, survivors: result.survivors });
  }
}

/** A lost attempt is proved ended when this is told; the job goes back to the queue, but not for ever. */
function afterLoss(
  draft: Draft,
  number: number,
  past: Past,
  startedAt: number | null,
  result: AttemptResult,
  reason: EndReason,
): void {
  if (draft.job(number).policy.onLost === "fail") endJob(draft, number, failure(startedAt, result, reason));
  else if (past.losses >= LOST_LIMIT) {
    endJob(draft, number, failure(startedAt, result, { kind: "poison", losses: past.losses }));
  } else enqueue(draft, number, past);
}

function pastAfter(past: Past, result: AttemptResult): Past {
  const lost = result.outcome === "lost" ? 1 : 0;
  const failed = countsAgainstRetry(result.outcome) ? 1 : 0;
  return { attempts: past.attempts, failures: past.failures + failed, losses: past.losses + lost };
}

function reasonOf(result: AttemptResult): EndReason {
  return { kind: "attempt", outcome: result.outcome, exitCode: result.exitCode, message: result.message };
}

function failure(startedAt: number | null, result: AttemptResult, reason: EndReason): Ending {
  return { kind: "failed", startedAt, outputs: result.outputs, reason, survivors: result.survivors };
}

/** The result of an attempt of which nothing is known but that it is over. */
export function lostResult(message: string): AttemptResult {
  return {
    outcome: "lost",
    startedAt: null,
    exitCode: null,
    message,
    outputs: {},
    growth: null,
    survivors: [],
    usage: null,
  };
}
