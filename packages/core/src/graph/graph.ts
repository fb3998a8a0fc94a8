import { itemAt } from "./item-at.ts";
import type { Job } from "./job.ts";

/** Jobs with their edges both ways, as the run machine reads them. Grows at its end only. */
export interface Graph {
  readonly jobs: readonly Job[];
  /** Per job: who waits for it. */
  readonly dependants: readonly (readonly number[])[];
  readonly byKey: ReadonlyMap<string, number>;
  /** Per growing job: who waits for what it grows as well. */
  readonly joiners: ReadonlyMap<number, readonly number[]>;
  /** Per job: what it grew, or the members that it became. */
  readonly children: ReadonlyMap<number, readonly number[]>;
}

/** The same graph for the two places that write it: `graphOf` and `apply`. */
export interface GrowingGraph {
  readonly jobs: Job[];
  readonly dependants: number[][];
  readonly byKey: Map<string, number>;
  readonly joiners: Map<number, number[]>;
  readonly children: Map<number, number[]>;
}

/** Where jobs came from and what came of them: a graph, or a graph to which jobs are being added. */
export interface Lineage {
  job(number: number): Job;
  childrenOf(number: number): readonly number[];
  joinersOf(number: number): readonly number[];
}

/** Builds a graph of jobs that were validated before: numbers are in range and there is no cycle. */
export function graphOf(jobs: readonly Job[]): GrowingGraph {
  const graph: GrowingGraph = {
    jobs: [],
    dependants: [],
    byKey: new Map(),
    joiners: new Map(),
    children: new Map(),
  };
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
  const lineage = lineageOf(graph);
  for (const [index, job] of jobs.entries()) {
    const number = first + index;
    for (const before of waitsOf(lineage, job)) itemAt(graph.dependants, before).push(number);
    for (const grower of job.joins) pushTo(graph.joiners, grower, number);
    const parent = parentOf(job);
    if (parent !== null) pushTo(graph.children, parent, number);
    itemAt(graph.dependants, number).push(...joinersAbove(lineage, job));
  }
}

/** What a job that is added now waits for: its dependencies, and what the jobs that it joins have grown so far. */
export function waitsOf(lineage: Lineage, job: Job): readonly number[] {
  return [...job.dependencies, ...job.joins.flatMap((grower) => grownBelow(lineage, grower))];
}

/** Who waits for a grown job because it joined one of the jobs that it descends from. */
export function joinersAbove(lineage: Lineage, job: Job): readonly number[] {
  return job.grownBy === null
    ? []
    : ancestorsFrom(lineage, job.grownBy).flatMap((above) => lineage.joinersOf(above));
}

/** A job, who grew it (or the group whose member it is), who grew that, and so on. */
export function ancestorsFrom(lineage: Lineage, number: number): readonly number[] {
  const found: number[] = [];
  for (let above: number | null = number; above !== null; above = parentOf(lineage.job(above)))
    found.push(above);
  return found;
}

function grownBelow(lineage: Lineage, grower: number): readonly number[] {
  const found: number[] = [];
  const stack = [grower];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const child of lineage.childrenOf(next)) {
      // Members need no edge of their own: their group ends with them.
      if (lineage.job(child).grownBy !== null) found.push(child);
      stack.push(child);
    }
  }
  return found;
}

function parentOf(job: Job): number | null {
  return job.grownBy ?? job.memberOf;
}

function lineageOf(graph: Graph): Lineage {
  return {
    job: (number) => itemAt(graph.jobs, number),
    childrenOf: (number) => graph.children.get(number) ?? [],
    joinersOf: (number) => graph.joiners.get(number) ?? [],
  };
}

/** Appends to the list of a key. */
export function pushTo(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
