import type { JobView } from "../../api/client.ts";
import type { Jobs } from "../jobs.ts";

/**
 * The job whose log tells most: the selected one; else the first that failed, that runs, or the last that has run. Null:
 * nothing has been attempted.
 */
export function telling(jobs: Jobs, selected: string | null): string | null {
  const chosen = selected === null ? undefined : jobs.get(selected);
  if (chosen !== undefined && chosen.kind === "group") {
    const members = jobs.list.filter(({ group }) => group === chosen.key);
    return firstOf(members) ?? selected;
  }
  return selected ?? firstOf(jobs.list);
}

function firstOf(jobs: readonly JobView[]): string | null {
  const attempted = jobs.filter((job) => job.kind === "task" && job.attempt > 0);
  const found =
    attempted.find((job) => job.status === "failed" && !job.tolerated) ??
    attempted.find((job) => job.status === "running") ??
    attempted.at(-1);
  return found?.key ?? null;
}
