/** Every way an attempt can end. A closed set: API, store and screens show exactly these words. */
export const OUTCOMES = [
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "lost",
  "rejected",
  "limit",
] as const;

/**
 * How one attempt ended. `lost`: nobody can say how, because its worker or launcher went away. `rejected`: it was
 * refused before it started (a policy, a person). `limit`: it was ended because it went past a limit (memory, log size).
 */
export type Outcome = (typeof OUTCOMES)[number];

/**
 * How many attempts of one job may be lost before the job fails as `poison`. It is apart from `RetryPolicy.attempts`:
 * a lost worker is not the job's fault, yet a job that takes each of its workers down must not take all of them.
 */
export const LOST_LIMIT = 3;

/**
 * Whether an attempt with this outcome uses up one of the job's `RetryPolicy.attempts`.
 *
 * `failed`, `timed_out` and `limit` do. `lost` has its own count, `LOST_LIMIT`. `succeeded`, `cancelled` and
 * `rejected` end the job: there is nothing to try again.
 */
export function countsAgainstRetry(outcome: Outcome): boolean {
  return COUNTS[outcome];
}

const COUNTS: Readonly<Record<Outcome, boolean>> = {
  succeeded: false,
  failed: true,
  timed_out: true,
  cancelled: false,
  lost: false,
  rejected: false,
  limit: true,
};
