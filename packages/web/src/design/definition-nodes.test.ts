import { describe, expect, it } from "vitest";
import { type GraphNode, layersOf, membersText, nodeText, shapeText } from "./definition-nodes.ts";
import { node } from "./testing/definition-node.ts";

const keys = (nodes: readonly GraphNode[]) => layersOf(nodes).map((layer) => layer.map(({ key }) => key));

describe("layers of a graph", () => {
  it("put each task behind the longest way to it, the final ones last", () => {
    const nodes = [
      node("clean", [], { final: true }),
      node("deploy", ["build", "test"]),
      node("build"),
      node("test", ["build"]),
      node("report", ["clean"], { final: true }),
    ];
    expect(keys(nodes)).toEqual([["build"], ["test"], ["deploy"], ["clean"], ["report"]]);
    expect(shapeText(nodes)).toBe("5 tasks in 5 layers");
  });

  it("understand what a task adds, and stand what a draft still lacks", () => {
    expect(keys([node("plan"), node("join", ["plan", "plan/*"]), node("odd", ["nowhere"])])).toEqual([
      ["plan", "odd"],
      ["join"],
    ]);
  });

  it("stand a chain of 10,000", () => {
    const chain = Array.from({ length: 10_000 }, (_, at) => node(`t${at}`, at === 0 ? [] : [`t${at - 1}`]));
    expect(layersOf(chain.toReversed()).length).toBe(10_000);
  });

  it("tell how many members a group has, as far as it is known", () => {
    expect(membersText(node("a", [], { kind: "group", members: 8 }))).toBe("×8");
    expect(membersText(node("a", [], { kind: "group" }))).toBe("×n");
    expect(membersText(node("a"))).toBeNull();
  });

  it("are told in words, too", () => {
    expect(nodeText(node("deploy", ["build", "plan/*"], { condition: "success()" }))).toBe(
      "deploy, when success(), after build, plan",
    );
    expect(nodeText(node("ask", [], { kind: "approval", final: true }))).toBe(
      "ask, asks a person, at the end, whatever happens",
    );
  });
});
