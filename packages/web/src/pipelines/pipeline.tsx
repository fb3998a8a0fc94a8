import "./pipelines.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom, type Refusal } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { builtBy } from "../app/builds.ts";
import { useScreenKeys } from "../app/keys.ts";
import { Screen } from "../app/screen.tsx";
import {
  Ago,
  Answer,
  Button,
  DefinitionGraph,
  Failure,
  Icon,
  RunStrip,
  SkeletonRows,
  spoken,
  toast,
  useTitle,
} from "../design/index.ts";
import { BuildNotes } from "./build-note.tsx";
import { useBuild } from "./building.ts";
import { answerOf, flakyTasks, spendingOf, took } from "./facts.ts";
import { Inputs } from "./inputs.tsx";
import { PipelineBuilds, PipelineRuns } from "./pipeline-runs.tsx";
import { Side } from "./pipeline-side.tsx";
import { type PipelineDetail, type PipelineStatistics, pipelineQuery, statisticsQuery } from "./queries.ts";
import { SourceOf } from "./source.tsx";
import { Statistics } from "./statistics.tsx";
import { Missing } from "./missing.tsx";
import { Triggers } from "./triggers.tsx";
import { Versions } from "./versions.tsx";

const TABS = ["runs", "builds", "graph", "triggers", "inputs", "source", "versions", "statistics"] as const;
type Tab = (typeof TABS)[number];

/** All about one pipeline: how it does, its runs, what it is made of. */
export function Pipeline() {
  const { pipeline: id } = useParams({ from: "/pipelines/$pipeline" });
  useTitle(id);
  const built = builtBy(id);
  const query = useQuery({ ...pipelineQuery(id), enabled: built === null });
  const statistics = useQuery({ ...statisticsQuery(id), enabled: built === null });
  const refusal = query.error === null ? null : refusalFrom(query.error);
  // Builds are part of what they build, and have no page of their own.
  if (built !== null)
    return (
      <Navigate to="/pipelines/$pipeline" params={{ pipeline: built }} search={{ tab: "builds" }} replace />
    );
  return (
    <Screen crumbs={[{ name: "Pipelines", to: "/pipelines" }, { name: id }]}>
      {refusal?.status === 404 ? (
        <Missing name={id} />
      ) : (
        <>
          {query.data === undefined && <Answer>{id}</Answer>}
          {refusal !== null && (
            <Failure
              what={`The pipeline ${id} cannot be read.`}
              refusal={refusal}
              unaffected="Its runs go on."
              retry={() => void query.refetch()}
            />
          )}
        </>
      )}
      {query.isPending && <SkeletonRows rows={6} label={id} />}
      {query.data !== undefined && <Page pipeline={query.data} statistics={statistics.data} />}
    </Screen>
  );
}

function Page({
  pipeline,
  statistics,
}: {
  readonly pipeline: PipelineDetail;
  readonly statistics: PipelineStatistics | undefined;
}) {
  const { name, version } = pipeline;
  const isProgram = pipeline.kind === "program";
  const isBuilt = hasBuilds(pipeline);
  const tabs = tabsOf(pipeline);
  const build = useBuild(name);
  const tab = tabOf(useAddress().search["tab"], tabs);
  const navigate = useNavigate();
  const bar = useRef<HTMLElement>(null);
  // On narrow screens the chosen one may lie beyond the edge. The page itself stays where it is.
  useEffect(() => {
    const nav = bar.current;
    const chosen = nav?.querySelector<HTMLElement>(`[data-tab="${tab}"]`) ?? null;
    if (nav === null || chosen === null) return;
    nav.scrollLeft = chosen.offsetLeft - nav.offsetLeft - (nav.clientWidth - chosen.offsetWidth) / 2;
  }, [tab]);
  useScreenKeys(
    useMemo(
      () => ({
        ...(version === 0
          ? {}
          : { s: () => void navigate({ to: "/pipelines/$pipeline/start", params: { pipeline: name } }) }),
        ...(isProgram ? {} : { e: () => void navigate({ to: "/editor", search: { pipeline: name } }) }),
        ...(isBuilt ? { b: () => void navigate({ to: ".", search: { tab: "builds" } }) } : {}),
      }),
      [navigate, name, version, isProgram, isBuilt],
    ),
  );
  return (
    <>
      <Head pipeline={pipeline} statistics={statistics} />
      <BuildNotes pipeline={pipeline} build={build} />
      <Strip pipeline={pipeline} />
      <Stats pipeline={pipeline} statistics={statistics} />
      <nav className="tabs page-tabs" aria-label={`Of ${name}`} ref={bar}>
        {tabs.map((each) => (
          <Link
            key={each}
            data-tab={each}
            to="."
            search={each === "runs" ? {} : { tab: each }}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={each === tab ? "page" : undefined}
            resetScroll={false}
          >
            {each.charAt(0).toUpperCase() + each.slice(1)} <Count tab={each} pipeline={pipeline} />
          </Link>
        ))}
      </nav>
      <div className="cols page-cols">
        <div className="stack">{contentOf(tab, pipeline, statistics)}</div>
        <Side pipeline={pipeline} statistics={statistics} hasStarts={tab !== "triggers"} build={build} />
      </div>
    </>
  );
}

function contentOf(
  tab: Tab,
  pipeline: PipelineDetail,
  statistics: PipelineStatistics | undefined,
): ReactNode {
  switch (tab) {
    case "runs":
      return <PipelineRuns pipeline={pipeline} />;
    case "builds":
      return <PipelineBuilds pipeline={pipeline} />;
    case "graph":
      return (
        <section aria-label="Graph">
          <DefinitionGraph name={pipeline.name} nodes={pipeline.graph.nodes} />
        </section>
      );
    case "triggers":
      return <Triggers pipeline={pipeline} />;
    case "inputs":
      return <Inputs pipeline={pipeline} />;
    case "source":
      return <SourceOf source={pipeline.source} kind={pipeline.kind} name={fileOf(pipeline)} />;
    case "versions":
      return <Versions pipeline={pipeline} />;
    case "statistics":
      return <Statistics figures={pipeline.figures} statistics={statistics} />;
  }
}

function Head({
  pipeline,
  statistics,
}: {
  readonly pipeline: PipelineDetail;
  readonly statistics: PipelineStatistics | undefined;
}) {
  const { name, description } = pipeline;
  const rest = [
    description === "" || /[.!?]$/.test(description) ? description : `${description}.`,
    spendingOf(statistics),
  ]
    .filter((part) => part !== "")
    .join(" ");
  return (
    <div className="head">
      <div>
        <Answer>
          {answerOf(pipeline).map(({ text, isStrong }) =>
            isStrong ? (
              <span key={text}>{text} </span>
            ) : (
              <span key={text} className="soft aside-word">
                {text}{" "}
              </span>
            ),
          )}
        </Answer>
        {rest !== "" && <p className="rest">{rest}</p>}
      </div>
      <div className="btns">
        {pipeline.version > 0 && (
          <Link className="btn primary" to="/pipelines/$pipeline/start" params={{ pipeline: name }}>
            <Icon name="start" />
            Start
          </Link>
        )}
        {pipeline.kind === "workflow" && (
          <Link className="btn" to="/editor" search={{ pipeline: name }}>
            Edit
          </Link>
        )}
        {pipeline.version > 0 && <Pause pipeline={pipeline} />}
      </div>
    </div>
  );
}

/** Pausing holds triggers only; it can be undone, so that nothing is asked. */
function Pause({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { name, paused } = pipeline;
  const act = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      const order = { params: { path: { id: name } } };
      await data(
        paused ? api.POST("/workflows/{id}/resume", order) : api.POST("/workflows/{id}/pause", order),
      );
      toast(paused ? `Triggers start ${name} again.` : `No trigger starts ${name} now. Runs go on.`);
    } catch (caught) {
      setRefusal(refusalFrom(caught));
    }
    await queries.invalidateQueries({ queryKey: ["pipeline", name] });
    setBusy(false);
    void queries.invalidateQueries({ queryKey: ["pipelines"] });
  };
  return (
    <>
      <Button icon={paused ? "start" : "pause"} busy={isBusy} onClick={() => void act()}>
        {paused ? "Resume" : "Pause"}
      </Button>
      {refusal !== null && (
        <Failure what={`${name} stays as it was.`} refusal={refusal} unaffected="Its runs go on." />
      )}
    </>
  );
}

function Strip({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const navigate = useNavigate();
  const { recent, figures } = pipeline;
  const [first] = recent;
  const last = recent.at(-1);
  if (first === undefined || last === undefined) return null;
  return (
    <div className="page-strip">
      <RunStrip
        runs={recent}
        label={pipeline.name}
        size="page"
        typicalMs={figures.typical_ms}
        onOpen={(run) => void navigate({ to: "/runs/$run", params: { run } })}
      />
      <p className="small soft strip-note">
        <span>
          {recent.length === 1 ? "1 run" : `${recent.length} runs`} since{" "}
          {DAY.format(Date.parse(first.created_at))}
          {figures.typical_ms !== null && `; the dotted line is the typical ${spoken(figures.typical_ms)}`}
        </span>
        <span>
          #{last.number}, {last.ended_at === null ? "now" : <Ago at={last.created_at} past />}
        </span>
      </p>
    </div>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

function Stats({
  pipeline: { figures },
  statistics,
}: {
  readonly pipeline: PipelineDetail;
  readonly statistics: PipelineStatistics | undefined;
}) {
  if (figures.typical_ms === null) return null;
  const flaky = flakyTasks(statistics);
  return (
    <dl className="stats page-stats">
      <div className="stat">
        <dt>Typical (p50)</dt>
        <dd>{spoken(figures.typical_ms)}</dd>
      </div>
      {figures.slow_ms !== null && (
        <div className="stat">
          <dt>Slow (p95)</dt>
          <dd>{spoken(figures.slow_ms)}</dd>
        </div>
      )}
      {statistics !== undefined && statistics.working_ms !== null && (
        <div className="stat">
          <dt>Tasks working · waiting</dt>
          <dd>
            {took(statistics.working_ms)} <small>·</small>{" "}
            {took((statistics.waiting_ms ?? 0) + (statistics.queued_ms ?? 0))}
          </dd>
        </div>
      )}
      {flaky.length > 0 && (
        <div className="stat">
          <dt>Flaky</dt>
          <dd>
            {flaky.length === 1 ? "1 task" : `${flaky.length} tasks`}{" "}
            <small>{flaky.slice(0, 2).join(", ")}</small>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Count({ tab, pipeline }: { readonly tab: Tab; readonly pipeline: PipelineDetail }) {
  const numbers: Partial<Readonly<Record<Tab, number>>> = {
    runs: pipeline.recent.at(-1)?.number ?? 0,
    builds: pipeline.program?.building?.number ?? pipeline.program?.last_build?.number ?? 0,
    triggers: pipeline.triggers.length,
    inputs: pipeline.inputs.length,
    versions: pipeline.version,
  };
  const number = numbers[tab];
  return number === undefined ? null : <span className="n">{number.toLocaleString()}</span>;
}

/** The name of the file that it comes from, or would have. */
function fileOf({ origin, name }: PipelineDetail): string {
  return origin ?? `${name}.yaml`;
}

/** The source of a program is its repository's. Before the first build there is nothing but builds. */
function tabsOf(pipeline: PipelineDetail): readonly Tab[] {
  if (pipeline.version === 0) return ["builds"];
  return TABS.filter((tab) => {
    if (tab === "source") return pipeline.kind === "workflow";
    return tab !== "builds" || hasBuilds(pipeline);
  });
}

function hasBuilds({ program }: PipelineDetail): boolean {
  return program !== null && program !== undefined;
}

function tabOf(text: string | undefined, tabs: readonly Tab[]): Tab {
  return tabs.find((tab) => tab === text) ?? tabs[0] ?? "runs";
}
