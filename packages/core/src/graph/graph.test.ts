import { describe, expect, it } from "vitest";
import { appendJobs, graphOf } from "./graph.ts";
import { type JobWork, NO_RESOURCES, secretsOfWork } from "./job.ts";
import { dependencyKey, graphProblems, type Node } from "./validate.ts";
import { approval, child, group, groupWork, jobs, task } from "../run/testing/build.ts";

const node = (key: string, ...dependencies: string[]): Node => ({ key, dependencies });

it("names the secrets of a task, and of a group those that each member wants", () => {
  const wanting: JobWork = {
    kind: "task",
    task: {
      executor: "process",
      spec: {},
      bindings: {},
      secrets: ["TOKEN", "inputs.key"],
      tags: [],
      resources: NO_RESOURCES,
    },
  };
  const all = jobs([
    task("a", { work: wanting }),
    group("g", { items: ["x"], member: groupWork({ items: ["y"], member: wanting }) }),
    approval("p"),
    child("c"),
  ]);
  const both = ["TOKEN", "inputs.key"];
  expect(all.map((job) => secretsOfWork(job.work))).toEqual([both, both, [], []]);
});

describe("graphOf", () => {
  it("has the edges both ways, and the jobs by their keys", () => {
    const graph = graphOf(jobs([task("a"), task("b", { after: ["a"] }), task("c", { after: ["b", "a"] })]));
    expect(graph.dependants).toEqual([[1, 2], [2], []]);
    expect([...graph.byKey]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
    expect(graph.joiners.size + graph.children.size).toBe(0);
  });

  it("knows edges to jobs that come later in the list", () => {
    expect(graphOf(jobs([task("a", { after: ["b"] }), task("b")])).dependants).toEqual([[], [0]]);
  });

  it("is the same built at once or in parts", () => {
    const all = jobs([
      task("p"),
      task("end", { after: ["p/*"] }),
      task("x"),
      task("y"),
      task("late", { after: ["p/*"] }),
    ]).map((job, index) =>
      index === 2 ? { ...job, grownBy: 0 } : index === 3 ? { ...job, grownBy: 2 } : job,
    );
    const parts = graphOf(all.slice(0, 2));
    appendJobs(parts, all.slice(2, 3));
    appendJobs(parts, all.slice(3));
    expect(parts).toEqual(graphOf(all));
    expect(parts.dependants).toEqual([[1, 4], [], [1, 4], [1, 4], []]);
    expect([...parts.joiners]).toEqual([[0, [1, 4]]]);
    expect([...parts.children]).toEqual([
      [0, [2]],
      [2, [3]],
    ]);
  });

  it("lets who joins late wait for what members have grown, not for the members", () => {
    const [grower, member, grown, late] = jobs([
      task("g"),
      task("m"),
      task("x"),
      task("late", { after: ["g/*"] }),
    ]);
    if (grower === undefined || member === undefined || grown === undefined || late === undefined)
      throw new Error("no job");
    const graph = graphOf([grower, { ...member, memberOf: 0 }, { ...grown, grownBy: 1 }, late]);
    expect(graph.dependants).toEqual([[3], [], [3], []]);
  });

  it("throws for an edge to nowhere", () => {
    const [job] = jobs([task("a")]);
    if (job === undefined) throw new Error("no job");
    expect(() => graphOf([{ ...job, dependencies: [3] }])).toThrow("there is no item 3 in a list of 1");
  });
});

describe("graphProblems", () => {
  it("finds none in a graph, in any order, with joins and known keys", () => {
    expect(
      graphProblems([node("c", "a", "b/*"), node("b", "a"), node("a", "out")], new Set(["out"])),
    ).toEqual([]);
    expect(graphProblems([])).toEqual([]);
  });

  it("finds keys that are used twice, each with the first", () => {
    expect(graphProblems([node("a"), node("b"), node("a"), node("a")])).toEqual([
      { kind: "duplicate", key: "a", index: 2, first: 0 },
      { kind: "duplicate", key: "a", index: 3, first: 0 },
    ]);
  });

  it("finds dependencies on nothing, and the nearest key, never one's own", () => {
    expect(
      graphProblems([node("build"), node("built", "bild"), node("x", "build", "known2")], new Set(["known"])),
    ).toEqual([
      { kind: "unknown_dependency", index: 1, position: 0, dependency: "bild", nearest: "build" },
      { kind: "unknown_dependency", index: 2, position: 1, dependency: "known2", nearest: "known" },
    ]);
    expect(graphProblems([node("built", "buil")])).toMatchObject([{ nearest: null }]);
  });

  it("looks for the nearest key for the first twenty only", () => {
    const names = Array.from({ length: 25 }, () => "bild");
    const nearest = graphProblems([node("build"), node("x", ...names)]).map(
      (problem) => problem.kind === "unknown_dependency" && problem.nearest,
    );
    expect(nearest.filter((key) => key === "build")).toHaveLength(20);
    expect(nearest.filter((key) => key === null)).toHaveLength(5);
  });

  it("finds a job that waits for itself, or for what it grows", () => {
    expect(graphProblems([node("a", "a"), node("b", "a", "b/*")])).toEqual([
      { kind: "self_dependency", index: 0, position: 0 },
      { kind: "self_dependency", index: 1, position: 1 },
    ]);
  });

  it("reports a cycle in the order of execution", () => {
    expect(
      graphProblems([node("x"), node("a", "x", "c"), node("b", "a"), node("c", "b"), node("d", "c")]),
    ).toEqual([{ kind: "cycle", path: ["a", "b", "c", "a"], index: 1 }]);
  });

  it("reports every cycle once, and no shared branch as one", () => {
    const nodes = [
      node("a", "b"),
      node("b", "a"),
      node("c", "d", "e"),
      node("d", "e"),
      node("e"),
      node("f", "g"),
      node("g", "f"),
    ];
    expect(graphProblems(nodes)).toMatchObject([
      { kind: "cycle", path: ["a", "b", "a"] },
      { kind: "cycle", path: ["f", "g", "f"] },
    ]);
  });

  it("reports at most ten cycles", () => {
    const last = "n99";
    const nodes = Array.from({ length: 100 }, (_, index) =>
      node(`n${index}`, ...(index === 0 ? [last] : [`n${index - 1}`, last])),
    );
    expect(graphProblems(nodes.slice(0, 99).concat(node(last, "n98")))).toHaveLength(10);
  });

  it("goes through a chain of 100,000 without exhausting the stack", () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      node(`n${index}`, ...(index === 99_999 ? [] : [`n${index + 1}`])),
    );
    expect(graphProblems(chain)).toEqual([]);
  });
});

describe("dependencyKey", () => {
  it("leaves the `/*` of a join away, and only that", () => {
    expect(["plan/*", "plan", "plan/a", "*", "/*"].map(dependencyKey)).toEqual([
      "plan",
      "plan",
      "plan/a",
      "*",
      "",
    ]);
  });
});
