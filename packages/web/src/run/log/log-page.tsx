import "../run.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import type { JobDetail } from "../../api/client.ts";
import { onRun } from "../../api/live/feed.ts";
import { refusalFrom } from "../../api/refusal.ts";
import { Screen } from "../../app/screen.tsx";
import type { Crumb } from "../../app/top.tsx";
import { Failure, Icon, SkeletonRows, StatusLabel, useTitle } from "../../design/index.ts";
import { AttemptChips } from "./attempt-chips.tsx";
import { LogTab } from "./log-tab.tsx";
import { jobQuery, logFileAddress, logRunQuery } from "./queries.ts";
import { useAttempt } from "./use-attempt.ts";

const REFRESH_MS = 200;

/** One job's log on a page of its own. */
export function LogPage() {
  const { run = "", job: key = "" } = useParams({ strict: false });
  const job = useQuery(jobQuery(run, key));
  const of = useQuery(logRunQuery(run));
  const queries = useQueryClient();
  const id = of.data?.id;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onRun((changed) => {
      if (changed.id !== id) return;
      // A large run changes many times a second; the last change is always asked for.
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: ["job", run] });
      }, REFRESH_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queries, run, id]);
  const name = job.data?.name ?? key;
  useTitle(`Log of ${name}`);
  const crumbs: readonly Crumb[] = [
    { name: of.data?.pipeline ?? "Runs", to: "/runs" },
    { name: of.data === undefined ? run : `#${of.data.number}`, to: `/runs/${encodeURIComponent(run)}` },
    { name },
  ];
  return (
    <Screen crumbs={crumbs} fixed>
      {job.error !== null && job.data === undefined && (
        <div className="page">
          <h1 className="vh">Log of {name}</h1>
          <Failure
            what={`The log of ${key} cannot be read.`}
            refusal={refusalFrom(job.error)}
            unaffected="The job itself is not affected."
            retry={() => void job.refetch()}
          />
        </div>
      )}
      {job.isPending && (
        <div className="page">
          <h1 className="vh">Log of {name}</h1>
          <SkeletonRows rows={8} label="Log" />
        </div>
      )}
      {job.data !== undefined && (
        <>
          <LogHead run={run} job={job.data} />
          <LogTab run={run} job={job.data} />
        </>
      )}
    </Screen>
  );
}

function LogHead({ run, job }: { readonly run: string; readonly job: JobDetail }) {
  const { attempt, choose } = useAttempt(job);
  const file = `${job.key}.${attempt}.log`.replaceAll(/[^\w.=-]+/g, "-");
  return (
    <div className="run-head log-head">
      <div className="run-title">
        <h1>{job.name}</h1>
        <StatusLabel status={job.status} pill />
        <AttemptChips job={job} attempt={attempt} choose={choose} />
        <div className="btns">
          {attempt > 0 && (
            <a className="btn" href={logFileAddress(run, job.key, attempt)} download={file}>
              <Icon name="download" />
              Download
            </a>
          )}
        </div>
      </div>
      {job.reason !== "" && <p className="why">{job.reason}</p>}
    </div>
  );
}
