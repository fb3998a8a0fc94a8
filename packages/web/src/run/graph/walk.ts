import type { GraphEdge, GraphLayout } from "../../design/graph/layout.ts";
import type { Jobs } from "../jobs.ts";
import { type GraphModel, ownerOf } from "./model.ts";

export type Direction = "up" | "down" | "left" | "right";

/** Where an arrow leads from a node: along an edge, or to its neighbour in the layer. Null: nowhere. */
export function walk(
  layout: GraphLayout,
  edges: readonly GraphEdge[],
  from: string,
  direction: Direction,
): string | null {
  const here = layout.nodes.get(from);
  if (here === undefined) return null;
  if (direction === "left" || direction === "right") {
    const keys = layout.bands[here.layer]?.keys ?? [];
    return keys[keys.indexOf(from) + (direction === "left" ? -1 : 1)] ?? null;
  }
  const ends = edges.flatMap((edge) => {
    if (direction === "down") return edge.from === from ? [edge.to] : [];
    return edge.to === from ? [edge.from] : [];
  });
  const middle = here.x + here.width / 2;
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const key of ends) {
    const node = layout.nodes.get(key);
    if (node === undefined) continue;
    // The nearest layer first, then the straightest way.
    const distance = Math.abs(node.layer - here.layer) * 10_000 + Math.abs(node.x + node.width / 2 - middle);
    if (distance >= least) continue;
    least = distance;
    nearest = key;
  }
  return nearest;
}

/** The graph as it is walked: with the members of groups that are open. */
export interface Walked {
  readonly jobs: Jobs;
  readonly model: GraphModel;
  readonly layout: GraphLayout;
}

/** As `walk`, into and out of open groups: down leads into one, and from its last row on. */
export function step({ jobs, model, layout }: Walked, from: string, direction: Direction): string | null {
  const owner = ownerOf(from, jobs);
  const size = model.groups.get(owner);
  const members = (jobs.shape.members.get(owner) ?? []).slice(0, size?.shown ?? 0);
  const keyOf = (place: number): string | null => jobs.list[members[place] ?? -1]?.key ?? null;
  if (owner === from) {
    const isInto = size?.isOpen === true && direction === "down" && members.length > 0;
    return isInto ? keyOf(0) : walk(layout, model.edges, from, direction);
  }
  const place = members.indexOf(jobs.get(from)?.number ?? -1);
  if (size?.isOpen !== true || place < 0) return walk(layout, model.edges, owner, direction);
  switch (direction) {
    case "left":
      return place === 0 ? owner : keyOf(place - 1);
    case "right":
      return keyOf(place + 1);
    case "up":
      return place < size.columns ? owner : keyOf(place - size.columns);
    case "down":
      return keyOf(place + size.columns) ?? walk(layout, model.edges, owner, "down");
  }
}
