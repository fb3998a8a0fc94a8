import type { JobView } from "@gaia/contracts/api.ts";
import type { Status } from "../terminal/glyphs.ts";

/** What fits on the screen, and what does not, by status. */
export interface Folded {
  /** In the order in which they are read. */
  readonly rows: readonly JobView[];
  /** How many of each status are not among the rows. */
  readonly hidden: ReadonlyMap<Status, number>;
}

/** First what needs eyes. Of what has ended well the newest is worth most, of what has not begun the next. */
const IMPORTANCE: Readonly<Record<Status, number>> = {
  failed: 0,
  stopping: 1,
  running: 2,
  waiting: 3,
  cancelled: 4,
  queued: 5,
  completed: 6,
  pending: 7,
  skipped: 8,
};

/**
 * Chooses at most `room` rows. Members of a group are told by their group's row, except for those that failed.
 * When not all fit, one line is kept for the sum of the rest.
 */
export function foldJobs(jobs: readonly JobView[], room: number): Folded {
  const groups = new Set(jobs.filter((job) => job.kind === "group").map((job) => job.key));
  const shown = jobs.filter((job) => job.group === null || !groups.has(job.group) || job.status === "failed");
  if (shown.length <= room) return { rows: placed(shown), hidden: new Map() };
  const chosen = shown.toSorted(byImportance).slice(0, Math.max(0, room - 1));
  const kept = new Set(chosen.map((job) => job.number));
  const hidden = new Map<Status, number>();
  for (const job of shown) {
    if (!kept.has(job.number)) hidden.set(job.status, (hidden.get(job.status) ?? 0) + 1);
  }
  return { rows: placed(shown.filter((job) => kept.has(job.number))), hidden };
}

/** In the order of the definition, with tasks that were added behind the one that added them, and `finally` last. */
function placed(rows: readonly JobView[]): readonly JobView[] {
  const keys = new Set(rows.map((job) => job.key));
  const added = new Map<string, JobView[]>();
  const first: JobView[] = [];
  const last: JobView[] = [];
  for (const job of rows) {
    const parent = job.key.slice(0, Math.max(0, job.key.lastIndexOf("/")));
    if (!keys.has(parent)) (job.final ? last : first).push(job);
    else added.set(parent, [...(added.get(parent) ?? []), job]);
  }
  if (added.size === 0) return [...first, ...last];
  const withAdded = (job: JobView): readonly JobView[] => [
    job,
    ...(added.get(job.key) ?? []).flatMap(withAdded),
  ];
  return [...first, ...last].flatMap(withAdded);
}

function byImportance(a: JobView, b: JobView): number {
  const difference = IMPORTANCE[a.status] - IMPORTANCE[b.status];
  if (difference !== 0) return difference;
  if (a.status === "completed") return endOf(b) - endOf(a) || a.number - b.number;
  return a.number - b.number;
}

function endOf(job: JobView): number {
  return job.ended_at === null ? 0 : Date.parse(job.ended_at);
}
