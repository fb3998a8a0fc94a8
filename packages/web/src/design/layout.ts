import { Graph, type GraphLabel, layout } from "@dagrejs/dagre";
import { dependencyKeys, type GraphNode, membersText } from "./layers.ts";

export interface PlacedNode {
  readonly node: GraphNode;
  /** Middle. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Of an SVG path. */
  readonly path: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  /** Layers, from above. */
  readonly bands: readonly { readonly y: number; readonly height: number }[];
}

const NODE_HEIGHT = 30;
const GROUP_HEIGHT = 36;
const GAP_BETWEEN = 14;
const GAP_LAYERS = 28;
const MARGIN = 12;
/** How far an edge that passes a layer runs straight, above and below the layer's middle. */
const LANE = 16;
/** Width of a character of 11.5 px Inter, a little generous. */
const CHARACTER = 6.7;
const AROUND_NAME = 40;
const NAME_MAX = 30;

/** What a node says: a long name is cut, its title has it whole. */
export function shownName(name: string): string {
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Places a definition's graph from top to bottom in bands, one a layer; what runs at the end comes below the rest. */
export function layoutOf(nodes: readonly GraphNode[]): Layout {
  const parts = [nodes.filter(({ final }) => !final), nodes.filter(({ final }) => final)]
    .filter((part) => part.length > 0)
    .map(layoutOfPart);
  const width = Math.max(0, ...parts.map((part) => part.width));
  let height = 0;
  const placed: PlacedNode[] = [];
  const edges: PlacedEdge[] = [];
  const bands: { y: number; height: number }[] = [];
  for (const part of parts) {
    const dx = (width - part.width) / 2;
    const dy = height;
    placed.push(...part.nodes.map((each) => ({ ...each, x: each.x + dx, y: each.y + dy })));
    edges.push(
      ...part.edges.map(({ from, to, points }) => ({
        from,
        to,
        path: pathOf(points.map(({ x, y }) => ({ x: x + dx, y: y + dy }))),
      })),
    );
    bands.push(...part.bands.map((band) => ({ y: band.y + dy, height: band.height })));
    height += part.height;
  }
  return { width, height, nodes: placed, edges, bands };
}

interface Part {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly Point[];
  }[];
  readonly bands: readonly { readonly y: number; readonly height: number }[];
}

function layoutOfPart(nodes: readonly GraphNode[]): Part {
  const graph = new Graph<
    GraphLabel,
    { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number },
    { readonly points?: readonly Point[] }
  >();
  graph.setGraph({ rankdir: "TB", nodesep: GAP_BETWEEN, ranksep: GAP_LAYERS, marginx: MARGIN, marginy: 0 });
  for (const node of nodes) graph.setNode(node.key, sizeOf(node));
  for (const node of nodes)
    for (const from of dependencyKeys(node))
      if (graph.hasNode(from) && from !== node.key) graph.setEdge(from, node.key, {});
  layout(graph);
  const placed = nodes.map((node): PlacedNode => {
    const { x = 0, y = 0, width, height } = graph.node(node.key);
    return { node, x, y: y + GAP_LAYERS / 2, width, height };
  });
  const byKey = new Map(placed.map((each) => [each.node.key, each]));
  const edges = graph.edges().flatMap(({ v, w }) => {
    const [from, to] = [byKey.get(v), byKey.get(w)];
    if (from === undefined || to === undefined) return [];
    return [{ from: v, to: w, points: pointsOf(from, to, graph.edge(v, w).points ?? []) }];
  });
  const bands = bandsOf(placed);
  const last = bands.at(-1) ?? { y: 0, height: 0 };
  return { width: graph.graph().width ?? 0, height: last.y + last.height, nodes: placed, edges, bands };
}

/** From the foot of a task to the head of another; where it passes layers between, a lane of its own. */
function pointsOf(from: PlacedNode, to: PlacedNode, points: readonly Point[]): readonly Point[] {
  // Dagre bends at half layers, too: what is left are the layers that are passed.
  const lanes = points.slice(1, -1).filter((_, at) => at % 2 === 1);
  return [
    { x: from.x, y: from.y + from.height / 2 },
    ...lanes.flatMap(({ x, y }) => [
      { x, y: y + GAP_LAYERS / 2 - LANE },
      { x, y: y + GAP_LAYERS / 2 + LANE },
    ]),
    { x: to.x, y: to.y - to.height / 2 },
  ];
}

/** Curves that leave and arrive straight down. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let at = first;
  let path = `M${round(at.x)} ${round(at.y)}`;
  for (const next of rest) {
    const middle = round((at.y + next.y) / 2);
    path += `C${round(at.x)} ${middle} ${round(next.x)} ${middle} ${round(next.x)} ${round(next.y)}`;
    at = next;
  }
  return path;
}

/** One band a layer, without gaps. */
function bandsOf(nodes: readonly PlacedNode[]): readonly { readonly y: number; readonly height: number }[] {
  const heights = new Map<number, number>();
  for (const { y, height } of nodes) heights.set(y, Math.max(heights.get(y) ?? 0, height));
  let from = 0;
  return [...heights]
    .toSorted(([a], [b]) => a - b)
    .map(([y, height]) => {
      const band = { y: from, height: y + height / 2 + GAP_LAYERS / 2 - from };
      from += band.height;
      return band;
    });
}

function sizeOf(node: GraphNode): { readonly width: number; readonly height: number } {
  const members = membersText(node);
  const characters = shownName(node.name).length + (members === null ? 0 : members.length + 1);
  return {
    width: Math.round(characters * CHARACTER + AROUND_NAME),
    height: node.kind === "group" ? GROUP_HEIGHT : NODE_HEIGHT,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
