import { type ExecutionCopy, runFolder } from "@gaia/contracts";
import type { HeldRun } from "../../engine/port.ts";
import type { RunSummary } from "../../store/port.ts";
import { DETAIL_JOBS, runDetailView } from "./run-detail.ts";
import { runView } from "./run-view.ts";
import { snapshotOf } from "./snapshot.ts";

/** Whether a run is small enough for its jobs to be in its readable copy. */
export function hasReadableJobs(run: RunSummary): boolean {
  return run.jobCount <= DETAIL_JOBS;
}

/** An ended run as its readable copy has it. `held` is the same run with its jobs; null leaves them out. */
export function executionCopyOf(run: RunSummary, held: HeldRun | null): ExecutionCopy {
  const now = run.header.endedAt ?? run.header.createdAt;
  const { cursor: _, ...view } =
    held === null
      ? { ...runView(run, now), jobs: [], jobs_total: run.jobCount }
      : runDetailView(snapshotOf(held), { now, workers: [], localProblem: "" });
  return { format: 1, ...view, folder: runFolder(run.id, run.header.createdAt) };
}
