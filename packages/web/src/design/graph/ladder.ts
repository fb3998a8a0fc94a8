import type { Links } from "./layers.ts";
import type { GraphNode } from "./layout.ts";

/** Something with a place in a layer: a node, a stack of nodes in a wide layer, or the lane of an edge that passes. */
export interface Unit {
  readonly id: number;
  /** Indexes of the nodes, top to bottom; none: a lane. */
  readonly nodes: readonly number[];
  readonly width: number;
}

/** The layers with their units, and what is tied to what in the layer above and below. */
export interface Ladder {
  readonly layers: readonly (readonly Unit[])[];
  readonly up: readonly (readonly number[])[];
  readonly down: readonly (readonly number[])[];
  /** Unit of the lane of a node's edges in a layer, by `index layer`. */
  readonly lanes: ReadonlyMap<string, number>;
}

/** A layer with more nodes than this is laid in stacks, so that a run is not a single endless row. */
const WIDE = 24;
/** More lanes than this are not told apart by anyone: the rest of the long edges runs behind the nodes. */
const LANES_MAX = 3_000;
const LANE_WIDTH = 4;

/** Long edges of the same node share a lane until they part. */
export function ladderOf(nodes: readonly GraphNode[], links: Links, layers: readonly number[]): Ladder {
  const count = layers.reduce((most, layer) => Math.max(most, layer), 0) + 1;
  const units: Unit[][] = Array.from({ length: count }, () => []);
  const unitOf = new Map<number, number>();
  let id = 0;
  const add = (layer: number, members: readonly number[], width: number): number => {
    units[layer]?.push({ id, nodes: members, width });
    for (const member of members) unitOf.set(member, id);
    id += 1;
    return id - 1;
  };
  for (const [layer, members] of byLayer(layers, count).entries())
    for (const stack of stacksOf(members, nodes, links))
      add(layer, stack, Math.max(...stack.map((index) => nodes[index]?.width ?? 0)));
  const lanes = new Map<string, number>();
  const ties: [number, number][] = [];
  for (const [source, targets] of links.after.entries()) {
    const from = layers[source] ?? 0;
    for (const target of targets) {
      let at = unitOf.get(source) ?? 0;
      const to = layers[target] ?? 0;
      for (let layer = from + 1; layer < to; layer++) {
        const key = `${source} ${layer}`;
        const known = lanes.get(key);
        if (known === undefined && lanes.size >= LANES_MAX) break;
        const lane = known ?? add(layer, [], LANE_WIDTH);
        if (known === undefined) {
          lanes.set(key, lane);
          ties.push([at, lane]);
        }
        at = lane;
      }
      ties.push([at, unitOf.get(target) ?? 0]);
    }
  }
  return { layers: units, ...tied(ties, id), lanes };
}

function byLayer(layers: readonly number[], count: number): readonly number[][] {
  const found: number[][] = Array.from({ length: count }, () => []);
  for (const [index, layer] of layers.entries()) found[layer]?.push(index);
  return found;
}

/** Nodes that hang on the same one are stacked together. */
function stacksOf(
  members: readonly number[],
  nodes: readonly GraphNode[],
  links: Links,
): readonly (readonly number[])[] {
  if (members.length <= WIDE) return members.map((index) => [index]);
  const height = Math.ceil(Math.sqrt(members.length / 6));
  const near = members.toSorted(
    (one, other) =>
      (links.before[one]?.[0] ?? -1) - (links.before[other]?.[0] ?? -1) ||
      (links.before[one]?.length ?? 0) - (links.before[other]?.length ?? 0) ||
      one - other,
  );
  const stacks: number[][] = [];
  let stack: number[] = [];
  for (const index of near) {
    // A tall node, such as an open group, stands alone.
    const isTall = (nodes[index]?.height ?? 0) > 90;
    if (isTall) stacks.push([index]);
    else stack.push(index);
    if (stack.length < height) continue;
    stacks.push(stack);
    stack = [];
  }
  if (stack.length > 0) stacks.push(stack);
  return stacks;
}

function tied(ties: readonly (readonly [number, number])[], count: number): Pick<Ladder, "up" | "down"> {
  const up: number[][] = Array.from({ length: count }, () => []);
  const down: number[][] = Array.from({ length: count }, () => []);
  for (const [above, below] of ties) {
    down[above]?.push(below);
    up[below]?.push(above);
  }
  return { up, down };
}
