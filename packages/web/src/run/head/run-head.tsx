import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { EventView, RunView } from "../../api/client.ts";
import { builtBy } from "../../app/builds.ts";
import {
  Core,
  CoreOfCounts,
  clock,
  count,
  Icon,
  Moment,
  StandstillContext,
  StatusLabel,
  timeOfDay,
  useNow,
} from "../../design/index.ts";
import { whyQuery } from "../queries.ts";
import type { RunState } from "../run-state.ts";
import { PastActions, PastNote, PastStatus } from "../travel/past.tsx";
import type { Travel } from "../travel/travel.ts";
import { figuresOf } from "./figures.ts";
import { RunButtons } from "./run-buttons.tsx";
import { type Part, whyOf } from "./why.ts";

/** More segments than this are drawn by share. */
const SEGMENTS_MAX = 200;
const SOURCES: Readonly<Record<string, string>> = {
  manual: "by hand",
  cli: "from a terminal",
  build: "to build",
};

/** The moment of the past that is shown. */
export interface Past {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly travel: Travel;
  /** The last thing that had happened then. */
  readonly event: EventView | undefined;
}

/** What the run is, why it is so, how far it is, and what can be done. */
export function RunHead({
  id,
  state,
  select,
  past,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly select: (job: string) => void;
  readonly past: Past | null;
}) {
  const { run, jobs } = state;
  if (run === null) return null;
  return (
    <div className="run-head">
      <div className="run-title">
        <RunName run={run} />
        {past === null ? (
          <>
            <StatusLabel status={run.status} pill />
            <RunButtons id={id} run={run} jobs={jobs} select={select} />
          </>
        ) : (
          <>
            <PastStatus status={run.status} />
            <PastActions travel={past.travel} />
          </>
        )}
      </div>
      {past === null ? (
        <Why id={id} state={state} run={run} select={select} />
      ) : (
        <PastNote now={past.now} event={past.event} />
      )}
      <div className="run-core">
        <RunCore state={state} run={run} />
        <span className="small mid">
          <b>{count(run.counts.completed ?? 0)}</b> of {count(run.progress.total)}{" "}
          {run.ended_at === null ? "done" : "completed"}
        </span>
      </div>
      <StandstillContext value={past?.now ?? null}>
        <Facts state={state} run={run} />
      </StandstillContext>
    </div>
  );
}

/** A build is named by what it builds, and leads to it. */
function RunName({ run }: { readonly run: RunView }) {
  const built = builtBy(run.pipeline);
  if (built === null)
    return (
      <h1>
        {run.pipeline} <span>#{run.number}</span>
      </h1>
    );
  return (
    <h1>
      <Link to="/pipelines/$pipeline" params={{ pipeline: built }} search={{}}>
        {built}
      </Link>{" "}
      <span>build {run.number}</span>
    </h1>
  );
}

/** In the order of the definition, members in the place of their group. */
function RunCore({ state, run }: { readonly state: RunState; readonly run: RunView }) {
  const { list, total } = state.jobs;
  const label = `${run.pipeline} #${run.number}`;
  const { members } = state.jobs.shape;
  const statuses = useMemo(
    () =>
      list.flatMap((job) => {
        if (job.group !== null) return [];
        const within = members.get(job.key) ?? [];
        return within.length === 0 ? [job.status] : within.flatMap((number) => list[number]?.status ?? []);
      }),
    [list, members],
  );
  return total > SEGMENTS_MAX ? (
    <CoreOfCounts counts={run.counts} label={label} />
  ) : (
    <Core statuses={statuses} label={label} />
  );
}

function Why({
  id,
  state,
  run,
  select,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly run: RunView;
  readonly select: (job: string) => void;
}) {
  const { list } = state.jobs;
  const isOver = run.status === "failed" || run.status === "cancelled";
  const why = useQuery({ ...whyQuery(id, run.status), enabled: isOver });
  const because = why.data?.because;
  const { strong, rest } = useMemo(() => whyOf(run, list, because ?? []), [run, list, because]);
  return (
    <p className="why">
      <strong>
        <Parts parts={strong} select={select} />
      </strong>{" "}
      <Parts parts={rest} select={select} />
    </p>
  );
}

function Parts({
  parts,
  select,
}: {
  readonly parts: readonly Part[];
  readonly select: (job: string) => void;
}) {
  return parts.map((part, at) =>
    typeof part === "string" ? (
      part
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- a part is its place in the sentence
      <button key={at} type="button" className="job-name" onClick={() => select(part.job)}>
        {part.job}
      </button>
    ),
  );
}

function Facts({ state, run }: { readonly state: RunState; readonly run: RunView }) {
  const isOver = run.ended_at !== null;
  const now = useNow(isOver ? 3_600_000 : 1_000);
  const { list } = state.jobs;
  const { workedMs, waitedMs } = figuresOf(list, now);
  const since = run.started_at ?? run.created_at;
  const end = run.ended_at === null ? now : Date.parse(run.ended_at);
  return (
    <div className="facts">
      <span>
        <Icon name="clock" />
        <b>{clock(Math.max(0, end - Date.parse(since)), isOver)}</b> since{" "}
        <Moment at={since} text={timeOfDay(Date.parse(since))} />
      </span>
      <span>
        worked <b>{clock(workedMs, isOver)}</b>
      </span>
      {waitedMs > 0 && (
        <span>
          waited for a person <b>{clock(waitedMs)}</b>
        </span>
      )}
      <span>
        <Icon name="person" />
        {run.actor.id}, {SOURCES[run.trigger] ?? run.trigger}
      </span>
      <span>version {run.pipeline_version}</span>
    </div>
  );
}
