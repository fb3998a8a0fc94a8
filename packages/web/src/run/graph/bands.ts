import type { Band } from "../../design/graph/layout.ts";
import type { JobView } from "../../api/client.ts";
import type { Jobs } from "../jobs.ts";

/** When a layer began, or will: null where nothing is known. */
export interface BandTime {
  readonly at: number;
  /** Not begun: worked out of how long jobs usually take. */
  readonly isExpected: boolean;
}

/** @param typical how long jobs usually take, by key; a job without a figure makes all behind it unknown */
export function bandTimes(
  bands: readonly Band[],
  jobs: Jobs,
  typical: ReadonlyMap<string, number>,
  now: number,
): readonly (BandTime | null)[] {
  const ends = new Map<string, number | null>();
  return bands.map(({ keys }) => {
    let began: number | null = null;
    let expected: number | null = null;
    for (const key of keys) {
      const job = jobs.get(key);
      if (job === undefined) continue;
      const own = beganAt(job);
      const start = own ?? expectedStart(job, ends, now);
      ends.set(key, endOf(job, start, typical.get(key), now));
      if (own !== null) began = Math.min(began ?? own, own);
      else if (start !== null && !isPast(job)) expected = Math.min(expected ?? start, start);
    }
    if (began !== null) return { at: began, isExpected: false };
    return expected === null ? null : { at: expected, isExpected: true };
  });
}

function beganAt(job: JobView): number | null {
  const at = job.started_at ?? job.queued_at;
  return at === null ? null : Date.parse(at);
}

function isPast(job: JobView): boolean {
  return job.ended_at !== null || job.status === "skipped";
}

/** When all that it needs will have ended; null if that is not known. */
function expectedStart(job: JobView, ends: ReadonlyMap<string, number | null>, now: number): number | null {
  let start = now;
  for (const key of job.dependencies) {
    const end = ends.get(key) ?? null;
    if (end === null) return null;
    start = Math.max(start, end);
  }
  return job.dependencies.length === 0 ? null : start;
}

function endOf(
  job: JobView,
  start: number | null,
  typicalMs: number | undefined,
  now: number,
): number | null {
  if (job.ended_at !== null) return Date.parse(job.ended_at);
  // A person answers when they answer.
  if (start === null || typicalMs === undefined || job.kind === "approval") return null;
  return Math.max(now, start + typicalMs);
}
