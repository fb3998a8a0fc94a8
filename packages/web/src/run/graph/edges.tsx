import { memo, useMemo } from "react";
import type { GraphLayout } from "../../design/graph/layout.ts";
import type { Jobs } from "../jobs.ts";
import { isEnded } from "../words.ts";
import { meets, type Rect } from "./view.ts";

/** So many edges at once are a texture: they step back behind the nodes. */
const DENSE = 250;

/**
 * All edges in sight as three paths: what has been, what lies ahead (dashed), and what belongs to the selected job. Three
 * elements, however many edges: a thousand of them would be a thousand things to lay out.
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
  const visible = useMemo(
    () => layout.edges.filter((edge) => meets(rect, edge.left, edge.top, edge.right, edge.bottom)),
    [layout, rect],
  );
  const paths = { done: "", ahead: "", nearDone: "", nearAhead: "" };
  for (const { from, to, path } of visible) {
    const isNear = from === near || to === near;
    if (isAhead(jobs, from, to)) paths[isNear ? "nearAhead" : "ahead"] += path;
    else paths[isNear ? "nearDone" : "done"] += path;
  }
  return (
    <g className={visible.length > DENSE ? "edges dense" : "edges"} aria-hidden="true">
      <path className="edge ahead" d={paths.ahead} />
      <path className="edge done" d={paths.done} />
      <path className="edge ahead near" d={paths.nearAhead} />
      <path className="edge done near" d={paths.nearDone} />
    </g>
  );
});

/** Nothing has gone along it yet. */
function isAhead(jobs: Jobs, from: string, to: string): boolean {
  const source = jobs.get(from)?.status ?? "pending";
  const target = jobs.get(to)?.status ?? "pending";
  return !isEnded(source) || target === "pending" || target === "skipped";
}
