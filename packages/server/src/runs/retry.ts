import { GaiaError, pipelineOfBuild, RUN_TREE } from "@gaia/contracts";
import { isEnded, type Job, type JobState, nearest, type Outputs, type Reused } from "@gaia/core";
import type { HeldRun } from "../engine/port.ts";
import { CHECKOUT_TASK } from "../pipelines/index.ts";
import type { RetryOrder } from "./port.ts";

/** What a retry starts from: the graph to run, and the results that it takes over. */
export interface Retry {
  readonly jobs: readonly Job[];
  readonly reused: Readonly<Record<string, Reused>>;
}

/**
 * Works out what a new run keeps of an ended one: everything that completed (`failed`), all but a task and what is behind
 * it (`from`), or nothing. `ignore`d tasks count as done whatever became of them.
 */
export function retryOf(old: HeldRun, order: RetryOrder): Retry {
  const again = order.from === undefined ? null : behind(old, numberOf(old, order.from));
  const keepsAnything = order.failed === true || again !== null || (order.ignore ?? []).length > 0;
  const reused: Record<string, Reused> = {};
  if (keepsAnything) {
    for (const [number, state] of old.run.jobs) {
      const job = old.run.graph.jobs[number];
      const outputs = job === undefined ? null : keptOutputs(old, job, state);
      // Each run has a tree of its own, which has to be put there again.
      const isTree = old.facts.workDir === RUN_TREE && job?.key === CHECKOUT_TASK;
      if (job !== undefined && outputs !== null && !isTree && again?.has(number) !== true)
        reused[job.key] = { run: old.id, outputs };
    }
  }
  for (const key of order.ignore ?? [])
    reused[key] = { run: null, outputs: outputsOf(old.run.jobs.get(numberOf(old, key))) };
  return { jobs: graphFor(old, reused), reused };
}

/** Whether a run that does an ended one again is of the commit that the forge was told of. */
export function isOfCommit(
  commit: string,
  { facts: { pipeline, settings } }: Pick<HeldRun, "facts">,
  old: Pick<HeldRun, "facts">,
): boolean {
  const { inputs } = settings;
  // A build has either, or fetches what is newest by then.
  if (pipelineOfBuild(pipeline) !== null) return (inputs["commit"] || inputs["seen"]) === commit;
  // Others get it by inputs of any name, or by none.
  return Object.entries(old.facts.settings.inputs).every(
    ([name, value]) => value !== commit || inputs[name] === commit,
  );
}

/** Number of the job that a person named. */
export function numberOf(run: HeldRun, key: string): number {
  const number = run.run.graph.byKey.get(key);
  if (number !== undefined) return number;
  const near = nearest(key, [...run.run.graph.byKey.keys()].slice(0, 10_000));
  throw new GaiaError(
    "not_found",
    `The run has no task \`${key}\`.${near === null ? "" : ` Did you mean \`${near}\`?`}`,
  );
}

/** A group's result is its members': it is kept only as a whole, its members are kept one by one otherwise. */
function keptOutputs(old: HeldRun, job: Job, state: JobState): Outputs | null {
  if (state.kind !== "completed") return null;
  if (job.work.kind !== "group" || state.members === null) return state.outputs;
  return groupOutputs(old, state.members.first, state.members.total);
}

function groupOutputs(old: HeldRun, first: number, total: number): Outputs {
  const members = Array.from({ length: total }, (_, index) => outputsOf(old.run.jobs.get(first + index)));
  const names = new Set(members.flatMap((outputs) => Object.keys(outputs)));
  return Object.fromEntries(
    [...names].map((name) => [name, members.map((outputs) => outputs[name] ?? null)]),
  );
}

function outputsOf(state: JobState | undefined): Outputs {
  return isEnded(state) && "outputs" in state ? state.outputs : {};
}

function behind(run: HeldRun, number: number): ReadonlySet<number> {
  const found = new Set([number]);
  const stack = [number];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const dependant of [...(run.run.graph.dependants[next] ?? []), ...membersOf(run, next)]) {
      if (found.has(dependant)) continue;
      found.add(dependant);
      stack.push(dependant);
    }
  }
  return found;
}

function membersOf(run: HeldRun, group: number): readonly number[] {
  const state = run.run.jobs.get(group);
  const members = state !== undefined && "members" in state ? state.members : null;
  return members === null ? [] : Array.from({ length: members.total }, (_, index) => members.first + index);
}

/** The definition's jobs, and what kept jobs had grown: they will not grow it again. Members come back with their groups. */
function graphFor(old: HeldRun, reused: Readonly<Record<string, Reused>>): readonly Job[] {
  const numbers = new Map<number, number>();
  const kept: Job[] = [];
  for (const [number, job] of old.run.graph.jobs.entries()) {
    if (job.memberOf !== null) continue;
    const grower = job.grownBy === null ? undefined : old.run.graph.jobs[job.grownBy];
    if (job.grownBy !== null && (grower === undefined || !(grower.key in reused) || grower.memberOf !== null))
      continue;
    if (job.grownBy !== null && !numbers.has(job.grownBy)) continue;
    numbers.set(number, kept.length);
    kept.push(job);
  }
  const renumber = (number: number): readonly number[] => {
    const own = numbers.get(number);
    if (own !== undefined) return [own];
    const group = old.run.graph.jobs[number]?.memberOf ?? null;
    const groupNumber = group === null ? undefined : numbers.get(group);
    return groupNumber === undefined ? [] : [groupNumber];
  };
  return kept.map((job) => ({
    ...job,
    dependencies: [...new Set(job.dependencies.flatMap(renumber))],
    joins: job.joins.flatMap(renumber),
    grownBy: job.grownBy === null ? null : (numbers.get(job.grownBy) ?? null),
  }));
}
