import { countsAgainstRetry, type Outcome } from "./outcome.ts";

/** How often, and how long apart, a job is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first one included; 1 means that the job is not tried again. */
  readonly attempts: number;
  /** Wait after the first failed attempt, in milliseconds. */
  readonly initialMs: number;
  /** Each further wait is this many times the one before; 1 keeps it constant. */
  readonly factor: number;
  /** No wait is longer than this, in milliseconds. */
  readonly maxMs: number;
  /** The part of a wait that is left to chance, 0 to 1: a wait is shortened by at most this share. */
  readonly jitter: number;
  /** The outcomes that are tried again. Only those that `countsAgainstRetry` names have an effect. */
  readonly on: readonly Outcome[];
}

/** The policy of a job that asks for retries and says nothing more: three attempts, about 1 s and 2 s apart. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 3,
  initialMs: 1_000,
  factor: 2,
  maxMs: 300_000,
  jitter: 0.2,
  on: ["failed", "timed_out"],
};

/** The policy of a job that says nothing about retries: one attempt. */
export const NO_RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 1, on: [] };

/**
 * Whether a job is tried again after an attempt that ended with `outcome`.
 *
 * @param failedAttempts attempts so far that count against the policy, the one that has just ended included
 */
export function retriesAfter(policy: RetryPolicy, outcome: Outcome, failedAttempts: number): boolean {
  return countsAgainstRetry(outcome) && policy.on.includes(outcome) && failedAttempts < policy.attempts;
}

/**
 * The wait before the next attempt, in whole milliseconds: `initialMs * factor^(failedAttempts - 1)`, at most `maxMs`,
 * shortened by up to `jitter` of itself. Jitter only shortens, so `maxMs` is never passed; `jitter: 1` is the
 * "full jitter" of https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
 *
 * @param failedAttempts 1 after the first failed attempt; smaller values are taken as 1
 * @param random in [0, 1), for example from `randomFrom(run, job, attempt)`
 */
export function backoffMs(policy: RetryPolicy, failedAttempts: number, random: number): number {
  const exponent = Math.max(0, failedAttempts - 1);
  // A huge exponent gives Infinity, which `min` brings back to maxMs; 0 * Infinity is NaN, hence the check.
  const grown = policy.initialMs === 0 ? 0 : policy.initialMs * policy.factor ** exponent;
  const full = Math.min(policy.maxMs, grown);
  return Math.round(full * (1 - policy.jitter * random));
}
