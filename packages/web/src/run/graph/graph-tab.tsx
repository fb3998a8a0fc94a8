import "../graph.css";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { useAddress } from "../../app/address.ts";
import { EMPTY_LAYOUT, type GraphLayout, layoutOf } from "../../design/graph/layout.ts";
import { SkeletonRows } from "../../design/index.ts";
import type { Jobs } from "../jobs.ts";
import { useMoves } from "../moves.ts";
import { typicalQuery } from "../queries.ts";
import type { TabProps } from "../tabs.ts";
import { Graph } from "./graph.tsx";
import { Layers } from "./layers.tsx";
import { type GraphModel, modelOf } from "./model.ts";

/** A graph of more nodes than this is no picture any more: its list is shown. */
const NODES_MAX = 6_000;
const NARROW = "(max-width: 720px)";
const NOTHING: ReadonlyMap<string, number> = new Map();

/** The run's graph, or on narrow screens its list by layers. Open groups stand in the address. */
export function GraphTab({ id, state, selected, select }: TabProps) {
  const { jobs, run } = state;
  const { search, set } = useAddress();
  const isNarrow = useNarrow();
  const openText = search["open"] ?? "";
  const open = useMemo(() => new Set(openText.split(",").filter((key) => key !== "")), [openText]);
  const { model, layout } = useLayout(jobs, open);
  const isEnded = run?.ended_at !== null;
  const typical =
    useQuery({ ...typicalQuery(run?.pipeline ?? ""), enabled: run !== null && !isEnded }).data ?? NOTHING;
  const toggle = useCallback(
    (group: string) => {
      const next = open.has(group) ? [...open].filter((key) => key !== group) : [...open, group];
      set({ open: next.join(",") }, { replace: true });
    },
    [open, set],
  );
  const addressOf = useCallback(
    (key: string) => `/runs/${encodeURIComponent(id)}?job=${encodeURIComponent(key)}`,
    [id],
  );
  const keys = useMemo(() => layout.bands.flatMap((band) => band.keys), [layout]);
  useMoves(id, jobs, keys, selected);
  if (run === null) return null;
  if (jobs.list.length < Math.min(jobs.total, NODES_MAX) && model.nodes.length === 0)
    return <SkeletonRows rows={8} label="Graph" />;
  const isLarge = model.nodes.length > NODES_MAX;
  if (isNarrow || isLarge || search["view"] === "list")
    return (
      <Layers
        jobs={jobs}
        layout={layout}
        open={open}
        typical={typical}
        selected={selected}
        select={select}
        toggle={toggle}
        showGraph={isNarrow || isLarge ? null : () => set({ view: null }, { replace: true })}
      />
    );
  return (
    <Graph
      title={`${run.pipeline} #${run.number}`}
      jobs={jobs}
      model={model}
      layout={layout}
      selected={selected}
      select={select}
      toggle={toggle}
      typical={typical}
      addressOf={addressOf}
      showList={() => set({ view: "list" }, { replace: true })}
    />
  );
}

interface Held {
  readonly shape: Jobs["shape"] | null;
  readonly open: ReadonlySet<string> | null;
  readonly model: GraphModel;
  readonly layout: GraphLayout;
}

const NONE: Held = {
  shape: null,
  open: null,
  model: { nodes: [], edges: [], groups: new Map() },
  layout: EMPTY_LAYOUT,
};

/** Laid out anew only when the graph itself changes: it has grown, or a group was opened. States change in place. */
function useLayout(jobs: Jobs, open: ReadonlySet<string>): Held {
  const [held, hold] = useState(NONE);
  if (held.shape === jobs.shape && held.open === open) return held;
  const model = modelOf(jobs, open);
  const next = {
    shape: jobs.shape,
    open,
    model,
    layout: layoutOf(model.nodes, model.edges, held.layout),
  };
  hold(next);
  return next;
}

function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(NARROW);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => matchMedia(NARROW).matches,
  );
}
