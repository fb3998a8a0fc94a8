import { layersOf, linksOf } from "./layers.ts";
import { type Ladder, ladderOf, type Unit } from "./ladder.ts";
import { ordered } from "./order.ts";
import { placed } from "./place.ts";

/**
 * Where the nodes of a layered graph lie, top to bottom, and how its edges run. Own code, because a library for general
 * graphs (dagre 3.1) needs 0.7 to 25 s for 1,000 jobs in 20 layers and makes them 30,000 px wide; this takes 20 to 60 ms,
 * and is as wide as the widest layer. Orders by barycentres (Sugiyama, Tagawa, Toda 1981), places each layer at the least
 * squared distance to its neighbours (isotonic regression by pooling adjacent violators).
 */

export interface GraphNode {
  readonly key: string;
  readonly width: number;
  readonly height: number;
  /** Runs when all others have ended: below all of them. */
  readonly isLast?: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface PlacedNode {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly layer: number;
}

export interface PlacedEdge extends GraphEdge {
  /** An SVG path, from the bottom of the one to the top of the other. */
  readonly path: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Band {
  readonly y: number;
  readonly height: number;
  /** Keys of its nodes, left to right. */
  readonly keys: readonly string[];
}

export interface GraphLayout {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly edges: readonly PlacedEdge[];
  readonly bands: readonly Band[];
  readonly width: number;
  readonly height: number;
}

/** Room above and below the nodes of a band; the curves of the edges turn in it. */
const BAND_PAD = 15;
const STACK_GAP = 6;

export const EMPTY_LAYOUT: GraphLayout = { nodes: new Map(), edges: [], bands: [], width: 0, height: 0 };

/** @param former a layout of the graph before it grew: what was left of what stays so, as far as edges allow */
export function layoutOf(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  former: GraphLayout = EMPTY_LAYOUT,
): GraphLayout {
  if (nodes.length === 0) return EMPTY_LAYOUT;
  const links = linksOf(nodes, edges);
  const layers = layersOf(nodes, links);
  const ladder = ordered(ladderOf(nodes, links, layers), nodes, former);
  const xs = placed(ladder);
  return drawn(nodes, links.after, layers, ladder, xs);
}

function drawn(
  nodes: readonly GraphNode[],
  after: readonly (readonly number[])[],
  layers: readonly number[],
  ladder: Ladder,
  xs: readonly number[],
): GraphLayout {
  const heights = ladder.layers.map((layer) => Math.max(0, ...layer.map((unit) => stackHeight(unit, nodes))));
  const tops: number[] = [];
  let y = 0;
  for (const height of heights) {
    tops.push(y + BAND_PAD);
    y += height + 2 * BAND_PAD;
  }
  const found = new Map<string, PlacedNode>();
  const bands = ladder.layers.map((layer, at) => {
    const keys: string[] = [];
    for (const unit of layer) {
      const middle = xs[unit.id] ?? 0;
      let nodeTop = (tops[at] ?? 0) + ((heights[at] ?? 0) - stackHeight(unit, nodes)) / 2;
      for (const index of unit.nodes) {
        const node = nodes[index];
        if (node === undefined) continue;
        const { key, width, height } = node;
        found.set(key, { key, x: middle - width / 2, y: nodeTop, width, height, layer: at });
        nodeTop += height + STACK_GAP;
        keys.push(key);
      }
    }
    return { y: (tops[at] ?? 0) - BAND_PAD, height: (heights[at] ?? 0) + 2 * BAND_PAD, keys };
  });
  const lines: PlacedEdge[] = [];
  for (const [source, targets] of after.entries())
    for (const target of targets) {
      const from = found.get(nodes[source]?.key ?? "");
      const to = found.get(nodes[target]?.key ?? "");
      if (from === undefined || to === undefined) continue;
      const lanes = lanesBetween(source, layers[source] ?? 0, layers[target] ?? 0, ladder, xs);
      lines.push(edgeOf(from, to, lanes, tops, heights));
    }
  let width = 0;
  for (const node of found.values()) width = Math.max(width, node.x + node.width);
  return { nodes: found, edges: lines, bands, width, height: y };
}

function stackHeight(unit: Unit, nodes: readonly GraphNode[]): number {
  return unit.nodes.reduce(
    (sum, index, at) => sum + (nodes[index]?.height ?? 0) + (at === 0 ? 0 : STACK_GAP),
    0,
  );
}

/** Middles of the lanes that an edge takes through the layers between, by layer. */
function lanesBetween(
  source: number,
  from: number,
  to: number,
  ladder: Ladder,
  xs: readonly number[],
): ReadonlyMap<number, number> {
  const lanes = new Map<number, number>();
  for (let layer = from + 1; layer < to; layer++) {
    const id = ladder.lanes.get(`${source} ${layer}`);
    if (id !== undefined) lanes.set(layer, xs[id] ?? 0);
  }
  return lanes;
}

function edgeOf(
  from: PlacedNode,
  to: PlacedNode,
  lanes: ReadonlyMap<number, number>,
  tops: readonly number[],
  heights: readonly number[],
): PlacedEdge {
  let x = from.x + from.width / 2;
  let y = from.y + from.height;
  let left = x;
  let right = x;
  let path = `M${short(x)} ${short(y)}`;
  const curve = (toX: number, toY: number, turn: number): void => {
    path += `C${short(x)} ${short(turn)} ${short(toX)} ${short(turn)} ${short(toX)} ${short(toY)}`;
    x = toX;
    y = toY;
    left = Math.min(left, x);
    right = Math.max(right, x);
  };
  // Turns happen between the bands: within one there may be taller nodes beside.
  const foot = (tops[from.layer] ?? 0) + (heights[from.layer] ?? 0);
  if (foot > y + 1) {
    path += `V${short(foot)}`;
    y = foot;
  }
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const lane = lanes.get(layer);
    const top = tops[layer] ?? 0;
    if (lane === undefined) continue;
    curve(lane, top, (y + top) / 2);
    y = top + (heights[layer] ?? 0);
    path += `V${short(y)}`;
  }
  const head = tops[to.layer] ?? to.y;
  curve(to.x + to.width / 2, head, (y + head) / 2);
  if (to.y > head + 1) path += `V${short(to.y)}`;
  return { from: from.key, to: to.key, path, left, right, top: from.y, bottom: to.y };
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
