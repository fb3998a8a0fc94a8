import { memo, useMemo } from "react";
import type { GraphLayout } from "../../design/graph/layout.ts";
import type { Jobs } from "../jobs.ts";
import { isEnded } from "../words.ts";
import { meets, type Rect } from "./view.ts";

/** So many edges at once are a texture: they step back behind the nodes. */
const DENSE = 250;

/**
 * All edges in sight, those from one layer together as four paths: what has been, what lies ahead (dashed), and the same of
 * the selected job. Few elements, however many edges: a thousand of them would be a thousand things to lay out. Not all
 * in one: each change of a job would draw every edge of the graph again, and that took 200 ms for 3,000 of them.
 */
export const Edges = memo(function Edges({
  layout,
  jobs,
  rect,
  near,
}: {
  readonly layout: GraphLayout;
  readonly jobs: Jobs;
  readonly rect: Rect;
  /** Key of the node whose edges stand out. */
  readonly near: string | null;
}) {
  const layers = useMemo(() => {
    const found = new Map<number, GraphLayout["edges"][number][]>();
    for (const edge of layout.edges) {
      if (!meets(rect, edge.left, edge.top, edge.right, edge.bottom)) continue;
      const layer = layout.nodes.get(edge.from)?.layer ?? 0;
      const known = found.get(layer);
      if (known === undefined) found.set(layer, [edge]);
      else known.push(edge);
    }
    return [...found];
  }, [layout, rect]);
  const visible = layers.reduce((sum, [, edges]) => sum + edges.length, 0);
  return (
    <g className={visible > DENSE ? "edges dense" : "edges"} aria-hidden="true">
      {layers.map(([layer, edges]) => (
        <LayerEdges
          key={layer}
          edges={edges}
          ahead={edges.map(({ from, to }) => (isAhead(jobs, from, to) ? "1" : "0")).join("")}
          near={edges.some(({ from, to }) => from === near || to === near) ? near : null}
        />
      ))}
    </g>
  );
});

const LayerEdges = memo(function LayerEdges({
  edges,
  ahead,
  near,
}: {
  readonly edges: GraphLayout["edges"];
  /** A digit an edge: `1` where nothing has gone along it. A text, so that it is the same while nothing has changed. */
  readonly ahead: string;
  readonly near: string | null;
}) {
  const paths = { done: "", ahead: "", nearDone: "", nearAhead: "" };
  for (const [at, { from, to, path }] of edges.entries()) {
    const isNear = from === near || to === near;
    if (ahead[at] === "1") paths[isNear ? "nearAhead" : "ahead"] += path;
    else paths[isNear ? "nearDone" : "done"] += path;
  }
  return (
    <>
      {paths.ahead !== "" && <path className="edge ahead" d={paths.ahead} />}
      {paths.done !== "" && <path className="edge done" d={paths.done} />}
      {paths.nearAhead !== "" && <path className="edge ahead near" d={paths.nearAhead} />}
      {paths.nearDone !== "" && <path className="edge done near" d={paths.nearDone} />}
    </>
  );
});

/** Nothing has gone along it yet. */
function isAhead(jobs: Jobs, from: string, to: string): boolean {
  const source = jobs.get(from)?.status ?? "pending";
  const target = jobs.get(to)?.status ?? "pending";
  return !isEnded(source) || target === "pending" || target === "skipped";
}
