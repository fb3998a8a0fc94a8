import type { JobView } from "../../api/client.ts";

/** How a run's time was spent, over its jobs; only what their newest attempts tell. */
export interface Figures {
  /** Of attempts at work. */
  readonly workedMs: number;
  /** For people, until now or until they answered. */
  readonly waitedMs: number;
}

export function figuresOf(jobs: readonly JobView[], now: number): Figures {
  let workedMs = 0;
  let waitedMs = 0;
  for (const job of jobs) {
    if (job.started_at === null) continue;
    const end = job.ended_at === null ? now : Date.parse(job.ended_at);
    const ms = Math.max(0, end - Date.parse(job.started_at));
    if (job.kind === "approval") waitedMs += ms;
    else if (job.kind === "task") workedMs += ms;
  }
  return { workedMs, waitedMs };
}
