import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import type { RunDetail } from "../api/client.ts";
import { Ago, Button, Failure, Icon, MarkedWords, StatusMark } from "../design/index.ts";
import type { Building } from "./building.ts";
import type { Program } from "./program.ts";
import { type PipelineDetail, runQuery } from "./queries.ts";
import { ToSource } from "./to-source.tsx";

const LogTail = lazy(async () => ({ default: (await import("../run/log/log-tail.tsx")).LogTail }));
/** Last lines of a build; all of them are in its log. */
const LINES = 8;
/** How a message ends that is the last line of its log: here the output stands below. */
const ABOVE = / Its output above says why\.$/;

/** What has to be known of a program's builds before anything else: the one under way, one that failed, what is gone. */
export function BuildNotes({
  pipeline,
  build,
}: {
  readonly pipeline: PipelineDetail;
  readonly build: Building;
}) {
  const { program } = pipeline;
  if (program === null || program === undefined) return null;
  return (
    <>
      {build.refusal !== null && (
        <Failure
          what="It is not built."
          refusal={build.refusal}
          unaffected="Its versions are as they were."
        />
      )}
      <LastBuild pipeline={pipeline} program={program} build={build} />
      {program.problem !== "" && (
        <Notice>
          <p>
            <strong>New commits are not seen.</strong> <MarkedWords text={program.problem} />
          </p>
          <p className="mid">{serving(pipeline)} It is looked again by itself.</p>
          <div className="btns">
            <ToSource name={pipeline.name} program={program} />
          </div>
        </Notice>
      )}
      {program.missing_since !== null && (
        <Notice>
          <p>
            <strong>Its file is gone</strong> since <Ago at={program.missing_since} past />.
          </p>
          <p className="mid">{serving(pipeline)} Put the file back, and it is built anew.</p>
        </Notice>
      )}
    </>
  );
}

/** The first build as it goes; else the last one, where it made nothing. One beside a version that runs is told in the side. */
function LastBuild({
  pipeline,
  program,
  build,
}: {
  readonly pipeline: PipelineDetail;
  readonly program: Program;
  readonly build: Building;
}) {
  const { building, last_build: last } = program;
  const isFirst = pipeline.version === 0;
  if (building !== null && isFirst)
    return (
      <div className="note accent build-note">
        <StatusMark status={building.status} />
        <div className="note-body">
          <p>
            <strong>Build {building.number} is under way.</strong>
          </p>
          <p className="mid">{serving(pipeline)}</p>
          <Printed run={building.run_id} />
          <div className="btns">
            <ToBuild run={building.run_id} />
          </div>
        </div>
      </div>
    );
  const isFailed = last?.status === "failed";
  if (last === null || !(isFailed || (last.status === "cancelled" && isFirst))) return null;
  return (
    <div className={`note build-note${isFailed ? " failed" : ""}`}>
      <StatusMark status={isFailed ? "failed" : "cancelled"} />
      <div className="note-body">
        <p>
          <strong>
            Build {last.number} {isFailed ? "failed" : "was stopped"}
          </strong>{" "}
          <Ago at={last.ended_at} past />. <MarkedWords text={last.message.replace(ABOVE, "")} />
        </p>
        <p className="mid">{serving(pipeline)}</p>
        {isFailed && <Printed run={last.run_id} />}
        <div className="btns">
          <Button size="small" icon="retry" busy={build.isBusy || building !== null} onClick={build.start}>
            Build again
          </Button>
          <ToBuild run={last.run_id} />
          {isFailed && <ToSource name={pipeline.name} program={program} />}
        </div>
      </div>
    </div>
  );
}

function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <div className="note waiting">
      <Icon name="warning" />
      <div className="note-body">{children}</div>
    </div>
  );
}

function ToBuild({ run }: { readonly run: string }) {
  return (
    <Link className="btn small" to="/runs/$run" params={{ run }} search={{}}>
      Open the build
    </Link>
  );
}

/** What runs start from meanwhile. */
function serving({ version }: PipelineDetail): string {
  return version === 0
    ? "Nothing can be started until a build has ended well."
    : `Runs start from version ${version}.`;
}

/** The last lines of the step that works, or that failed. */
function Printed({ run }: { readonly run: string }) {
  const { data: detail } = useQuery(runQuery(run));
  const job = detail === undefined ? undefined : speaking(detail.jobs);
  return (
    <div className="build-log">
      {job !== undefined && (
        <Suspense fallback={null}>
          <LogTail run={run} job={job.key} attempt={job.attempt} lines={LINES} />
        </Suspense>
      )}
    </div>
  );
}

function speaking(jobs: RunDetail["jobs"]): RunDetail["jobs"][number] | undefined {
  const begun = jobs.filter(({ attempt }) => attempt > 0);
  return begun.find(({ status }) => status === "failed") ?? begun.at(-1);
}
