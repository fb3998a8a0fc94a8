import { describe, expect, it } from "vitest";
import { definitionLayout, shownName } from "./definition-layout.ts";
import { textWidth } from "./graph/text-width.ts";
import { node } from "./testing/definition-node.ts";

const diamond = [
  node("start"),
  node("left", ["start"]),
  node("right", ["start"], { kind: "group", members: 4 }),
  node("end", ["left", "right", "start"]),
  node("clean", [], { final: true }),
];

describe("the layout of a definition", () => {
  it("runs from top to bottom in bands without gaps, the final tasks last", () => {
    const { nodes, bands, height } = definitionLayout(diamond);
    const layers = ["start", "left", "right", "end", "clean"].map((key) => nodes.get(key)?.layer);
    expect(layers).toEqual([0, 1, 1, 2, 3]);
    expect(bands.map(({ keys }) => keys.length)).toEqual([1, 2, 1, 1]);
    expect(bands.reduce((sum, band) => sum + band.height, 0)).toBe(height);
  });

  it("draws an edge that passes a layer through a lane of its own", () => {
    const { edges } = definitionLayout(diamond);
    const curves = (from: string, to: string) =>
      edges.find((edge) => edge.from === from && edge.to === to)?.path.split("C").length;
    expect(edges).toHaveLength(5);
    expect(curves("start", "left")).toBe(2);
    expect(curves("start", "end")).toBe(3);
  });

  it("knows what a task adds, and stands what a draft may hold: nothing, itself, unknown tasks, a circle", () => {
    const [edge] = definitionLayout([node("plan"), node("join", ["plan/*"])]).edges;
    expect([edge?.from, edge?.to]).toEqual(["plan", "join"]);
    expect(definitionLayout([]).nodes.size).toBe(0);
    expect(definitionLayout([node("a", ["a", "b"])]).edges).toEqual([]);
    const circle = definitionLayout([node("a", ["c"]), node("b", ["a"]), node("c", ["b"]), node("d", ["c"])]);
    expect(circle.nodes.size).toBe(4);
    expect(circle.edges.every(({ path }) => !path.includes("NaN"))).toBe(true);
  });

  it("keeps room for the whole of a name, and cuts a long one", () => {
    const [placed] = [...definitionLayout([node("deploy-everywhere")]).nodes.values()];
    expect(placed?.width ?? 0).toBeGreaterThan(textWidth("deploy-everywhere", 11.5) + 29);
    expect(shownName("x".repeat(60)).endsWith("…")).toBe(true);
  });
});
