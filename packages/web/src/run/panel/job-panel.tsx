import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { JobView } from "../../api/client.ts";
import { refusalFrom } from "../../api/refusal.ts";
import {
  Button,
  clock,
  Confirm,
  Failure,
  IconButton,
  SkeletonRows,
  spoken,
  StatusLabel,
  toast,
  useNow,
} from "../../design/index.ts";
import { type Doing, useActions } from "../actions.ts";
import { Refused } from "../head/refused.tsx";
import { telling } from "../head/telling.ts";

import { jobQuery } from "../queries.ts";
import type { RunState } from "../run-state.ts";
import { isEnded, memberLabel, sentence } from "../words.ts";
import { Artifacts } from "./artifacts.tsx";
import { Attempts } from "./attempts.tsx";
import { Decision } from "./decision.tsx";
import { JobFacts } from "./job-facts.tsx";
import { Members } from "./members.tsx";
import { Tail } from "./tail.tsx";
import { TestSummary } from "./test-summary.tsx";

/** Loaded with the first report. */
const Markdown = lazy(async () => ({ default: (await import("../markdown/markdown.tsx")).Markdown }));

interface PanelProps {
  readonly id: string;
  readonly state: RunState;
  readonly job: JobView;
  readonly select: (job: string | null) => void;
}

/** The selected job: its state in words, what was tried, what it said and left behind, and what can be done. */
export function JobPanel({ id, state, job, select }: PanelProps) {
  const changed = `${job.status} ${job.attempt}`;
  const query = useQuery({
    ...jobQuery(id, job.key, changed),
    placeholderData: (former) => (former?.key === job.key ? former : undefined),
  });
  const detail = query.data;
  const hasRun = job.kind === "task" && job.attempt > 0;
  return (
    <aside className="panel" aria-labelledby="job-h" tabIndex={0}>
      <Head id={id} state={state} job={job} select={select} key={job.key} />
      {job.kind === "approval" && job.status === "waiting" && (
        <Decision id={id} job={job} key={`d${job.key}`} />
      )}
      {job.kind === "group" && <Members state={state} group={job} select={select} />}
      {query.error !== null && (
        <section>
          <Failure
            what={`What ${job.key} did cannot be read.`}
            refusal={refusalFrom(query.error)}
            unaffected="The job itself goes on."
            retry={() => void query.refetch()}
          />
        </section>
      )}
      {query.isPending && job.kind !== "group" && <SkeletonRows rows={4} label={job.key} />}
      {detail !== undefined && (job.kind === "task" || job.kind === "child") && (
        <Attempts job={job} attempts={detail.attempts} />
      )}
      {hasRun && <Tail id={id} job={job} />}
      {detail !== undefined && detail.summary !== "" && (
        <section>
          <h3>What it reports</h3>
          <Suspense fallback={null}>
            <Markdown text={detail.summary} />
          </Suspense>
        </section>
      )}
      {detail !== undefined && hasRun && <TestSummary id={id} job={job} detail={detail} changed={changed} />}
      {detail !== undefined && detail.artifacts.length > 0 && (
        <section>
          <h3>Files that it kept</h3>
          <Artifacts id={id} job={job.key} files={detail.artifacts} />
        </section>
      )}
      <JobFacts state={state} job={job} detail={detail} select={select} />
    </aside>
  );
}

function Head({ id, state, job, select }: PanelProps) {
  const navigate = useNavigate();
  const doing = useActions(id, (_, made) => {
    if (made === null) return;
    toast("Started again as a new run.");
    void navigate({ to: "/runs/$run", params: { run: made }, search: {} });
  });
  const label = memberLabel(job);
  // Which attempt it was stands beside the state.
  const reason = job.reason.replace(/, attempt \d+ of \d+/, "");
  return (
    <section>
      <div className="panel-title">
        <h2 id="job-h">
          {job.group === null || label === job.key ? job.name : job.group}{" "}
          {label !== job.key && <span className="soft">{label}</span>}
        </h2>
        <IconButton icon="close" label="Close" onClick={() => select(null)} />
      </div>
      <div>
        <StatusLabel status={job.status} /> <StateWords job={job} />
      </div>
      {reason !== "" && <p className="mid">{sentence(reason)}</p>}
      <Buttons id={id} state={state} job={job} doing={doing} />
      {doing.refused !== null && <Refused refused={doing.refused} onClose={doing.dismiss} />}
    </section>
  );
}

/** "attempt 2 of 3, for 2:06" */
function StateWords({ job }: { readonly job: JobView }) {
  const isOver = isEnded(job.status);
  const now = useNow(isOver ? 3_600_000 : 1_000);
  const tries =
    job.max_attempts > 1 && job.attempt > 0 ? `attempt ${job.attempt} of ${job.max_attempts}` : "";
  const took =
    job.started_at === null
      ? ""
      : isOver
        ? job.duration_ms === null
          ? ""
          : `in ${spoken(job.duration_ms)}`
        : `for ${clock(Math.max(0, now - Date.parse(job.started_at)))}`;
  const goesOn = job.tolerated && job.status === "failed" ? "the run goes on" : "";
  return <span className="mid">{[tries, took, goesOn].filter((text) => text !== "").join(", ")}</span>;
}

function Buttons({
  id,
  state,
  job,
  doing,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly job: JobView;
  readonly doing: Doing;
}) {
  const [isAsking, ask] = useState(false);
  const isRunOver = state.run !== null && state.run.ended_at !== null;
  const isOpen = !isEnded(job.status) && job.status !== "pending";
  const logJob = job.kind === "group" ? telling(state.jobs, job.key) : job.attempt > 0 ? job.key : null;
  const isStopping = job.status === "stopping";
  return (
    <div className="btns">
      {logJob !== null && logJob !== job.group && (job.kind === "task" || job.kind === "group") && (
        <Link className="btn small" to="/runs/$run/log/$job" params={{ run: id, job: logJob }}>
          Log
        </Link>
      )}
      {job.child_run !== null && (
        <Link className="btn small" to="/runs/$run" params={{ run: job.child_run }} search={{}}>
          Its run
        </Link>
      )}
      {isOpen && (
        <Button
          size="small"
          kind={isStopping ? "danger" : "secondary"}
          busy={doing.isBusy}
          onClick={() => ask(true)}
        >
          {isStopping ? "Kill now" : "Stop job"}
        </Button>
      )}
      {isRunOver && (
        <Button
          size="small"
          icon="retry"
          busy={doing.isBusy}
          onClick={() => doing.act({ kind: "retry", failed: true, from: job.group ?? job.key })}
        >
          Retry from here
        </Button>
      )}
      <Confirm
        open={isAsking}
        title={isStopping ? `Kill ${job.key} now?` : `Stop ${job.key}?`}
        safe={isStopping ? "Let it end" : "Let it run"}
        destroy={isStopping ? "Kill now" : "Stop the job"}
        onClose={() => ask(false)}
        onConfirm={() => doing.act({ kind: "stop-job", job: job.key, force: isStopping })}
      >
        <p>
          {isStopping
            ? "Its processes are killed at once, without time to clean up."
            : "It is asked to end, and killed if it does not. What needs it will not run; the rest of the run goes on."}
        </p>
      </Confirm>
    </div>
  );
}
