import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JobView } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Ago, exact, Failure, first, Icon, SkeletonRows, StatusLabel } from "../design/index.ts";
import { askingRunQuery } from "./queries.ts";

/** The question that the address names is open no more: how it ended. @param item `RUN.NUMBER` */
export function Decided({ item, next }: { readonly item: string; readonly next: string | undefined }) {
  const dot = item.lastIndexOf(".");
  const run = dot < 0 ? item : item.slice(0, dot);
  const query = useQuery(askingRunQuery(run));
  const job = query.data?.jobs.find(({ number }) => String(number) === item.slice(dot + 1));
  return (
    <>
      <Link className="in-back only-narrow" to="/inbox">
        <Icon name="right" className="turned" /> All questions
      </Link>
      {query.isPending && (
        <>
          <h1 id="asked" className="vh">
            A decided question
          </h1>
          <SkeletonRows rows={3} label="The decision" />
        </>
      )}
      {query.error !== null && query.data === undefined && (
        <>
          <h1 id="asked">There is no such question.</h1>
          <Failure what="It is not open." refusal={refusalFrom(query.error)} />
        </>
      )}
      {query.data !== undefined && (
        <>
          <div className="facts in-facts">
            <StatusLabel status={job?.status ?? query.data.status} />
            <span>
              {query.data.pipeline}{" "}
              <Link className="link" to="/runs/$run" params={{ run }}>
                #{query.data.number}
              </Link>
              {job === undefined ? "" : ` › ${job.name}`}
            </span>
          </div>
          <h1 id="asked">{job === undefined ? "There is no such question." : outcomeText(job)}</h1>
          {job?.ended_at != null && (
            <p className="in-about mid" title={exact(Date.parse(job.ended_at))}>
              <Ago at={job.ended_at} />. The run is now {query.data.status}
              {query.data.reason === "" ? "" : `: ${query.data.reason.replaceAll("`", "")}`}.
            </p>
          )}
          <div className="btns in-next">
            <Link className="btn" to="/runs/$run" params={{ run }}>
              Open the run
            </Link>
            {next !== undefined && (
              <Link className="btn" to="/inbox" search={{ item: next }}>
                Next question
              </Link>
            )}
          </div>
        </>
      )}
    </>
  );
}

/** "Approved by marta: seen on staging." */
export function outcomeText(job: Pick<JobView, "name" | "status" | "reason">): string {
  if (job.reason !== "") return `${first(job.reason.replaceAll("`", ""))}.`;
  return `${job.name} is ${job.status}.`;
}
