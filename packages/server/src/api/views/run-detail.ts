import type { JobView, RunDetail, RunView } from "@gaia/contracts";
import type { JobStatus } from "@gaia/core";
import { isEnded, statusOf } from "@gaia/core";
import type { RunFailure } from "../../store/port.ts";
import type { Situation } from "../situation.ts";
import { jobView } from "./job-view.ts";
import { runView } from "./run-view.ts";
import type { RunSnapshot } from "./snapshot.ts";

/** So many jobs come with their run; further ones are paged. */
export const DETAIL_JOBS = 1_000;

/** A run that is looked at by itself. */
export function wholeRunView(run: RunSnapshot, now: number): RunView {
  return runView(run, now, run.keyOf, failureOf(run));
}

function failureOf({ header, stateOf, keyOf }: RunSnapshot): RunFailure | null {
  const [first] = header.reason.kind === "jobs_failed" ? header.reason.jobs : [];
  if (first === undefined) return null;
  const [key, state] = [keyOf(first), stateOf(first)];
  return key !== null && isEnded(state) ? { key, reason: state.reason } : null;
}

/** A run with its first jobs. */
export function runDetailView(run: RunSnapshot, situation: Situation): RunDetail {
  const shown = Math.min(run.jobs.length, DETAIL_JOBS);
  return {
    ...wholeRunView(run, situation.now),
    jobs: Array.from({ length: shown }, (_, number) => jobView(run, number, situation)),
    jobs_total: run.jobs.length,
  };
}

/** A page of jobs in the order of their numbers. `next`: number of the first one that is looked at for the next page. */
export function jobsPage(
  run: RunSnapshot,
  situation: Situation,
  page: { readonly from: number; readonly limit: number; readonly statuses: readonly JobStatus[] | null },
): { readonly items: readonly JobView[]; readonly next: number | null } {
  const items: JobView[] = [];
  for (let number = page.from; number < run.jobs.length; number++) {
    if (page.statuses !== null && !page.statuses.includes(statusOf(run.stateOf(number)))) continue;
    if (items.length === page.limit) return { items, next: number };
    items.push(jobView(run, number, situation));
  }
  return { items, next: null };
}
