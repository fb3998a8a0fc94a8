import { GaiaError } from "@gaia/contracts";
import { isEnded } from "@gaia/core";
import type { AttemptPlace } from "../logs/index.ts";
import type { RunSnapshot } from "./views/snapshot.ts";

/** Where a job's log is, and whether more can come. */
export interface JobLog {
  readonly place: AttemptPlace;
  /** The attempt has ended (or there never will be one): nothing will be added. */
  readonly isEnded: boolean;
}

/**
 * The log of one attempt of a job; by default the newest. A job that has not been attempted has an empty log.
 * @throws GaiaError `not_found` for an attempt that there is not
 */
export function jobLog(run: RunSnapshot, number: number, attempt: number | null): JobLog {
  const state = run.stateOf(number);
  const attempts = printedAttempts(run, number);
  const chosen = attempt ?? attempts;
  if (attempt !== null && (attempt < 1 || attempt > attempts)) {
    const has = hasText(run, number, attempts);
    throw new GaiaError(
      "not_found",
      `\`${run.keyOf(number) ?? number}\` has no attempt ${attempt}; ${has}.`,
      { attempts },
    );
  }
  const ref = state !== undefined && "ref" in state && state.ref.attempt === chosen ? state.ref : null;
  return {
    place: {
      run: run.id,
      runCreatedAt: run.header.createdAt,
      job: number,
      attempt: chosen,
    },
    // An end is told when its log is here whole. Without a worker that holds it, an attempt is over; a job without one still may get its first.
    isEnded: ref === null && (chosen > 0 || isEnded(state)),
  };
}

/** How many attempts of the job have a log of their own: what child runs print is with their tasks. */
export function printedAttempts(run: RunSnapshot, number: number): number {
  return run.jobs[number]?.work.kind === "child" ? 0 : (run.stateOf(number)?.past.attempts ?? 0);
}

function hasText(run: RunSnapshot, number: number, attempts: number): string {
  if (run.jobs[number]?.work.kind === "child")
    return "what its child runs print is in the logs of their tasks";
  if (attempts === 0) return "it has not been attempted yet";
  return `it has ${attempts === 1 ? "attempt 1" : `attempts 1 to ${attempts}`}`;
}
