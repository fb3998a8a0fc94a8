import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import type { JobView, RunDetail, Schemas } from "../api/client.ts";
import { onRun } from "../api/live/feed.ts";
import { refusalFrom } from "../api/refusal.ts";
import { startText } from "../app/deed.ts";
import {
  Ago,
  clock,
  CoreOfCounts,
  countsText,
  Failure,
  first,
  Icon,
  MarkedWords,
  Moment,
  SkeletonRows,
  StatusLabel,
  StatusMark,
  timeOfDay,
} from "../design/index.ts";
import { type Asked, groundsOf, noText, silenceText, yesText } from "./consequence.ts";
import { Decision } from "./decision.tsx";
import { askingGraphQuery, askingRunQuery } from "./queries.ts";

type InboxItem = Schemas["InboxItem"];
/** More is in the run itself. */
const GROUNDS_SHOWN = 12;

/** A question whole: what is asked, by whom, why now, what follows, and the decision. */
export function Detail({ item }: { readonly item: InboxItem }) {
  const { run, task } = item;
  const query = useAskingRun(run.id);
  const asked: Asked = {
    key: task.key,
    unblocks: item.unblocks,
    dueAt: item.due_at,
    onTimeout: item.on_timeout,
  };
  return (
    <>
      <Link className="in-back only-narrow" to="/inbox">
        <Icon name="right" className="turned" /> All questions
      </Link>
      <Facts item={item} />
      <h1 id="asked">{item.question}</h1>
      {item.description !== "" && <p className="in-about">{item.description}</p>}
      {query.isPending && <SkeletonRows rows={4} label="The run" />}
      {query.error !== null && query.data === undefined && (
        <Failure
          what={`${run.pipeline} #${run.number} cannot be read.`}
          refusal={refusalFrom(query.error)}
          unaffected="The question goes on waiting."
          retry={() => void query.refetch()}
        />
      )}
      {query.data !== undefined && (
        <>
          <Consequences asked={asked} run={query.data} />
          <Grounds asked={asked} run={query.data} />
          <RunFacts run={query.data} />
        </>
      )}
      <Decision item={item} isShown={query.data !== undefined} />
    </>
  );
}

/** The run that asks, kept as it is now. */
function useAskingRun(id: string) {
  const queries = useQueryClient();
  useEffect(
    () =>
      onRun((run) => {
        if (run.id === id) void queries.invalidateQueries({ queryKey: askingRunQuery(id).queryKey });
      }),
    [id, queries],
  );
  return useQuery(askingRunQuery(id));
}

function Facts({ item }: { readonly item: InboxItem }) {
  const { run, task, asked_at, due_at } = item;
  return (
    <div className="facts in-facts">
      <StatusLabel status="waiting" />
      <span>{item.kind}</span>
      <span>
        {run.pipeline}{" "}
        <Link className="link" to="/runs/$run" params={{ run: run.id }}>
          #{run.number}
        </Link>{" "}
        › {task.name}
      </span>
      <span>
        asked <Moment at={asked_at} text={timeOfDay(Date.parse(asked_at))} />, <Ago at={asked_at} />;{" "}
        {due_at === null ? (
          "no expiry"
        ) : (
          <>
            due <Ago at={due_at} />
          </>
        )}
      </span>
    </div>
  );
}

function Consequences({ asked, run }: { readonly asked: Asked; readonly run: RunDetail }) {
  const nodes = useQuery(askingGraphQuery(run.id)).data?.nodes ?? [];
  return (
    <section className="in-follows">
      <h2 className="vh">What follows</h2>
      <p>{yesText(asked, run.jobs)}</p>
      <p>
        <MarkedWords text={noText(asked, run.jobs, nodes)} />
      </p>
      <p className="mid">{silenceText(asked)}</p>
    </section>
  );
}

function Grounds({ asked, run }: { readonly asked: Asked; readonly run: RunDetail }) {
  const grounds = groundsOf(asked.key, run.jobs);
  if (grounds.length === 0) return null;
  return (
    <section>
      <h2>What speaks for and against</h2>
      <ul className="checks">
        {grounds.slice(0, GROUNDS_SHOWN).map((job) => (
          <Ground key={job.key} job={job} run={run.id} />
        ))}
      </ul>
      {grounds.length > GROUNDS_SHOWN && (
        <p className="small soft">
          {grounds.length - GROUNDS_SHOWN} more are{" "}
          <Link className="link" to="/runs/$run" params={{ run: run.id }}>
            in the run
          </Link>
          .
        </p>
      )}
    </section>
  );
}

function Ground({ job, run }: { readonly job: JobView; readonly run: string }) {
  const took = job.duration_ms === null ? "" : clock(job.duration_ms, true);
  const tried = job.attempt > 1 ? `, attempt ${job.attempt} of ${job.max_attempts}` : "";
  return (
    <li>
      <StatusMark status={job.status} />
      <span>
        <b>{job.name}</b> {job.status}
        {job.reason !== "" && (
          <>
            : <MarkedWords text={job.reason} />
          </>
        )}
        {job.tolerated && job.status === "failed" ? "; allowed to fail" : ""}
        {tried}
        <span className="soft"> {took}</span>
      </span>
      {job.kind === "task" && job.started_at !== null ? (
        <Link className="link small" to="/runs/$run/log/$job" params={{ run, job: job.key }}>
          log<span className="vh"> of {job.name}</span>
        </Link>
      ) : (
        <span />
      )}
    </li>
  );
}

function RunFacts({ run }: { readonly run: RunDetail }) {
  const inputs = Object.entries(run.inputs);
  return (
    <section>
      <h2>The run</h2>
      <dl className="kv">
        <dt>Run</dt>
        <dd>
          <Link className="link" to="/runs/$run" params={{ run: run.id }}>
            {run.pipeline} #{run.number}
          </Link>
          , version {run.pipeline_version}
        </dd>
        <dt>Started</dt>
        <dd>
          {first(startText(run))}, <Ago at={run.created_at} />
        </dd>
        <dt>Jobs</dt>
        <dd>
          <CoreOfCounts counts={run.counts} label={`${run.pipeline} #${run.number}`} />
          <span className="small mid">{countsText(run.counts)}</span>
        </dd>
        {inputs.map(([name, value]) => (
          <InputFact key={name} name={name} value={value} />
        ))}
      </dl>
    </section>
  );
}

function InputFact({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
    </>
  );
}
