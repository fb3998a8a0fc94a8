import { itemAt } from "./item-at.ts";
import { nearest } from "../text/index.ts";

/** A node as a definition names it, before it has a number. */
export interface Node {
  readonly key: string;
  readonly dependencies: readonly string[];
}

export type GraphProblem =
  | { readonly kind: "duplicate"; readonly key: string; readonly index: number; readonly first: number }
  | {
      readonly kind: "unknown_dependency";
      readonly index: number;
      readonly position: number;
      readonly dependency: string;
      readonly nearest: string | null;
    }
  | { readonly kind: "self_dependency"; readonly index: number; readonly position: number }
  /** `path` starts and ends with the same key. */
  | { readonly kind: "cycle"; readonly path: readonly string[]; readonly index: number };

/**
 * At most so many cycles are reported: in 10,000 tasks that all wait for the last one there are 10,000, each with a path
 * of up to 10,000 keys.
 */
const REPORTED_CYCLES = 10;
/** For so many unknown names the nearest known one is looked for, each time among all keys. */
const SUGGESTIONS = 20;

/**
 * Finds what keeps nodes from being a graph: duplicate keys, dependencies on nothing, cycles (the first
 * ten, each as its path). `known` are keys outside of `nodes` that may be depended on.
 */
export function graphProblems(
  nodes: readonly Node[],
  known: ReadonlySet<string> = new Set(),
): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  const indexOf = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    const first = indexOf.get(node.key);
    if (first === undefined) indexOf.set(node.key, index);
    else problems.push({ kind: "duplicate", key: node.key, index, first });
  }
  const edges = nodes.map((node, index) => edgesOf(node, index, indexOf, known, problems));
  problems.push(...cyclesOf(nodes, edges));
  return problems;
}

/** The key that a dependency names: `plan/*` (the job and all that it grows) names `plan`. */
export function dependencyKey(dependency: string): string {
  return dependency.endsWith("/*") ? dependency.slice(0, -2) : dependency;
}

function edgesOf(
  node: Node,
  index: number,
  indexOf: ReadonlyMap<string, number>,
  known: ReadonlySet<string>,
  problems: GraphProblem[],
): readonly number[] {
  const edges: number[] = [];
  for (const [position, dependency] of node.dependencies.entries()) {
    const key = dependencyKey(dependency);
    const target = indexOf.get(key);
    if (key === node.key) problems.push({ kind: "self_dependency", index, position });
    else if (target !== undefined) edges.push(target);
    else if (!known.has(key)) {
      const suggestion = problems.length < SUGGESTIONS ? nearestKey(key, node.key, indexOf, known) : null;
      problems.push({ kind: "unknown_dependency", index, position, dependency, nearest: suggestion });
    }
  }
  return edges;
}

function nearestKey(
  key: string,
  self: string,
  indexOf: ReadonlyMap<string, number>,
  known: ReadonlySet<string>,
): string | null {
  const candidates = [...indexOf.keys(), ...known].filter((candidate) => candidate !== self);
  return nearest(key, candidates);
}

/** Depth-first search without recursion (a chain of 100,000 nodes must not exhaust the stack). */
function cyclesOf(nodes: readonly Node[], edges: readonly (readonly number[])[]): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  const state = nodes.map((): "new" | "on_path" | "done" => "new");
  for (const root of nodes.keys()) {
    if (state[root] !== "new") continue;
    const path: number[] = [root];
    const pending = [itemAt(edges, root).values()];
    state[root] = "on_path";
    for (let edge = pending.at(-1); edge !== undefined; edge = pending.at(-1)) {
      const { done, value: next } = edge.next();
      if (done === true) {
        state[itemAt(path, path.length - 1)] = "done";
        path.pop();
        pending.pop();
      } else if (state[next] === "on_path") {
        problems.push(cycleProblem(nodes, [...path.slice(path.indexOf(next)), next]));
        if (problems.length === REPORTED_CYCLES) return problems;
      } else if (state[next] === "new") {
        state[next] = "on_path";
        path.push(next);
        pending.push(itemAt(edges, next).values());
      }
    }
  }
  return problems;
}

/** An edge points from a job to what it waits for; people read the order of execution, so the path is turned round. */
function cycleProblem(nodes: readonly Node[], waits: readonly number[]): GraphProblem {
  const path = waits.toReversed().map((index) => itemAt(nodes, index).key);
  return { kind: "cycle", path, index: itemAt(waits, 0) };
}
