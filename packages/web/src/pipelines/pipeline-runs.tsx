import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import type { RunView } from "../api/client.ts";
import { runsQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { buildsOf } from "../app/builds.ts";
import { starterText } from "../app/deed.ts";
import { useRowKeys } from "../app/row-keys.ts";
import {
  Ago,
  Button,
  CoreOfCounts,
  DefinitionGraph,
  Empty,
  Failure,
  SectionHead,
  shapeText,
  SkeletonRows,
  StatusLabel,
  Took,
} from "../design/index.ts";
import type { PipelineDetail } from "./queries.ts";

const ROWS = 12;

/** The runs of a pipeline, newest first, and below them what they perform. */
export function PipelineRuns({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const { nodes } = pipeline.graph;
  return (
    <>
      <RunsOf name={pipeline.name} title="Runs">
        <Empty title="No run yet" command={`gaia ${verb(pipeline)} ${pipeline.name}`}>
          <p className="mid">Start it here, or from a terminal.</p>
        </Empty>
      </RunsOf>
      <section aria-label="Graph">
        <SectionHead title="Graph" note={`${shapeText(nodes)}, version ${pipeline.version}`}>
          <Link to="." search={{ tab: "graph" }}>
            Open
          </Link>
        </SectionHead>
        <DefinitionGraph name={pipeline.name} nodes={nodes} />
      </section>
    </>
  );
}

/** The builds of a program, newest first. */
export function PipelineBuilds({ pipeline: { name } }: { readonly pipeline: PipelineDetail }) {
  return (
    <RunsOf name={buildsOf(name)} title="Builds">
      <p className="mid">None is kept. A new one is begun by Build, or from a terminal.</p>
    </RunsOf>
  );
}

function verb({ kind }: PipelineDetail): string {
  return kind === "workflow" ? "workflow start" : "pipeline run";
}

/** @param children in the place of runs where there are none */
function RunsOf({
  name,
  title,
  children,
}: {
  readonly name: string;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { search, set } = useAddress();
  const { cursor } = search;
  const query = useQuery(runsQuery({ pipeline: name, cursor, limit: ROWS }));
  return (
    <section aria-label={title}>
      {query.error !== null && (
        <Failure
          what={`Its ${title.toLowerCase()} cannot be read.`}
          refusal={refusalFrom(query.error)}
          unaffected="They go on."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={6} label={title} />}
      {query.data?.items.length === 0 && children}
      {query.data !== undefined && query.data.items.length > 0 && (
        <>
          <RunTable runs={query.data.items} title={title} />
          <div className="btns table-foot">
            {cursor !== undefined && (
              <Button size="small" onClick={() => set({ cursor: null })}>
                Newest
              </Button>
            )}
            {query.data.next_cursor !== null && (
              <Button size="small" onClick={() => set({ cursor: query.data.next_cursor })}>
                Older
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function RunTable({ runs, title }: { readonly runs: readonly RunView[]; readonly title: string }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <div className="scroll-x" role="region" aria-label={`${title}, table`} tabIndex={0}>
      <table className="pl of-pipeline">
        <caption className="vh">{title}, newest first</caption>
        <thead>
          <tr>
            <th scope="col">{title === "Builds" ? "Build" : "Run"}</th>
            <th scope="col">State</th>
            <th scope="col">Jobs</th>
            <th scope="col">Started</th>
            <th scope="col" className="num">
              Took
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {runs.map((run) => (
            <tr key={run.id}>
              <th scope="row">
                <Link to="/runs/$run" params={{ run: run.id }} data-row>
                  <b>#{run.number}</b>
                </Link>
              </th>
              <td>
                <StatusLabel status={run.status} />
                {run.reason !== "" && <div className="small soft clip reason">{run.reason}</div>}
              </td>
              <td className="core-cell">
                <CoreOfCounts counts={run.counts} label={`#${run.number}`} />
              </td>
              <td>
                <Ago at={run.created_at} past />
                <div className="small soft">{starterText(run)}</div>
              </td>
              <td className="num mono">
                <Took from={run.started_at} to={run.ended_at} fine />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
