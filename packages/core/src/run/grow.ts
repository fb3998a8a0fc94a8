import {
  ancestorsFrom,
  dependencyKey,
  graphProblems,
  itemAt,
  type Job,
  type JobFragment,
  waitsOf,
} from "../graph/index.ts";
import type { Draft } from "./draft.ts";
import type { Growth } from "./input.ts";
import { isEnded } from "./status.ts";

/**
 * Adds a fragment to the graph: all of it, or nothing and a sentence that says why. New jobs may depend on each other
 * and on what exists; what exists waits for new jobs only where it joined the growing job.
 */
export function growGraph(draft: Draft, parent: number, growth: Growth): string | null {
  const fragments = fullyNamed(draft, parent, growth);
  const first = draft.size;
  const numbers = new Map(fragments.map((fragment, index) => [fragment.key, first + index]));
  const jobs = fragments.map((fragment) => jobOf(draft, parent, fragment, numbers));
  const refusal = refusalOf(draft, fragments) ?? circleOf(draft, parent, jobs);
  if (refusal !== null || jobs.length === 0) return refusal;
  draft.grow(parent, jobs);
  draft.emit({ kind: "graph.grown", job: parent, first, jobs });
  for (let number = first; number < draft.size; number++) {
    if (draft.unfinishedOf(number) === 0) draft.makeReady(number);
  }
  return null;
}

/** Keys and dependencies as the run knows them. A name means a task that the same job has grown first, then one of the run. */
function fullyNamed(draft: Draft, parent: number, growth: Growth): readonly JobFragment[] {
  const prefix = growth.keys === "flat" ? "" : `${draft.job(parent).key}/`;
  const own = new Set(growth.jobs.map((job) => job.key));
  const isOwn = (key: string): boolean => own.has(key) || draft.hasKey(prefix + key);
  return growth.jobs.map((job) => ({
    ...job,
    key: prefix + job.key,
    dependencies: job.dependencies.map((name) => (isOwn(dependencyKey(name)) ? prefix + name : name)),
  }));
}

function refusalOf(draft: Draft, fragments: readonly JobFragment[]): string | null {
  if (draft.size + fragments.length > draft.settings.maxJobs) {
    return `the graph would grow by ${fragments.length} past the limit of ${draft.settings.maxJobs} jobs`;
  }
  const taken = fragments.find((fragment) => draft.hasKey(fragment.key));
  if (taken !== undefined) return `the graph has a task ${taken.key} already; give the new one another id`;
  const named = fragments.flatMap((fragment) => fragment.dependencies.map(dependencyKey));
  const [problem] = graphProblems(fragments, new Set(named.filter((key) => draft.hasKey(key))));
  if (problem === undefined) return null;
  const { key } = itemAt(fragments, problem.index);
  switch (problem.kind) {
    case "duplicate":
      return `the fragment names the task ${key} twice`;
    case "unknown_dependency":
      return `${key} depends on ${problem.dependency}, which is neither in the fragment nor in the run`;
    case "self_dependency":
      return `${key} depends on itself`;
    case "cycle":
      return `the fragment has a cycle: ${problem.path.join(" → ")}`;
  }
}

/**
 * What would keep new jobs waiting for ever: themselves through a join, a job that waits for them, a job of `finally`.
 * Cost: what is behind the joiners, and only when a new job waits for something that has not ended.
 */
function circleOf(draft: Draft, parent: number, jobs: readonly Job[]): string | null {
  const line = ancestorsFrom(draft, parent);
  const joiners = line.flatMap((above) => draft.joinersOf(above));
  let behind: ReadonlySet<number> | null = null;
  for (const job of jobs) {
    const joined = job.joins.find((grower) => line.includes(grower));
    if (joined !== undefined)
      return `${job.key} cannot wait for all that ${draft.job(joined).key} grows: it is a part of that`;
    for (const before of waitsOf(draft, job)) {
      if (before >= draft.size || before === parent || isEnded(draft.stateOf(before))) continue;
      const { key, final } = draft.job(before);
      if (final && !job.final)
        return `${job.key} depends on ${key}, which runs when all other tasks have ended`;
      behind ??= allBehind(draft, joiners);
      if (behind.has(before))
        return `${job.key} depends on ${key}, which waits for what ${draft.job(parent).key} grows`;
    }
  }
  return null;
}

/** The jobs, and everything that waits for them. */
function allBehind(draft: Draft, jobs: readonly number[]): ReadonlySet<number> {
  const found = new Set(jobs);
  // A set that is gone through while it grows: each job comes once.
  for (const number of found) for (const dependant of draft.dependantsOf(number)) found.add(dependant);
  return found;
}

/** Names become numbers; those that mean nothing are left out, and refused by `refusalOf`. */
function jobOf(
  draft: Draft,
  parent: number,
  fragment: JobFragment,
  numbers: ReadonlyMap<string, number>,
): Job {
  const numbersOf = (names: readonly string[]): readonly number[] => {
    const found = names.map(dependencyKey).map((key) => numbers.get(key) ?? draft.numberOf(key));
    return [...new Set(found.filter((number) => number !== undefined))];
  };
  return {
    key: fragment.key,
    name: fragment.name,
    work: fragment.work,
    dependencies: numbersOf(fragment.dependencies),
    joins: numbersOf(fragment.dependencies.filter((name) => name !== dependencyKey(name))),
    condition: fragment.condition,
    policy: fragment.policy,
    final: draft.job(parent).final,
    grownBy: parent,
    memberOf: null,
    item: null,
  };
}
