import { countsAgainstRetry, type Outcome, retriesAfter } from "../policy/index.ts";
import { backOff } from "./backoff.ts";
import { childPolicy } from "./child.ts";
import type { Draft } from "./draft.ts";
import { endJob } from "./end.ts";
import type { RunInput } from "./input.ts";
import type { EndReason, JobState, Outputs } from "./state.ts";

type ChildState = Extract<JobState, { kind: "child" | "stopping_child" }>;
type ChildInput = Extract<RunInput, { kind: "child_ended" | "child_refused" }>;

const NO_OUTPUTS: Outputs = {};

/** An attempt's child run is proved ended, or there will be none: the job ends with it, or is tried again. */
export function endChild(draft: Draft, state: ChildState, input: ChildInput): void {
  const { job: number, run } = input;
  const startedAt = state.at;
  const outcome = outcomeOf(state, input);
  const reason = reasonOf(outcome, input);
  const attempt = Math.max(1, state.past.attempts); // under the rules of version 1 it was not counted
  draft.emit({ kind: "child.ended", job: number, attempt, run, startedAt, outcome, reason });
  const outputs = input.kind === "child_refused" ? NO_OUTPUTS : input.outputs;
  if (outcome === "succeeded")
    return endJob(draft, number, { kind: "completed", startedAt, outputs, reason });
  const counts = countsAgainstRetry(outcome);
  const past = { ...state.past, failures: state.past.failures + (counts ? 1 : 0) };
  draft.set(number, { ...state, past }); // what ends now keeps its last failure too
  const cause = stopCauseOf(state);
  if (cause !== null && !counts) {
    const stopped = { kind: "stopped", cause } as const;
    return endJob(draft, number, { kind: "cancelled", startedAt, reason: stopped, survivors: [] });
  }
  const { retry } = childPolicy(draft, draft.job(number));
  if (cause === null && retriesAfter(retry, outcome, past.failures))
    return backOff(draft, number, past, reason);
  endJob(draft, number, { kind: "failed", startedAt, outputs, reason, survivors: [] });
}

/** Why the job itself is to end, if it is: its own timeout only ends the attempt. */
function stopCauseOf(state: ChildState) {
  return state.kind === "stopping_child" && !isTimedOut(state) ? state.cause : null;
}

function isTimedOut(state: ChildState): boolean {
  return state.kind === "stopping_child" && state.cause.kind === "job_timed_out";
}

/** A run that ended by itself did so, also when it had been asked to stop. */
function outcomeOf(state: ChildState, input: ChildInput): Outcome {
  if (input.kind === "child_refused") return "rejected";
  switch (input.status) {
    case "completed":
      return "succeeded";
    case "failed":
      return "failed";
    case "cancelled":
      return isTimedOut(state) ? "timed_out" : "cancelled";
  }
}

function reasonOf(outcome: Outcome, input: ChildInput): EndReason {
  if (input.kind === "child_refused") return { kind: "invalid", message: input.message };
  return { kind: "child", run: input.run, status: outcome === "timed_out" ? outcome : input.status };
}
