import { appendJobs, type Graph, type GrowingGraph, graphOf, itemAt, type Job } from "../graph/index.ts";
import { breaks } from "./ended.ts";
import type { Changes } from "./output.ts";
import type { JobState, JobStatus, RunHeader, RunSettings, RunState } from "./state.ts";
import { isEnded, statusOf } from "./status.ts";

/** A run that `apply` may change. Everyone else sees it as `RunState`. */
export interface LiveRun extends RunState {
  readonly graph: GrowingGraph;
  header: RunHeader;
  readonly jobs: Map<number, JobState>;
  readonly unfinished: number[];
  readonly broken: number[];
}

/** A run that waits for its `start`. */
export function createRun(
  id: string,
  settings: RunSettings,
  jobs: readonly Job[],
  createdAt: number,
): LiveRun {
  const open = jobs.filter((job) => !job.final).length;
  const header: RunHeader = {
    status: "pending",
    reason: { kind: "none" },
    createdAt,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    phase: "main",
    stop: null,
    nextToken: 1,
    counts: { ...NO_COUNTS, pending: jobs.length },
    open,
    failed: [],
    failedCount: 0,
    survivors: [],
    outputs: {},
  };
  return restoreRun(id, settings, jobs, header, new Map());
}

/** A run as it was stored: what is derived is counted again. Cost: jobs and edges, once. */
export function restoreRun(
  id: string,
  settings: RunSettings,
  jobs: readonly Job[],
  header: RunHeader,
  states: ReadonlyMap<number, JobState>,
): LiveRun {
  const graph = graphOf(jobs);
  const unfinished = Array.from<number>({ length: jobs.length }).fill(0);
  const broken = Array.from<number>({ length: jobs.length }).fill(0);
  for (const [number, job] of jobs.entries()) {
    const state = states.get(number);
    for (const dependant of itemAt(graph.dependants, number)) {
      if (!isEnded(state)) unfinished[dependant] = itemAt(unfinished, dependant) + 1;
      else if (breaks(job, state, itemAt(jobs, dependant))) broken[dependant] = itemAt(broken, dependant) + 1;
    }
  }
  return { id, settings, graph, header, jobs: new Map(states), unfinished, broken };
}

/** Makes changes real. The only code that writes into a run. */
export function apply(run: LiveRun, changes: Changes): void {
  appendJobs(run.graph, changes.grown);
  run.header = changes.header;
  for (const [number, state] of changes.jobs) run.jobs.set(number, state);
  // The counters of grown jobs come in the order of their numbers, so these lists grow without gaps.
  for (const [number, count] of changes.unfinished) run.unfinished[number] = count;
  for (const [number, count] of changes.broken) run.broken[number] = count;
}

const NO_COUNTS: Readonly<Record<JobStatus, number>> = {
  pending: 0,
  queued: 0,
  running: 0,
  waiting: 0,
  stopping: 0,
  completed: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
};

/** Counts jobs by status from scratch; the header's counters must always equal it. */
export function countJobs(
  graph: Omit<Graph, "children">,
  states: ReadonlyMap<number, JobState>,
): Readonly<Record<JobStatus, number>> {
  const counts = { ...NO_COUNTS };
  for (let number = 0; number < graph.jobs.length; number++) counts[statusOf(states.get(number))] += 1;
  return counts;
}
