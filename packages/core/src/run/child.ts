import type { Job, JobWork } from "../graph/index.ts";
import { NO_RETRY, type RetryPolicy } from "../policy/index.ts";
import { childRunId } from "./child-run-id.ts";
import type { Draft } from "./draft.ts";
import { endInvalid } from "./end.ts";
import type { Past } from "./state.ts";
import { renderAll } from "./values.ts";

/** Asks for the run that is the job's next attempt. */
export function beginChild(
  draft: Draft,
  number: number,
  work: Extract<JobWork, { kind: "child" }>,
  past: Past,
): void {
  const inputs = renderAll(draft, number, work.inputs);
  if (inputs.kind === "error") return endInvalid(draft, number, inputs.message);
  const attempts = past.attempts + 1;
  const run = childRunId(draft.id, number, attempts);
  const { timeoutMs } = childPolicy(draft, draft.job(number));
  const dueAt = timeoutMs === null ? null : draft.at + timeoutMs;
  draft.set(number, {
    kind: "child",
    past: { ...past, attempts },
    at: draft.at,
    run,
    inputs: inputs.values,
    dueAt,
  });
  draft.emit({ kind: "job.child", job: number, run, inputs: inputs.values });
}

/** Under the rules of version 1 a child run is tried once and has all the time there is, whatever `defaults` say. */
export function childPolicy(
  draft: Draft,
  job: Job,
): { readonly retry: RetryPolicy; readonly timeoutMs: number | null } {
  return draft.settings.logicVersion === 1 ? { retry: NO_RETRY, timeoutMs: null } : job.policy;
}
