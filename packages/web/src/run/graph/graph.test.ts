import { expect, test } from "vitest";
import { layoutOf } from "../../design/graph/layout.ts";
import { jobsOf } from "../jobs.ts";
import { job } from "../testing/views.ts";
import { bandTimes } from "./bands.ts";
import { textWidth } from "../../design/graph/text-width.ts";
import { FACT_SIZE, modelOf, NAME_SIZE, ownerOf, TEXT_AROUND } from "./model.ts";
import { fitView, levelOf, meets, panBy, revealed, seen, zoomAt } from "./view.ts";
import { step } from "./walk.ts";

const jobs = jobsOf(
  [
    job(0, "build"),
    job(1, "e2e", { kind: "group", dependencies: ["build"] }),
    job(2, "deploy", { dependencies: ["e2e"] }),
    job(3, "e2e[n=1]", { group: "e2e" }),
    job(4, "e2e[n=2]", { group: "e2e" }),
    job(5, "build/extra"),
    job(6, "after", { dependencies: ["e2e[n=1]"] }),
    job(7, "clean", { final: true }),
  ],
  8,
);

test("a group is one node, also for what depends on a member; what was grown lies behind its grower", () => {
  const { nodes, edges, groups } = modelOf(jobs, new Set());
  expect(nodes.map(({ key }) => key)).toEqual(["build", "e2e", "deploy", "build/extra", "after", "clean"]);
  expect(edges).toEqual([
    { from: "build", to: "e2e" },
    { from: "e2e", to: "deploy" },
    { from: "build", to: "build/extra" },
    { from: "e2e", to: "after" },
  ]);
  expect(groups.get("e2e")).toMatchObject({ isOpen: false, shown: 2 });
  expect(nodes.at(-1)?.isLast).toBe(true);
  expect(ownerOf("e2e[n=2]", jobs)).toBe("e2e");
});

test("an open group has room for its members, and a large one ends", () => {
  const members = Array.from({ length: 500 }, (_, at) => job(at + 1, `m[n=${at}]`, { group: "m" }));
  const many = jobsOf([job(0, "m", { kind: "group" }), ...members], 501);
  const closed = modelOf(many, new Set());
  const open = modelOf(many, new Set(["m"]));
  expect(closed.groups.get("m")?.shown).toBe(0);
  expect(open.groups.get("m")?.shown).toBe(120);
  expect(open.nodes[0]?.height ?? 0).toBeGreaterThan(closed.nodes[0]?.height ?? 0);
});

test("arrows follow edges, go to neighbours, and in and out of open groups", () => {
  const model = modelOf(jobs, new Set(["e2e"]));
  const walked = { jobs, model, layout: layoutOf(model.nodes, model.edges) };
  expect(step(walked, "deploy", "up")).toBe("e2e");
  expect(step(walked, "e2e", "up")).toBe("build");
  expect(step(walked, "e2e", "down")).toBe("e2e[n=1]");
  expect(step(walked, "e2e[n=1]", "up")).toBe("e2e");
  expect(step(walked, "e2e[n=1]", "left")).toBe("e2e");
  expect(["deploy", "after"]).toContain(step(walked, "e2e[n=2]", "down"));
  const beside = [step(walked, "e2e", "left"), step(walked, "e2e", "right")];
  expect(beside).toContain("build/extra");
  expect(step(walked, "build", "up")).toBeNull();
  const closed = modelOf(jobs, new Set());
  expect(step({ jobs, model: closed, layout: walked.layout }, "e2e", "down")).not.toBe("e2e[n=1]");
});

test("all of the graph is fitted beside the gutter, never larger than life", () => {
  const view = fitView({ width: 4_000, height: 1_000 }, { width: 1_000, height: 600 });
  expect(view.x).toBeGreaterThanOrEqual(92);
  expect(view.x + 4_000 * view.k).toBeLessThanOrEqual(1_000);
  expect(fitView({ width: 100, height: 100 }, { width: 1_000, height: 600 }).k).toBe(1);
  expect(fitView({ width: 0, height: 0 }, { width: 0, height: 0 }).k).toBe(1);
});

test("zooming keeps the point under the hand", () => {
  const view = zoomAt({ k: 1, x: 10, y: 20 }, 2, 300, 200);
  expect(view.k).toBe(2);
  expect((300 - view.x) / view.k).toBeCloseTo(290);
  expect((200 - view.y) / view.k).toBeCloseTo(180);
  expect(zoomAt(view, 1_000, 0, 0).k).toBe(2.5);
});

test("panning never loses the graph", () => {
  const graph = { width: 500, height: 500 };
  const canvas = { width: 800, height: 600 };
  const far = panBy({ k: 1, x: 0, y: 0 }, 100_000, -100_000, graph, canvas);
  expect(far.x).toBe(740);
  expect(far.y).toBe(-440);
});

test("a box out of sight is brought in, one in sight moves nothing", () => {
  const canvas = { width: 800, height: 600 };
  const view = { k: 1, x: 100, y: 0 };
  expect(revealed(view, { left: 10, top: 10, right: 100, bottom: 50 }, canvas)).toBe(view);
  const moved = revealed(view, { left: 10, top: 900, right: 100, bottom: 940 }, canvas);
  expect(940 + moved.y).toBeLessThanOrEqual(600);
});

test("what is in sight covers the canvas and stays the same over a small move", () => {
  const canvas = { width: 800, height: 600 };
  const rect = seen({ k: 1, x: 100, y: -40 }, canvas);
  expect(rect.left).toBeLessThanOrEqual(-100);
  expect(rect.right).toBeGreaterThanOrEqual(700);
  expect(seen({ k: 1, x: 95, y: -45 }, canvas)).toEqual(rect);
  expect(meets(rect, 690, 0, 800, 40)).toBe(true);
  expect(meets(rect, 5_000, 0, 5_100, 40)).toBe(false);
  expect([levelOf(0.1), levelOf(0.3), levelOf(0.5), levelOf(1)]).toEqual(["dots", "far", "middle", "near"]);
});

test("layers say when they began, and when they will as far as that is known", () => {
  const at = (second: number): string => new Date(second * 1_000).toISOString();
  const run = jobsOf(
    [
      job(0, "a", { status: "completed", started_at: at(10), ended_at: at(20) }),
      job(1, "b", { status: "running", started_at: at(20), dependencies: ["a"] }),
      job(2, "c", { dependencies: ["b"] }),
      job(3, "d", { dependencies: ["c"] }),
    ],
    4,
  );
  const bands = [["a"], ["b"], ["c"], ["d"]].map((keys, index) => ({ y: index, height: 1, keys }));
  const times = bandTimes(bands, run, new Map([["b", 60_000]]), 50_000);
  expect(times).toEqual([
    { at: 10_000, isExpected: false },
    { at: 20_000, isExpected: false },
    { at: 80_000, isExpected: true },
    // How long c takes is not known: neither is when d begins.
    null,
  ]);
});

test("a node has room for its name and for what such a job has to say", () => {
  const widthOf = (more: Parameters<typeof job>[2], name = "lint"): number =>
    modelOf(jobsOf([job(0, name, more)], 1), new Set()).nodes[0]?.width ?? 0;
  const fits = (fact: string, width: number): boolean => textWidth(fact, FACT_SIZE) <= width - TEXT_AROUND;
  expect(fits("exit 3", widthOf({}))).toBe(true);
  expect(fits("exit 3 · goes on", widthOf({ tolerated: true }))).toBe(true);
  expect(fits("tries again in 8 min", widthOf({ max_attempts: 3 }))).toBe(true);
  expect(fits("for a person · 6 min", widthOf({ kind: "approval" }))).toBe(true);
  const long = "close-the-ledger-of-the-day";
  expect(textWidth(long, NAME_SIZE)).toBeLessThanOrEqual(widthOf({}, long) - TEXT_AROUND);
});

test("the head of a group has room for its name and its fact side by side", () => {
  const group = [job(0, "test", { kind: "group" }), job(1, "test[n=1]", { group: "test" })];
  const width = modelOf(jobsOf(group, 2), new Set()).nodes[0]?.width ?? 0;
  const texts = textWidth("test", NAME_SIZE) + textWidth("288 ms", FACT_SIZE);
  // The mark before the name, and the button behind the fact.
  expect(texts + 28 + 34).toBeLessThanOrEqual(width);
});

test("a graph that would be too small to see starts at its top, and is seen whole when asked for", () => {
  const graph = { width: 500, height: 40_000 };
  const canvas = { width: 800, height: 600 };
  expect(fitView(graph, canvas, 0.13)).toMatchObject({ k: 0.13, y: 8 });
  expect(fitView(graph, canvas).k).toBeLessThan(0.05);
});
