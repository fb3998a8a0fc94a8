import "./run.css";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Suspense, useCallback, useEffect, useMemo, useState } from "react";
import type { RunView } from "../api/client.ts";
import { useAddress } from "../app/address.ts";
import { builtBy } from "../app/builds.ts";
import { useScreenKeys } from "../app/keys.ts";
import type { Crumb } from "../app/top.tsx";
import { Screen } from "../app/screen.tsx";
import { Failure, SkeletonRows, useTitle } from "../design/index.ts";
import { telling } from "./head/telling.ts";
import { type Past, RunHead } from "./head/run-head.tsx";
import { type History, useHistory } from "./history.ts";
import { jobsOf } from "./jobs.ts";
import { reopenRun, useRun } from "./live-run.ts";
import { JobPanel } from "./panel/job-panel.tsx";
import { RunPanel } from "./panel/run-panel.tsx";
import type { RunState } from "./run-state.ts";
import { Tabs, TravelButton, type TravelSwitch } from "./tab-bar.tsx";
import { tabOf, TABS } from "./tabs.ts";
import { DecisionList } from "./travel/decision-list.tsx";
import { useMoment } from "./travel/moment.ts";
import { PastFrame, PastMark } from "./travel/past.tsx";
import { TravelBar } from "./travel/travel-bar.tsx";
import { useTravel } from "./travel/travel.ts";

/** One run, live: what it is and why, and its parts as tabs. Tab and selected job stand in the address. */
export function Run() {
  const { run: ref = "" } = useParams({ strict: false });
  const state = useRun(ref);
  const { run } = state;
  const built = run === null ? null : builtBy(run.pipeline);
  const title = run === null ? "Run" : `${run.pipeline} #${run.number}`;
  useTitle(title);
  const crumbs =
    run === null
      ? [{ name: "Runs", to: "/runs" }, { name: "Run" }]
      : [
          { name: "Pipelines", to: "/pipelines" },
          {
            name: built ?? run.pipeline,
            to: `/pipelines/${encodeURIComponent(built ?? run.pipeline)}`,
          },
          { name: built === null ? `#${run.number}` : `Build ${run.number}` },
        ];
  if (run !== null) return <Travelled id={run.id} run={run} state={state} crumbs={crumbs} />;
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
    </Screen>
  );
}

/** The run as it is, or as it was at the moment that the address names. */
function Travelled({
  id,
  run,
  state,
  crumbs,
}: {
  readonly id: string;
  readonly run: RunView;
  readonly state: RunState;
  readonly crumbs: readonly Crumb[];
}) {
  const { search } = useAddress();
  const [isOpen, open] = useState(false);
  const isWanted = isOpen || search["at"] !== undefined || tabOf(search["tab"])?.needsHistory === true;
  const history = useHistory(id, state, isWanted);
  const travel = useTravel(history.events, open);
  const { run: then, jobs, events, now } = useMoment(run, state.jobs.list, history.events, travel.at);
  const shown = useMemo(
    () => (now === null ? state : { ...state, run: then, jobs: jobsOf(jobs, jobs.length), events }),
    [state, then, jobs, events, now],
  );
  const told = useMemo(() => ({ ...history, events }), [history, events]);
  const past: Past | null = now === null ? null : { now, travel, event: events.at(-1) };
  return (
    <Screen crumbs={crumbs} fixed {...(now === null ? {} : { top: <PastMark now={now} /> })}>
      {travel.isAwaited && history.failure !== null && (
        <div className="page">
          <h1 className="answer">This moment cannot be shown.</h1>
          <Failure
            what="What happened in the run cannot be read."
            refusal={history.failure.refusal}
            unaffected="The run itself is not affected."
            retry={history.failure.retry}
          />
        </div>
      )}
      {travel.isAwaited && history.failure === null && <SkeletonRows rows={6} label="The run's history" />}
      {!travel.isAwaited && (
        <Shown
          id={id}
          state={shown}
          past={past}
          history={told}
          all={history.events}
          travel={{ isOpen: isOpen || travel.at !== null, open }}
        />
      )}
      {(isOpen || travel.at !== null) && (
        <TravelBar run={run} travel={travel} failure={history.failure} onClose={() => open(false)} />
      )}
    </Screen>
  );
}

function Shown({
  id,
  state,
  past,
  history,
  all,
  travel,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly past: Past | null;
  readonly history: History;
  /** Of the run, also what came after the moment that is shown. */
  readonly all: History["events"];
  readonly travel: TravelSwitch;
}) {
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
      () => ({
        ...Object.fromEntries(
          TABS.map(({ name }, at) => [String(at + 1), () => set({ tab: name === "graph" ? null : name })]),
        ),
        Escape: () => {
          if (selected !== null) select(null);
        },
      }),
      [set, select, selected],
    ),
  );
  if (tab === undefined) return null;
  const Content = tab.content;
  const hasPanel = tab.panel === "always" || (tab.panel === "selected" && job !== undefined);
  return (
    <>
      <RunHead id={id} state={state} select={select} past={past} />
      <div className="run-tabs">
        <Tabs id={id} state={state} tab={tab} selected={selected} />
        <TravelButton {...travel} />
      </div>
      <PastFrame
        now={past?.now ?? null}
        className={`run-body${hasPanel ? "" : " whole"}${job === undefined ? "" : " chosen"}`}
      >
        <Suspense fallback={<SkeletonRows rows={6} label={tab.title} />}>
          {Content !== null && (
            <Content id={id} state={state} selected={selected} select={select} history={history} />
          )}
          {isLog && logJob === null && <p className="mid tab-page">No job of this run has been started.</p>}
        </Suspense>
        {hasPanel && job !== undefined && <JobPanel id={id} state={state} job={job} select={select} />}
        {hasPanel && job === undefined && past === null && <RunPanel id={id} state={state} select={select} />}
        {hasPanel && job === undefined && past !== null && (
          <aside className="panel" aria-label="What was decided" tabIndex={0}>
            <DecisionList events={all} travel={past.travel} />
          </aside>
        )}
      </PastFrame>
    </>
  );
}
