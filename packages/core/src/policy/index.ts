/** Policy: how an attempt can end, when a job is tried again and after how long, and durations as people write them. */
export { countsAgainstRetry, LOST_LIMIT, type Outcome, OUTCOMES } from "./outcome.ts";
export { backoffMs, DEFAULT_RETRY, NO_RETRY, retriesAfter, type RetryPolicy } from "./retry.ts";
export { randomFrom } from "./random.ts";
export { formatDuration, MAX_DURATION_MS, parseDuration, type ParsedDuration } from "./duration.ts";
