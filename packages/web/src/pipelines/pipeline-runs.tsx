import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import type { RunView } from "../api/client.ts";
import { runsQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
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
  const { search, set } = useAddress();
  const { cursor } = search;
  const query = useQuery(runsQuery({ pipeline: pipeline.name, cursor, limit: ROWS }));
  const { nodes } = pipeline.graph;
  return (
    <>
      <section aria-label="Runs">
        {query.error !== null && (
          <Failure
            what="Its runs cannot be read."
            refusal={refusalFrom(query.error)}
            unaffected="They go on."
            retry={() => void query.refetch()}
          />
        )}
        {query.isPending && <SkeletonRows rows={6} label="Runs" />}
        {query.data?.items.length === 0 && (
          <Empty title="No run yet" command={`gaia workflow start ${pipeline.name}`}>
            <p className="mid">Start it here, or from a terminal.</p>
          </Empty>
        )}
        {query.data !== undefined && query.data.items.length > 0 && (
          <>
            <RunTable runs={query.data.items} />
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

function RunTable({ runs }: { readonly runs: readonly RunView[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <div className="scroll-x" role="region" aria-label="Runs, table" tabIndex={0}>
      <table className="pl of-pipeline">
        <caption className="vh">Runs, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
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
                <Ago at={run.created_at} />
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
