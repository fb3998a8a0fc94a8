import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, data, type JobView, type RunDetail, type RunView, type Schemas } from "../../api/client.ts";
import { given, inboxQuery, runsQuery } from "../../api/queries.ts";
import { clock, relative, useNow } from "../../design/index.ts";
import { prefer, type Preferences, switchTheme, usePreferences } from "../preferences.ts";
import { ADMINISTRATION, ROOMS } from "../rooms.ts";
import { askedFor, numberedRefs } from "./asked.ts";
import type { Entry } from "./entries.ts";

/** Where the palette's entries come from: the server's lists, the run that is shown, the rooms. */

type Pipeline = Schemas["Pipeline"];
type InboxItem = Schemas["InboxItem"];

/** The server is asked once a person pauses. */
const PAUSE_MS = 120;
const PIPELINES = 500;
const FOUND_RUNS = 30;
const LIVE = "pending,running,stopping";

const pipelinesQuery = queryOptions({
  queryKey: ["palette-pipelines"],
  queryFn: ({ signal }) =>
    data(api.GET("/pipelines", { signal, params: { query: given({ limit: PIPELINES }) } })),
  staleTime: 60_000,
});

function shownRunQuery(ref: string) {
  return queryOptions({
    queryKey: ["palette-run", ref],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}", { signal, params: { path: { ref } } })),
    enabled: ref !== "",
    // There may be no such run: that is no mistake.
    retry: false,
  });
}

/** What can be done with the run that is shown, and with a pipeline. */
export interface Actions {
  readonly build: (pipeline: string) => void;
  readonly stop: (run: RunView) => void;
  readonly retry: (run: RunView) => void;
}

/** @param path of the page below the palette */
export function useEntries(typed: string, path: string, actions: Actions): readonly Entry[] {
  const query = usePaused(typed.replace(/^>/, "").trim());
  const inbox = useQuery(inboxQuery).data?.items ?? [];
  const live = useQuery(runsQuery({ status: LIVE, limit: 50 })).data?.items ?? [];
  const asked = askedFor(query);
  const found = useQuery(runsQuery({ search: asked, limit: FOUND_RUNS }));
  const pipelines = useQuery(pipelinesQuery).data?.items ?? [];
  const numbered = useQueries({
    queries: numberedRefs(
      query,
      pipelines.map(({ name }) => name),
    ).map(shownRunQuery),
  }).flatMap(({ data: run }) => run ?? []);
  const shown = useQuery(shownRunQuery(refIn(path))).data;
  const { density } = usePreferences();
  const now = useNow();
  const liveIds = new Set(live.map(({ id }) => id));
  return [
    ...inbox.map((item) => questionEntry(item, now)),
    ...live.map((run) => runEntry(run, now, false)),
    ...shownEntries(shown, actions),
    ...ownEntries(density),
    ...pipelines.flatMap((pipeline) => pipelineEntries(pipeline, path, actions.build)),
    ...[...numbered, ...(found.data?.items ?? [])]
      .filter(({ id }) => !liveIds.has(id))
      .map((run) => runEntry(run, now, query !== "" && asked === query && !found.isPlaceholderData)),
    ...(shown?.jobs ?? []).filter(({ kind }) => kind === "task").map((job) => jobEntry(job, shown)),
    ...PLACES,
  ];
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

function refIn(path: string): string {
  return decodeURIComponent(/^\/runs\/([^/]+)/.exec(path)?.[1] ?? "");
}

function questionEntry({ id, question, asked_at }: InboxItem, now: number): Entry {
  return {
    id: `question ${id}`,
    group: "now",
    mark: { kind: "icon", name: "person" },
    title: `Decide: ${question}`,
    note: `inbox, ${relative(Date.parse(asked_at), now)}`,
    choice: { kind: "go", to: `/inbox?item=${encodeURIComponent(id)}` },
  };
}

function runEntry(run: RunView, now: number, isFound: boolean): Entry {
  const isLive = run.ended_at === null;
  const when = relative(Date.parse(run.ended_at ?? run.created_at), now);
  const took = run.duration_ms === null || isLive ? "" : `, ${clock(run.duration_ms, true)}`;
  const reason = run.reason.replaceAll("`", "");
  return {
    id: `run ${run.id}`,
    group: isLive ? "now" : "runs",
    mark: { kind: "status", status: run.status },
    title: `${run.pipeline} #${run.number}`,
    note: reason === "" ? `${isLive ? `${run.status}, started ` : ""}${when}${took}` : reason,
    choice: { kind: "go", to: `/runs/${encodeURIComponent(run.id)}` },
    isFound,
  };
}

function jobEntry(job: JobView, run: RunDetail | undefined): Entry {
  const name = run === undefined ? "" : `${run.pipeline} #${run.number}`;
  const ref = encodeURIComponent(run?.id ?? "");
  return {
    id: `job ${ref} ${job.key}`,
    group: "runs",
    mark: { kind: "status", status: job.status },
    title: `${job.name} in ${name}`,
    note: job.reason === "" ? `${job.status}, its log` : job.reason.replaceAll("`", ""),
    choice: { kind: "go", to: `/runs/${ref}/log/${encodeURIComponent(job.key)}` },
  };
}

function shownEntries(run: RunDetail | undefined, { stop, retry }: Actions): readonly Entry[] {
  if (run === undefined) return [];
  const name = `${run.pipeline} #${run.number}`;
  if (run.ended_at === null) {
    const working = run.counts["running"] ?? 0;
    return [
      {
        id: "stop the run that is shown",
        group: "do",
        mark: { kind: "icon", name: "stop" },
        title: `Stop ${name}`,
        note:
          working === 0 ? "nothing works yet" : `ends ${working} working ${working === 1 ? "job" : "jobs"}`,
        keys: ["."],
        choice: { kind: "act", act: () => stop(run) },
      },
    ];
  }
  return [
    {
      id: "retry the run that is shown",
      group: "do",
      mark: { kind: "icon", name: "retry" },
      title: `Retry ${name}`,
      note: run.status === "completed" ? "all of it again" : "what did not complete",
      choice: { kind: "act", act: () => retry(run) },
    },
  ];
}

function pipelineEntries(pipeline: Pipeline, path: string, build: Actions["build"]): readonly Entry[] {
  const { name, version, paused, live_runs, program } = pipeline;
  const to = `/pipelines/${encodeURIComponent(name)}`;
  const isHere = path === to;
  const live = live_runs === 0 ? "" : `, ${live_runs} live`;
  const isBuilt = program !== null && program !== undefined;
  const start: Entry = {
    id: `start ${name}`,
    group: "do",
    mark: { kind: "icon", name: "start" },
    title: `Start ${name}`,
    note: paused ? "paused: its schedules rest" : `version ${version}`,
    ...(isHere ? { keys: ["S"] } : {}),
    choice: { kind: "go", to: `${to}/start` },
  };
  const builds: Entry = {
    id: `build ${name}`,
    group: "do",
    mark: { kind: "icon", name: "branch" },
    title: `Build ${name}`,
    note: "from what is there now",
    choice: { kind: "act", act: () => build(name) },
  };
  return [
    ...(version === 0 ? [] : [start]),
    ...(isBuilt ? [builds] : []),
    {
      id: `pipeline ${name}`,
      group: "pipelines",
      mark: { kind: "icon", name: "pipelines" },
      title: name,
      note: `${version === 0 ? "not built yet" : `version ${version}`}${live}${paused ? ", paused" : ""}`,
      choice: { kind: "go", to },
    },
  ];
}

/** What can be done everywhere. */
function ownEntries(density: Preferences["density"]): readonly Entry[] {
  const isCompact = density === "compact";
  return [
    {
      id: "switch theme",
      group: "do",
      mark: { kind: "icon", name: "theme" },
      title: "Switch theme",
      note: "light or dark",
      choice: { kind: "act", act: switchTheme },
    },
    {
      id: "density",
      group: "do",
      mark: { kind: "icon", name: "runs" },
      title: isCompact ? "Roomy rows" : "Compact rows",
      note: isCompact ? "as Gaia has them" : "more on the screen",
      choice: { kind: "act", act: () => prefer({ density: isCompact ? "normal" : "compact" }) },
    },
  ];
}

const PLACES: readonly Entry[] = [
  ...[...ROOMS, ...ADMINISTRATION].map(
    ({ to, name, icon, key }): Entry => ({
      id: `room ${to}`,
      group: "elsewhere",
      mark: { kind: "icon", name: icon },
      title: name,
      note: "",
      ...(key === null ? {} : { keys: ["G", key.toUpperCase()] }),
      choice: { kind: "go", to },
    }),
  ),
  {
    id: "room /editor",
    group: "elsewhere",
    mark: { kind: "icon", name: "file" },
    title: "New workflow",
    note: "in the editor",
    choice: { kind: "go", to: "/editor" },
  },
  {
    id: "room /create",
    group: "elsewhere",
    mark: { kind: "icon", name: "branch" },
    title: "New pipeline from a repository",
    note: "built out of a program",
    choice: { kind: "go", to: "/create" },
  },
  {
    id: "room /keys",
    group: "elsewhere",
    mark: { kind: "icon", name: "wrap" },
    title: "All keys",
    note: "",
    keys: ["?"],
    choice: { kind: "go", to: "/keys" },
  },
  {
    id: "place database",
    group: "elsewhere",
    mark: { kind: "icon", name: "database" },
    title: "Database and store",
    note: "System",
    choice: { kind: "go", to: "/system#database" },
  },
];
