import type { Job } from "./job.ts";

/** Jobs with their edges both ways, as the run machine reads them. Grows at its end only. */
export interface Graph {
  readonly jobs: readonly Job[];
  /** Per job: who waits for it. */
  readonly dependants: readonly (readonly number[])[];
  readonly byKey: ReadonlyMap<string, number>;
  /** Per growing job: who waits for what it grows as well. */
  readonly joiners: ReadonlyMap<number, readonly number[]>;
}

/** The same graph for the two places that write it: `graphOf` and `apply`. */
export interface GrowingGraph {
  readonly jobs: Job[];
  readonly dependants: number[][];
  readonly byKey: Map<string, number>;
  readonly joiners: Map<number, number[]>;
}

/** Builds a graph of jobs that were validated before: numbers are in range and there is no cycle. */
export function graphOf(jobs: readonly Job[]): GrowingGraph {
  const graph: GrowingGraph = { jobs: [], dependants: [], byKey: new Map(), joiners: new Map() };
  appendJobs(graph, jobs);
  return graph;
}

/** Adds jobs at the end. Cost: their edges. */
export function appendJobs(graph: GrowingGraph, jobs: readonly Job[]): void {
  const first = graph.jobs.length;
  for (const job of jobs) {
    graph.byKey.set(job.key, graph.jobs.length);
    graph.jobs.push(job);
    graph.dependants.push([]);
  }
  for (const [index, job] of jobs.entries()) {
    const number = first + index;
    for (const dependency of job.dependencies) graph.dependants[dependency]?.push(number);
    for (const grower of job.joins) pushTo(graph.joiners, grower, number);
    for (const joiner of joinersAbove(graph.joiners, job, (grower) => graph.jobs[grower])) graph.dependants[number]?.push(joiner);
  }
}

/** Who waits for a grown job because it joined one of the jobs that it descends from. */
export function joinersAbove(
  joiners: ReadonlyMap<number, readonly number[]>,
  job: Job,
  jobAt: (number: number) => Job | undefined,
): readonly number[] {
  const found: number[] = [];
  let grower = job.grownBy;
  while (grower !== null) {
    found.push(...(joiners.get(grower) ?? []));
    grower = jobAt(grower)?.grownBy ?? null;
  }
  return found;
}

function pushTo(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
