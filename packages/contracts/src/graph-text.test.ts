import { describe, expect, it } from "vitest";
import type { GraphView } from "./api.ts";
import { graphAsMermaid, graphAsText } from "./graph-text.ts";

type Node = GraphView["nodes"][number];

function node(key: string, dependencies: readonly string[] = [], more: Partial<Node> = {}): Node {
  return {
    key,
    name: key,
    kind: "task",
    dependencies: [...dependencies],
    members: null,
    condition: null,
    final: false,
    ...more,
  };
}

function view(...nodes: Node[]): GraphView {
  return { name: "ci", nodes };
}

const CI = view(
  node("install"),
  node("lint", ["install"]),
  node("build", ["install"]),
  node("unit", ["build"]),
  node("e2e", ["build"], { kind: "group", members: 4 }),
  node("ask", ["unit", "e2e", "lint"], { kind: "approval", condition: "success()" }),
  node("ship", ["ask", "install"], { name: "Ship it" }),
  node("clean", [], { final: true }),
);

describe("a graph as text", () => {
  it("draws each task below what it waits for", () => {
    expect(`\n${graphAsText(CI, { columns: 60 })}`).toBe(`
● install
├─● lint
├─│─● build
│ │ ├─● unit
│ │ └─│─◆ e2e  × 4
│ └───┴─┴─? ask  when success()
└─────────┴─● ship  Ship it
── finally, when all have ended ──
● clean`);
  });

  it.each([40, 60, 80, 200])("keeps to %i columns, whatever the graph", (columns) => {
    const wide = view(
      ...Array.from({ length: 60 }, (_, index) => node(`source-with-a-rather-long-name-${index}`)),
      node(
        "sink",
        Array.from({ length: 60 }, (_, index) => `source-with-a-rather-long-name-${index}`),
      ),
      node("n".repeat(128), ["sink"], { condition: "x".repeat(300), name: "y".repeat(300), kind: "group" }),
    );
    const lines = graphAsText(wide, { columns }).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines).toHaveLength(62);
  });

  it("names what a task waits for where there is no room for lines", () => {
    const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
    const text = graphAsText(view(...names.map((name) => node(name)), node("sink", names)), { columns: 60 });
    expect(text.split("\n").at(-1)).toMatch(/● sink {2}after s18, s19/);
  });

  it("marks that a task waits for what another one adds", () => {
    expect(graphAsText(view(node("plan"), node("report", ["plan/*"])))).toBe(
      "● plan\n└─● report  after plan/*",
    );
  });

  it("shows each task once, in an order in which it can run", () => {
    const nodes = Array.from({ length: 200 }, (_, index) =>
      node(
        `t${index}`,
        [index - 1, Math.floor(index / 2), index - 7]
          .filter((other) => other >= 0 && other < index)
          .map((other) => `t${other}`),
      ),
    );
    const order = graphAsText(view(...nodes.toReversed()))
      .split("\n")
      .map((line) => /● (t\d+)/.exec(line)?.[1] ?? "");
    expect(new Set(order).size).toBe(200);
    const place = new Map(order.map((key, index) => [key, index]));
    for (const one of nodes)
      for (const before of one.dependencies) expect(place.get(before)).toBeLessThan(place.get(one.key) ?? 0);
  });

  it("cannot write to the terminal", () => {
    expect(graphAsText(view(node("a", [], { name: "\u001b[31m\nred" })))).toBe("● a   [31m red");
  });

  it("is quick for large graphs", () => {
    const nodes = [node("hub"), ...Array.from({ length: 20_000 }, (_, index) => node(`t${index}`, ["hub"]))];
    expect(graphAsText(view(...nodes)).split("\n")).toHaveLength(20_001);
  });
});

describe("a graph as Mermaid", () => {
  it("has a shape for each kind, an arrow for each dependency, and `finally` apart", () => {
    expect(graphAsMermaid(CI)).toBe(
      [
        "flowchart TD",
        '  n0["install"]',
        '  n1["lint"]',
        '  n2["build"]',
        '  n3["unit"]',
        '  n4[["e2e × 4"]]',
        '  n5{{"ask<br/>when success#40;#41;"}}',
        '  n6["Ship it"]',
        '  subgraph finally["finally"]',
        '    n7["clean"]',
        "  end",
        "  n0 --> n1",
        "  n0 --> n2",
        "  n2 --> n3",
        "  n2 --> n4",
        "  n3 --> n5",
        "  n4 --> n5",
        "  n1 --> n5",
        "  n5 --> n6",
        "  n0 --> n6",
      ].join("\n"),
    );
  });

  it("escapes whatever a name holds", () => {
    const text = graphAsMermaid(
      view(node("a", [], { name: '"]; click n0 "javascript:x" <b>`#\n%%{init}%%' })),
    );
    expect(text.split("\n")).toHaveLength(2);
    const label = /^ {2}n0\["(.*)"\]$/.exec(text.split("\n")[1] ?? "")?.[1] ?? "";
    expect(label.replaceAll(/#\d+;/g, "")).toMatch(/^[\p{L}\p{N} _.,:/=+-]*$/u);
  });
});
