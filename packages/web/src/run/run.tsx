import "./run.css";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Suspense, useCallback, useEffect, useMemo } from "react";
import { useAddress } from "../app/address.ts";
import { useScreenKeys } from "../app/keys.ts";
import { Screen } from "../app/screen.tsx";
import { Failure, SkeletonRows, useTitle } from "../design/index.ts";
import { telling } from "./head/telling.ts";
import { RunHead } from "./head/run-head.tsx";
import { reopenRun, useRun } from "./live-run.ts";
import { JobPanel } from "./panel/job-panel.tsx";
import { RunPanel } from "./panel/run-panel.tsx";
import type { RunState } from "./run-state.ts";
import { type Tab, tabOf, TABS } from "./tabs.ts";

/** One run, live: what it is and why, and its parts as tabs. Tab and selected job stand in the address. */
export function Run() {
  const { run: ref = "" } = useParams({ strict: false });
  const state = useRun(ref);
  const { run } = state;
  const title = run === null ? "Run" : `${run.pipeline} #${run.number}`;
  useTitle(title);
  const crumbs =
    run === null
      ? [{ name: "Runs", to: "/runs" }, { name: "Run" }]
      : [
          { name: "Pipelines", to: "/pipelines" },
          { name: run.pipeline, to: `/pipelines/${encodeURIComponent(run.pipeline)}` },
          { name: `#${run.number}` },
        ];
  return (
    <Screen crumbs={crumbs} fixed>
      {state.status === "failed" && state.refusal !== null && (
        <div className="page">
          <h1 className="answer">This run cannot be shown.</h1>
          <Failure
            what={`The run ${ref} cannot be read.`}
            refusal={state.refusal}
            {...(state.refusal.status === 404
              ? { unaffected: "It may have been removed by retention." }
              : {})}
            retry={() => reopenRun(ref)}
          />
        </div>
      )}
      {state.status === "loading" && (
        <div className="page">
          <h1 className="vh">Run</h1>
          <SkeletonRows rows={6} label="Run" />
        </div>
      )}
      {run !== null && <Shown id={run.id} state={state} />}
    </Screen>
  );
}

function Shown({ id, state }: { readonly id: string; readonly state: RunState }) {
  const { search, set } = useAddress();
  const navigate = useNavigate();
  const tab = tabOf(search["tab"]);
  const job = search["job"] === undefined ? undefined : state.jobs.get(search["job"]);
  const selected = job?.key ?? null;
  const select = useCallback((key: string | null) => set({ job: key }), [set]);
  const isLog = tab?.content === null;
  const logJob = isLog ? telling(state.jobs, selected) : null;
  useEffect(() => {
    if (isLog && logJob !== null)
      void navigate({ to: "/runs/$run/log/$job", params: { run: id, job: logJob }, replace: true });
  }, [isLog, logJob, id, navigate]);
  useScreenKeys(
    useMemo(
      () =>
        Object.fromEntries(
          TABS.map(({ name }, at) => [String(at + 1), () => set({ tab: name === "graph" ? null : name })]),
        ),
      [set],
    ),
  );
  if (tab === undefined) return null;
  const Content = tab.content;
  const hasPanel = tab.panel === "always" || (tab.panel === "selected" && job !== undefined);
  return (
    <>
      <RunHead id={id} state={state} select={select} />
      <Tabs id={id} state={state} tab={tab} selected={selected} />
      <div className={`run-body${hasPanel ? "" : " whole"}${job === undefined ? "" : " chosen"}`}>
        <Suspense fallback={<SkeletonRows rows={6} label={tab.title} />}>
          {Content !== null && <Content id={id} state={state} selected={selected} select={select} />}
          {isLog && logJob === null && <p className="mid tab-page">No job of this run has been started.</p>}
        </Suspense>
        {hasPanel && job !== undefined && <JobPanel id={id} state={state} job={job} select={select} />}
        {hasPanel && job === undefined && <RunPanel state={state} />}
      </div>
    </>
  );
}

function Tabs({
  id,
  state,
  tab,
  selected,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly tab: Tab;
  readonly selected: string | null;
}) {
  return (
    <nav className="tabs" aria-label="Of this run">
      {TABS.map(({ name, title, count }) => {
        const number = count?.(state) ?? 0;
        const search: Record<string, string> = {
          ...(name === "graph" ? {} : { tab: name }),
          ...(selected === null ? {} : { job: selected }),
        };
        return (
          <Link
            key={name}
            to="/runs/$run"
            params={{ run: id }}
            search={search}
            activeOptions={{ exact: true }}
            aria-current={name === tab.name ? "page" : undefined}
          >
            {title} {number > 0 && <span className="n">{number.toLocaleString()}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
