import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Ago, Icon, RunStrip, spoken, StatusLabel } from "../design/index.ts";
import { endedWell, nextStart, type SortName, startsText, stateOf } from "./list.ts";
import type { PipelineView } from "./queries.ts";

/** Bars of a row; the page of a pipeline shows more. */
const BARS = 24;

export function PipelineRow({
  pipeline,
  isAsking,
}: {
  readonly pipeline: PipelineView;
  readonly isAsking: boolean;
}) {
  const navigate = useNavigate();
  const last = pipeline.recent.at(-1);
  const { typical_ms: typical } = pipeline.figures;
  return (
    <tr>
      <th scope="row">
        <Link
          className="t"
          to="/pipelines/$pipeline"
          params={{ pipeline: pipeline.name }}
          data-row={pipeline.name}
        >
          <b>{pipeline.name}</b>
        </Link>
        <div className="small soft kind">{[pipeline.kind, ...pipeline.tags].join(" · ")}</div>
      </th>
      <td>
        <State pipeline={pipeline} isAsking={isAsking} />
      </td>
      <td>
        <RunStrip
          runs={pipeline.recent.slice(-BARS)}
          label={pipeline.name}
          onOpen={(run) => void navigate({ to: "/runs/$run", params: { run } })}
        />
      </td>
      <td className="num">{typical === null ? <span className="soft">–</span> : spoken(typical)}</td>
      <td className="num">{endedWell(pipeline.figures) ?? <span className="soft">–</span>}</td>
      <td className="starts">
        <Starts pipeline={pipeline} />
      </td>
      <td className="num soft">{last === undefined ? "–" : <Ago at={last.created_at} past />}</td>
    </tr>
  );
}

function State({ pipeline, isAsking }: { readonly pipeline: PipelineView; readonly isAsking: boolean }) {
  const { status, word, reason } = stateOf(pipeline);
  const text = isAsking && status !== "paused" ? "waits for a person" : reason;
  return (
    <>
      {status === "paused" ? (
        <span className="status mid">
          <Icon name="pause" />
          <span>Paused</span>
        </span>
      ) : status === "never" ? (
        <span className="soft">{word ?? "Never ran"}</span>
      ) : (
        <StatusLabel status={status} word={word} />
      )}
      {text !== "" && <div className="small soft clip reason">{text}</div>}
    </>
  );
}

function Starts({ pipeline }: { readonly pipeline: PipelineView }) {
  const next = nextStart(pipeline);
  const text = startsText(pipeline);
  const unarmed = pipeline.triggers.filter(({ armed }) => !armed).length;
  return (
    <>
      <div className="clip" title={text}>
        {text}
      </div>
      {unarmed > 0 && (
        <div className="small soft">
          {unarmed === 1 ? "1 trigger is" : `${unarmed} triggers are`} not armed
        </div>
      )}
      {next !== null && (
        <div className="small soft">
          next <Ago at={next} />
        </div>
      )}
    </>
  );
}

/** The head of a column that sorts: ascending, then descending. */
export function SortHead({
  name,
  order,
  onSort,
  isNumber = false,
  children,
}: {
  readonly name: SortName;
  readonly order: string;
  readonly onSort: (order: string) => void;
  readonly isNumber?: boolean;
  readonly children: ReactNode;
}) {
  const direction = order === name ? "ascending" : order === `-${name}` ? "descending" : undefined;
  const next =
    name === "name"
      ? direction === "ascending"
        ? "-name"
        : "name"
      : direction === "descending"
        ? name
        : `-${name}`;
  return (
    <th scope="col" className={isNumber ? "num" : ""} aria-sort={direction ?? "none"}>
      <button type="button" onClick={() => onSort(next)}>
        {children}
        <Icon
          name={direction === "ascending" ? "up" : "down"}
          className={direction === undefined ? "soft" : "mid"}
        />
      </button>
    </th>
  );
}
