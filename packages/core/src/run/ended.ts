import type { Job } from "../graph/index.ts";
import type { EndedState } from "./status.ts";

/** Whether a job that ended so keeps a dependant from running by default. */
export function breaks(ended: Job, state: EndedState, dependant: Job): boolean {
  // What runs after everything else does not care how the main jobs ended.
  return dependant.final && !ended.final ? false : !satisfies(ended, state);
}

/** Whether a job that ended so lets its dependants run by default. */
export function satisfies(job: Job, state: EndedState): boolean {
  switch (state.kind) {
    case "completed":
      return true;
    case "failed":
      return job.policy.onError === "continue";
    case "skipped":
      return state.reason.kind === "condition_false" || state.reason.kind === "declined";
    case "cancelled":
      return false;
  }
}
