import { dependencyKey, graphProblems, type Job, type JobFragment } from "../graph/index.ts";
import type { Draft } from "./draft.ts";
import type { Growth } from "./input.ts";

/**
 * Adds a fragment to the graph: all of it, or nothing and a sentence that says why. New jobs may depend on each other
 * and on what exists; what exists waits for new jobs only where it joined the growing job.
 */
export function growGraph(draft: Draft, parent: number, growth: Growth): string | null {
  const prefix = growth.keys === "flat" ? "" : `${draft.job(parent).key}/`;
  const fragments = growth.jobs.map((job) => ({ ...job, key: prefix + job.key }));
  const refusal = refusalOf(draft, growth, fragments, prefix);
  if (refusal !== null) return refusal;
  const first = draft.size;
  const numbers = new Map(fragments.map((fragment, index) => [fragment.key, first + index]));
  const jobs = fragments.map((fragment) => jobOf(draft, parent, fragment, numbers, prefix));
  if (jobs.length === 0) return null;
  draft.grow(jobs);
  draft.emit({ kind: "graph.grown", job: parent, first, jobs });
  for (let number = first; number < first + jobs.length; number++) {
    if (draft.unfinishedOf(number) === 0) draft.ready.push(number);
  }
  return null;
}

function refusalOf(draft: Draft, growth: Growth, fragments: readonly JobFragment[], prefix: string): string | null {
  if (draft.size + fragments.length > draft.settings.maxJobs) {
    return `the graph would grow by ${fragments.length} past the limit of ${draft.settings.maxJobs} jobs`;
  }
  const taken = fragments.find((fragment) => draft.hasKey(fragment.key));
  if (taken !== undefined) return `the graph has a task ${taken.key} already; give the new one another id`;
  const own = new Set(fragments.map((fragment) => fragment.key));
  const nodes = growth.jobs.map((job, index) => ({
    key: fragments[index]?.key ?? job.key,
    dependencies: job.dependencies.map((name) => ownName(name, prefix, own)),
  }));
  const named = nodes.flatMap((node) => node.dependencies.map(dependencyKey)).filter((key) => draft.hasKey(key));
  const problem = graphProblems(nodes, new Set(named))[0];
  if (problem === undefined) return null;
  switch (problem.kind) {
    case "duplicate":
      return `the fragment names the task ${problem.key} twice`;
    case "unknown_dependency":
      return `${nodes[problem.index]?.key ?? ""} depends on ${problem.dependency}, which is neither in the fragment nor in the run`;
    case "self_dependency":
      return `${nodes[problem.index]?.key ?? ""} depends on itself`;
    case "cycle":
      return `the fragment has a cycle: ${problem.path.join(" → ")}`;
  }
}

/** A name means the fragment's own task first, then one of the run. */
function ownName(name: string, prefix: string, own: ReadonlySet<string>): string {
  return own.has(prefix + dependencyKey(name)) ? prefix + name : name;
}

function jobOf(draft: Draft, parent: number, fragment: JobFragment, numbers: ReadonlyMap<string, number>, prefix: string): Job {
  const dependencies: number[] = [];
  const joins: number[] = [];
  const own = new Set(numbers.keys());
  for (const dependency of fragment.dependencies) {
    const name = ownName(dependency, prefix, own);
    const key = dependencyKey(name);
    const number = numbers.get(key) ?? draft.numberOf(key);
    if (number === undefined) throw new Error(`dependency ${dependency} was checked before`);
    dependencies.push(number);
    if (name !== key) joins.push(number);
  }
  return {
    key: fragment.key,
    name: fragment.name,
    work: fragment.work,
    dependencies: [...new Set(dependencies)],
    joins,
    condition: fragment.condition,
    policy: fragment.policy,
    final: draft.job(parent).final,
    grownBy: parent,
    memberOf: null,
    item: null,
  };
}
