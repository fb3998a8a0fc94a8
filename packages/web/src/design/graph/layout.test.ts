import { expect, test } from "vitest";
import { ladderOf } from "./ladder.ts";
import { layersOf, linksOf } from "./layers.ts";
import { type GraphEdge, type GraphNode, layoutOf, type PlacedNode } from "./layout.ts";
import { crossings, ordered } from "./order.ts";
import { rising } from "./place.ts";

const node = (key: string, more: Partial<GraphNode> = {}): GraphNode => ({
  key,
  width: 100,
  height: 40,
  ...more,
});
const edges = (...texts: readonly string[]): readonly GraphEdge[] =>
  texts.map((text) => {
    const [from = "", to = ""] = text.split(">");
    return { from, to };
  });
const nodes = (keys: string): readonly GraphNode[] => keys.split(" ").map((key) => node(key));

test("a job lies below all that it needs, and what runs last below everything", () => {
  const all = [...nodes("a b c d"), node("clean", { isLast: true })];
  const links = linksOf(all, edges("a>b", "b>c", "a>c", "a>d"));
  expect(layersOf(all, links)).toEqual([0, 1, 2, 1, 3]);
});

test("an edge over several layers gets a lane, and nodes keep clear of it", () => {
  const all = nodes("a b c d");
  const layout = layoutOf(all, edges("a>b", "b>c", "c>d", "a>d"));
  const long = layout.edges.find(({ from, to }) => from === "a" && to === "d");
  expect(long?.path.match(/V/g)).toHaveLength(2);
  const lane = Number(/C[^V]* ([\d.-]+) [\d.-]+V/.exec(long?.path ?? "")?.[1]);
  const passed = layout.nodes.get("b");
  const isClear = passed !== undefined && (lane < passed.x || lane > passed.x + passed.width);
  expect(isClear).toBe(true);
});

test("crossed edges are untangled", () => {
  const all = nodes("a b c x y z");
  const links = linksOf(all, edges("a>z", "b>y", "c>x"));
  const ladder = ladderOf(all, links, layersOf(all, links));
  expect(crossings(ladder.layers, ladder)).toBe(3);
  const best = ordered(ladder, all, { nodes: new Map(), edges: [], bands: [], width: 0, height: 0 });
  expect(crossings(best.layers, best)).toBe(0);
});

test("a parent stands over the middle of its children", () => {
  const layout = layoutOf(nodes("top l m r"), edges("top>l", "top>m", "top>r"));
  const middle = (key: string): number => (layout.nodes.get(key)?.x ?? 0) + 50;
  expect(middle("top")).toBeCloseTo(middle("m"), 5);
  expect(middle("l")).toBeLessThan(middle("m"));
});

test("a wide layer is laid in stacks, and no two nodes overlap", () => {
  const all = [node("start"), ...Array.from({ length: 200 }, (_, at) => node(`job-${at}`))];
  const layout = layoutOf(
    all,
    all.slice(1).map(({ key }) => ({ from: "start", to: key })),
  );
  expect(layout.width).toBeLessThan(5_000);
  expect(layout.bands).toHaveLength(2);
  expect(overlaps([...layout.nodes.values()])).toBe(0);
});

test("what grows does not turn round what was there", () => {
  const before = nodes("a b c d e");
  const ties = edges("a>c", "a>d", "b>e");
  const former = layoutOf(before, ties);
  const later = layoutOf([...before, ...nodes("f g")], [...ties, ...edges("a>f", "b>g")], former);
  const order = (keys: readonly string[], layout: typeof former): readonly string[] =>
    keys.toSorted((one, other) => (layout.nodes.get(one)?.x ?? 0) - (layout.nodes.get(other)?.x ?? 0));
  expect(order(["a", "b"], later)).toEqual(order(["a", "b"], former));
  expect(order(["c", "d", "e"], later)).toEqual(order(["c", "d", "e"], former));
});

test("rising pools what would pass", () => {
  const wish = (value: number, weight = 1) => ({ value, weight });
  expect(rising([wish(1), wish(5), wish(3), wish(9)])).toEqual([1, 4, 4, 9]);
  expect(rising([wish(4, 3), wish(0, 1)])).toEqual([3, 3]);
});

test("a thousand jobs in twenty layers take a fraction of a second", () => {
  const all = Array.from({ length: 1_000 }, (_, at) => node(`job-${at}`));
  const ties = all.flatMap(({ key }, at) =>
    at < 50
      ? []
      : [7, 13].map((step) => ({
          from: `job-${Math.floor(at / 50) * 50 - 50 + ((at * step) % 50)}`,
          to: key,
        })),
  );
  const began = performance.now();
  const layout = layoutOf(all, ties);
  expect(performance.now() - began).toBeLessThan(800);
  expect(layout.bands).toHaveLength(20);
  expect(overlaps([...layout.nodes.values()])).toBe(0);
});

test("a graph without nodes, and an edge to nowhere, do no harm", () => {
  expect(layoutOf([], []).height).toBe(0);
  expect(layoutOf(nodes("a"), edges("a>gone", "a>a")).edges).toEqual([]);
});

function overlaps(all: readonly PlacedNode[]): number {
  let count = 0;
  for (const [at, one] of all.entries())
    for (const other of all.slice(at + 1)) {
      const isApart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      if (!isApart) count += 1;
    }
  return count;
}
