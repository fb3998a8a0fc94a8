import type { GraphEdge, GraphNode } from "./layout.ts";

/** The graph by indexes, for what walks it often. */
export interface Links {
  readonly after: readonly (readonly number[])[];
  readonly before: readonly (readonly number[])[];
}

export function linksOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Links {
  const at = new Map(nodes.map((node, index) => [node.key, index]));
  const after: number[][] = nodes.map(() => []);
  const before: number[][] = nodes.map(() => []);
  for (const { from, to } of edges) {
    const source = at.get(from);
    const target = at.get(to);
    if (source === undefined || target === undefined || source === target) continue;
    after[source]?.push(target);
    before[target]?.push(source);
  }
  return { after, before };
}

/**
 * The layer of each node: one more than the deepest of those that it needs. What runs last of all (`isLast`) lies below
 * all others. In a graph with a cycle, which no run has, the nodes of the cycle lie at the top.
 */
export function layersOf(nodes: readonly GraphNode[], links: Links): readonly number[] {
  const layers = nodes.map(() => 0);
  const open = links.before.map((list) => list.length);
  const ready = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    for (const target of links.after[next] ?? []) {
      layers[target] = Math.max(layers[target] ?? 0, (layers[next] ?? 0) + 1);
      const left = (open[target] ?? 0) - 1;
      open[target] = left;
      if (left === 0) ready.push(target);
    }
  }
  let deepest = -1;
  let firstOfLast = Number.POSITIVE_INFINITY;
  for (const [index, layer] of layers.entries()) {
    if (nodes[index]?.isLast === true) firstOfLast = Math.min(firstOfLast, layer);
    else deepest = Math.max(deepest, layer);
  }
  const shift = Number.isFinite(firstOfLast) ? Math.max(0, deepest + 1 - firstOfLast) : 0;
  return layers.map((layer, index) => (nodes[index]?.isLast === true ? layer + shift : layer));
}
