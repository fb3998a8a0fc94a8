import { nearest } from "../text/index.ts";

/** A node as a definition names it, before it has a number. */
export interface Node {
  readonly key: string;
  readonly dependencies: readonly string[];
}

export type GraphProblem =
  | { readonly kind: "duplicate"; readonly key: string; readonly index: number; readonly first: number }
  | { readonly kind: "unknown_dependency"; readonly index: number; readonly position: number; readonly dependency: string; readonly nearest: string | null }
  | { readonly kind: "self_dependency"; readonly index: number; readonly position: number }
  /** `path` starts and ends with the same key. */
  | { readonly kind: "cycle"; readonly path: readonly string[]; readonly index: number };

/**
 * Finds what keeps nodes from being a graph: duplicate keys, dependencies on nothing, cycles (each reported
 * as its path). `known` are keys outside of `nodes` that may be depended on.
 */
export function graphProblems(nodes: readonly Node[], known: ReadonlySet<string> = new Set()): readonly GraphProblem[] {
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
      const candidates = [...indexOf.keys(), ...known].filter((candidate) => candidate !== node.key);
      problems.push({ kind: "unknown_dependency", index, position, dependency, nearest: nearest(key, candidates) });
    }
  }
  return edges;
}

/** Depth-first search without recursion (a chain of 100,000 nodes must not exhaust the stack). */
function cyclesOf(nodes: readonly Node[], edges: readonly (readonly number[])[]): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  const state = new Uint8Array(nodes.length); // 0 new, 1 on the path, 2 done
  for (let root = 0; root < nodes.length; root++) {
    if (state[root] !== 0) continue;
    const path: number[] = [root];
    const cursors: number[] = [0];
    state[root] = 1;
    while (path.length > 0) {
      const node = path[path.length - 1] ?? 0;
      const cursor = cursors[cursors.length - 1] ?? 0;
      const next = edges[node]?.[cursor];
      if (next === undefined) {
        state[node] = 2;
        path.pop();
        cursors.pop();
        continue;
      }
      cursors[cursors.length - 1] = cursor + 1;
      if (state[next] === 1) problems.push(cycleProblem(nodes, [...path.slice(path.indexOf(next)), next]));
      if (state[next] !== 0) continue;
      state[next] = 1;
      path.push(next);
      cursors.push(0);
    }
  }
  return problems;
}

/** An edge points from a job to what it waits for; people read the order of execution, so the path is turned round. */
function cycleProblem(nodes: readonly Node[], waits: readonly number[]): GraphProblem {
  const path = waits.toReversed().map((index) => nodes[index]?.key ?? "");
  return { kind: "cycle", path, index: waits[0] ?? 0 };
}
