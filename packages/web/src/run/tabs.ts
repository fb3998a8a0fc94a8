import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import type { History } from "./history.ts";
import type { RunState } from "./run-state.ts";

/** What a tab is given. The selected job stands in the address as `job`. */
export interface TabProps {
  /** Id of the run. */
  readonly id: string;
  readonly state: RunState;
  /** Key of the selected job, if the run has it. */
  readonly selected: string | null;
  readonly select: (job: string | null) => void;
  /** What happened up to the moment that is shown; empty while it is being read, and where nothing asks for it. */
  readonly history: History;
}

export interface Tab {
  readonly name: string;
  readonly title: string;
  /** Null: it is a page of its own, to which the tab leads. */
  readonly content: LazyExoticComponent<ComponentType<TabProps>> | null;
  /** A number beside the title. */
  readonly count?: (state: RunState) => number;
  /** Whether the panel of the selected job stands beside it. `always`: without a selection, what is to know of the run. */
  readonly panel: "always" | "selected" | "never";
  /** It shows what only the history tells. A history may have 100,000 events: it is read for those who need it. */
  readonly needsHistory?: true;
}

/** In the order of the keys `1…8`. Each is loaded when it is first shown. */
export const TABS: readonly Tab[] = [
  {
    name: "graph",
    title: "Graph",
    content: lazy(async () => ({ default: (await import("./graph/graph-tab.tsx")).GraphTab })),
    panel: "always",
  },
  {
    name: "timeline",
    title: "Timeline",
    content: lazy(async () => ({ default: (await import("./timeline/timeline-tab.tsx")).TimelineTab })),
    panel: "selected",
    needsHistory: true,
  },
  {
    name: "jobs",
    title: "Jobs",
    content: lazy(async () => ({ default: (await import("./jobs/jobs-tab.tsx")).JobsTab })),
    count: ({ jobs }) => jobs.total,
    panel: "selected",
    needsHistory: true,
  },
  { name: "log", title: "Log", content: null, panel: "never" },
  {
    name: "tests",
    title: "Tests",
    content: lazy(async () => ({ default: (await import("./tests/tests-tab.tsx")).TestsTab })),
    panel: "selected",
  },
  {
    name: "artifacts",
    title: "Artifacts",
    content: lazy(async () => ({ default: (await import("./artifacts/artifacts-tab.tsx")).ArtifactsTab })),
    panel: "selected",
  },
  {
    name: "events",
    title: "Events",
    content: lazy(async () => ({ default: (await import("./events/events-tab.tsx")).EventsTab })),
    panel: "selected",
  },
  {
    name: "definition",
    title: "Definition",
    content: lazy(async () => ({ default: (await import("./definition/definition-tab.tsx")).DefinitionTab })),
    panel: "never",
  },
];

/** The tab that the address names; the graph for none and for one that there is not. */
export function tabOf(name: string | undefined): Tab | undefined {
  return TABS.find((tab) => tab.name === name) ?? TABS[0];
}
