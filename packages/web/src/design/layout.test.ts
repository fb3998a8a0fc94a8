import { describe, expect, it } from "vitest";
import type { GraphNode } from "./layers.ts";
import { layoutOf, shownName } from "./layout.ts";

function node(key: string, dependencies: readonly string[] = [], more: Partial<GraphNode> = {}): GraphNode {
  return {
    key,
    name: key,
    kind: "task",
    dependencies,
    members: null,
    condition: null,
    final: false,
    ...more,
  };
}

const diamond = [
  node("start"),
  node("left", ["start"]),
  node("right", ["start"], { kind: "group", members: 4 }),
  node("end", ["left", "right", "start"]),
  node("clean", [], { final: true }),
];

describe("the layout of a graph", () => {
  it("runs from top to bottom in bands without gaps, the final tasks last", () => {
    const { nodes, bands, height } = layoutOf(diamond);
    const y = new Map(nodes.map((placed) => [placed.node.key, placed.y]));
    expect(y.get("left")).toBe(y.get("right"));
    const order = ["start", "left", "end", "clean"].map((key) => y.get(key) ?? 0);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(bands.length).toBe(4);
    bands.forEach((band, at) =>
      expect(band.y).toBe(bands.slice(0, at).reduce((sum, each) => sum + each.height, 0)),
    );
    expect(bands.reduce((sum, band) => sum + band.height, 0)).toBe(height);
  });

  it("keeps tasks apart and inside of the picture", () => {
    const { nodes, width } = layoutOf(diamond);
    for (const a of nodes) {
      expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width / 2).toBeLessThanOrEqual(width);
      for (const b of nodes)
        if (a !== b && a.y === b.y) expect(Math.abs(a.x - b.x)).toBeGreaterThan((a.width + b.width) / 2);
    }
  });

  it("draws an edge that passes a layer through a lane of its own", () => {
    const { edges } = layoutOf(diamond);
    expect(edges.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual([
      "left end",
      "right end",
      "start end",
      "start left",
      "start right",
    ]);
    const curves = (from: string, to: string) =>
      edges.find((edge) => edge.from === from && edge.to === to)?.path.split("C").length;
    expect(curves("start", "left")).toBe(2);
    expect(curves("start", "end")).toBe(4);
  });

  it("stands what a draft may hold: nothing, itself, an unknown task", () => {
    expect(layoutOf([]).nodes).toEqual([]);
    expect(layoutOf([node("a", ["a", "b"])]).edges).toEqual([]);
  });

  it("cuts long names", () => {
    expect(shownName("x".repeat(40))).toBe(`${"x".repeat(29)}…`);
  });
});
