import type { JobView } from "../../api/client.ts";

/** It gets its turn: workers that are busy, its group's own limit, the way to a worker. Told, it would come and go. */
const TURN = /^(waits for its turn|waits for a free slot \(|on its way to worker)/;

/** What needs a look, the most pressing first; what only waits its turn does not. */
export function attentionOf(jobs: readonly JobView[]): readonly JobView[] {
  return jobs
    .filter((job) => job.kind !== "group" && pressOf(job) !== null)
    .toSorted((one, other) => (pressOf(one) ?? 0) - (pressOf(other) ?? 0) || one.number - other.number);
}

/** Null: nothing about it is worth a line. */
function pressOf(job: JobView): number | null {
  switch (job.status) {
    case "failed":
      return job.tolerated ? 4 : 0;
    case "waiting":
      return job.kind === "approval" ? 1 : 3;
    case "stopping":
      return 2;
    case "queued":
      return job.reason === "" || TURN.test(job.reason) ? null : 5;
    case "pending":
    case "running":
    case "completed":
    case "skipped":
    case "cancelled":
      return null;
  }
}

/** The job whose last lines say most: the first that decided over the run. */
export function spokesman(jobs: readonly JobView[]): JobView | null {
  return jobs.find((job) => job.status === "failed" && job.kind === "task" && job.attempt > 0) ?? null;
}
