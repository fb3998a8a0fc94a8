import { memo, useMemo, useRef } from "react";
import type { JobView } from "../../api/client.ts";
import type { GraphLayout } from "../../design/graph/layout.ts";
import type { Jobs } from "../jobs.ts";
import { GroupNode } from "./group-node.tsx";
import { type GraphModel, ownerOf } from "./model.ts";
import { Node } from "./node.tsx";
import { type Level, meets, type Rect } from "./view.ts";

/** The nodes in sight. A job that did not change is the same object, and its node is not drawn again. */
export const Nodes = memo(function Nodes({
  jobs,
  model,
  layout,
  rect,
  level,
  selected,
  current,
  matches,
  typical,
  addressOf,
}: {
  readonly jobs: Jobs;
  readonly model: GraphModel;
  readonly layout: GraphLayout;
  readonly rect: Rect;
  readonly level: Level;
  readonly selected: string | null;
  readonly current: string | null;
  /** What was found; the others recede. Null: nothing is sought. */
  readonly matches: ReadonlySet<string> | null;
  readonly typical: ReadonlyMap<string, number>;
  readonly addressOf: (key: string) => string;
}) {
  const visible = useMemo(
    () =>
      [...layout.nodes.values()].filter((node) =>
        meets(rect, node.x, node.y, node.x + node.width, node.y + node.height),
      ),
    [layout, rect],
  );
  const membersOf = useMembers(jobs);
  const selectedOwner = selected === null ? null : ownerOf(selected, jobs);
  return visible.map((place) => {
    const job = jobs.get(place.key);
    if (job === undefined) return null;
    const shared = {
      job,
      place,
      level,
      isSelected: selectedOwner === place.key,
      isDim: matches !== null && !matches.has(place.key),
      isCurrent: current === place.key,
      typicalMs: typical.get(job.key) ?? null,
      address: addressOf(job.key),
    };
    const size = model.groups.get(place.key);
    if (size === undefined) return <Node key={place.key} {...shared} />;
    const isWithin = (key: string | null): boolean =>
      key !== null && key !== place.key && ownerOf(key, jobs) === place.key;
    return (
      <GroupNode
        key={place.key}
        {...shared}
        members={membersOf(place.key)}
        size={size}
        selectedMember={isWithin(selected) ? selected : null}
        currentMember={isWithin(current) ? current : null}
        addressOf={addressOf}
      />
    );
  });
});

/** Members as a list that stays the same object while none of them changes. */
function useMembers(jobs: Jobs): (group: string) => readonly JobView[] {
  const held = useRef(new Map<string, readonly JobView[]>());
  return (group) => {
    const now = (jobs.shape.members.get(group) ?? []).flatMap((number) => jobs.list[number] ?? []);
    const former = held.current.get(group);
    if (former?.length === now.length && former.every((job, at) => job === now[at])) return former;
    held.current.set(group, now);
    return now;
  };
}
