import { Link } from "@tanstack/react-router";
import { Ago, Icon, type IconName, SectionHead, spoken } from "../design/index.ts";
import type { Building } from "./building.ts";
import { slowest, took } from "./facts.ts";
import { SavedBy } from "./saved-by.tsx";
import { ProgramSource } from "./program-source.tsx";
import type { PipelineDetail, PipelineStatistics } from "./queries.ts";

const LISTED = 5;

/** Beside the tabs: what starts it, what it is, where its time goes. */
export function Side({
  pipeline,
  statistics,
  hasStarts,
  build,
}: {
  readonly pipeline: PipelineDetail;
  readonly statistics: PipelineStatistics | undefined;
  /** False: the tab beside it tells what starts the pipeline. */
  readonly hasStarts: boolean;
  readonly build: Building;
}) {
  const hasVersion = pipeline.version > 0;
  return (
    <div className="stack">
      <ProgramSource pipeline={pipeline} build={build} />
      {hasStarts && hasVersion && <Starts pipeline={pipeline} />}
      {hasVersion && <Definition pipeline={pipeline} />}
      {statistics !== undefined && <TimeSpent statistics={statistics} />}
    </div>
  );
}

function Starts({ pipeline }: { readonly pipeline: PipelineDetail }) {
  return (
    <section aria-label="Starts">
      <SectionHead title="Starts">
        <Link to="." search={{ tab: "triggers" }}>
          Triggers
        </Link>
      </SectionHead>
      <TriggerRows pipeline={pipeline} />
    </section>
  );
}

/** What starts it by itself; shared by the side and the tab. */
export function TriggerRows({ pipeline }: { readonly pipeline: PipelineDetail }) {
  return (
    <ul className="rows">
      {pipeline.paused && (
        <li className="row trigger-row">
          <Icon name="pause" />
          <span>
            Paused<span className="soft small block">no trigger starts it; a person can</span>
          </span>
        </li>
      )}
      {pipeline.triggers.map((trigger) => (
        <TriggerRow key={`${trigger.kind} ${trigger.text}`} trigger={trigger} isPaused={pipeline.paused} />
      ))}
      {pipeline.triggers.length === 0 && (
        <li className="row trigger-row">
          <Icon name="person" />
          <span>
            By hand<span className="soft small block">it has no triggers</span>
          </span>
        </li>
      )}
    </ul>
  );
}

/** When it starts the next run and when it did the last; of one that starts none, that it does not. */
function TriggerRow({
  trigger: { kind, text, armed, next_at: next, last_at: last },
  isPaused,
}: {
  readonly trigger: PipelineDetail["triggers"][number];
  readonly isPaused: boolean;
}) {
  return (
    <li className="row trigger-row">
      <span className={armed ? "" : "warn"}>
        <Icon name={armed ? iconOf(kind) : "warning"} />
      </span>
      <span>
        {text}
        <span className="soft small block">
          {next !== null && !isPaused && (
            <>
              next <Ago at={next} />
              {last !== null && ", "}
            </>
          )}
          {last !== null && (
            <>
              last <Ago at={last} past />
            </>
          )}
          {!armed
            ? "it starts nothing: start the pipeline by hand, or give it a schedule"
            : last === null && next === null && "has not started a run yet"}
        </span>
      </span>
    </li>
  );
}

function Definition({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const { saved_by: by, concurrency, timeout_ms: timeout, origin } = pipeline;
  return (
    <section aria-label="Definition">
      <SectionHead title="Definition">
        {pipeline.kind === "workflow" && (
          <Link to="/editor" search={{ pipeline: pipeline.name }}>
            Edit
          </Link>
        )}
      </SectionHead>
      <dl className="kv side-kv">
        <dt>Kind</dt>
        <dd>{pipeline.kind}</dd>
        <dt>Version</dt>
        <dd>
          {pipeline.version}
          {by !== null && (
            <>
              , <SavedBy actor={by} />
            </>
          )}{" "}
          <Ago at={pipeline.updated_at} past />
        </dd>
        {origin !== null && (
          <>
            <dt>File</dt>
            <dd className="mono">{origin}</dd>
          </>
        )}
        <dt>Hash</dt>
        <dd className="mono" title={pipeline.hash}>
          {pipeline.hash.slice(0, 4)} {pipeline.hash.slice(4, 8)}
        </dd>
        {concurrency !== null && (
          <>
            <dt>Group</dt>
            <dd>
              {concurrency.group}, 1 at a time
              {concurrency.on_conflict === "cancel" && "; a newer run ends the older"}
            </dd>
          </>
        )}
        {timeout !== null && (
          <>
            <dt>Limit</dt>
            <dd>{spoken(timeout)} a run</dd>
          </>
        )}
        {pipeline.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>{pipeline.tags.join(", ")}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function TimeSpent({ statistics }: { readonly statistics: PipelineStatistics }) {
  const tasks = slowest(statistics, LISTED);
  if (tasks.length === 0) return null;
  return (
    <section aria-label="Where time goes">
      <SectionHead title="Where time goes">
        <Link to="." search={{ tab: "statistics" }}>
          p50, {statistics.runs === 1 ? "1 run" : `${statistics.runs} runs`}
        </Link>
      </SectionHead>
      <ul className="rows">
        {tasks.map(({ key, ms, share, isWaiting }) => (
          <li className="row time-row" key={key}>
            <span className="clip" title={key}>
              {key}
            </span>
            <span
              className={`time-bar${isWaiting ? " of-waiting" : ""}`}
              style={{ width: `${share * 100}%` }}
            />
            <span className="mono num small">
              {took(ms)}
              {isWaiting && <span className="vh"> waiting</span>}
            </span>
          </li>
        ))}
      </ul>
      {tasks.some(({ isWaiting }) => isWaiting) && (
        <p className="soft small side-note">Hatched is waiting for a person.</p>
      )}
    </section>
  );
}

function iconOf(kind: string): IconName {
  if (kind === "cron") return "clock";
  return kind === "git" ? "branch" : kind === "pipeline" ? "pipelines" : "triggers";
}
