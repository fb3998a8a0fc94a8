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
  const attempts = state?.past.attempts ?? 0;
  const chosen = attempt ?? attempts;
  if (attempt !== null && (attempt < 1 || attempt > attempts)) {
    const has =
      attempts === 0
        ? "it has not been attempted yet"
        : `it has ${attempts === 1 ? "attempt 1" : `attempts 1 to ${attempts}`}`;
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
