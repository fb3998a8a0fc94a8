import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { inboxQuery, systemQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useWaiting } from "../app/side.tsx";
import { Failure, first, numberWord, SkeletonRows, useNow } from "../design/index.ts";
import type { Widget, WidgetId } from "./arrangement.ts";
import { deedsQuery, failedQuery, LIVE, liveQuery, overviewQuery, triggersQuery } from "./queries.ts";
import { FailedRows, NeedsRows, WorkingRows } from "./runs-widgets.tsx";
import { HealthRows, LatelyRows, NextRows } from "./side-widgets.tsx";
import { useFailing, useTypical } from "./typical.ts";

interface WidgetProps {
  readonly widget: Widget;
  /** Shown while the page is arranged. */
  readonly tools: ReactNode;
}

const VIEWS: Readonly<Record<WidgetId, ComponentType<WidgetProps>>> = {
  needs: Needs,
  working: Working,
  failed: Failed,
  next: Next,
  health: Health,
  lately: Lately,
};

/** One widget of the start page. */
export function WidgetView(props: WidgetProps) {
  const View = VIEWS[props.widget.id];
  return <View {...props} />;
}

function Needs(props: WidgetProps) {
  const query = useQuery(inboxQuery);
  return (
    <Frame {...props} query={query} note={useWaiting()} link={<Link to="/inbox">Inbox</Link>}>
      {query.data !== undefined && <NeedsRows items={query.data.items} />}
    </Frame>
  );
}

function Working(props: WidgetProps) {
  const query = useQuery(liveQuery);
  const live = useQuery(overviewQuery).data?.live;
  const typical = useTypical();
  const parts =
    live === undefined
      ? []
      : [
          live.running === 0 ? "" : `${live.running}`,
          live.pending === 0 ? "" : `${live.pending} pending`,
          live.stopping === 0 ? "" : `${live.stopping} stopping`,
        ].filter((part) => part !== "");
  return (
    <Frame
      {...props}
      query={query}
      note={parts.join(", ")}
      link={
        <Link to="/runs" search={{ status: LIVE }}>
          All runs
        </Link>
      }
    >
      {query.data !== undefined && <WorkingRows runs={query.data.items} typical={typical} />}
    </Frame>
  );
}

function Failed(props: WidgetProps) {
  const now = useNow(60_000);
  const query = useQuery(failedQuery(now));
  const totals = useQuery(overviewQuery).data?.totals;
  const inARow = new Map(
    useFailing().map((one) => [one.pipeline, `${numberWord(one.inARow)} ${one.occasion}s in a row`]),
  );
  const all = totals === undefined ? 0 : totals.completed + totals.failed + totals.cancelled;
  return (
    <Frame
      {...props}
      query={query}
      note={totals === undefined || totals.failed === 0 ? "" : `${totals.failed} of ${all} runs in 24 h`}
      link={
        <Link to="/runs" search={{ status: "failed" }}>
          All failures
        </Link>
      }
    >
      {query.data !== undefined && <FailedRows runs={query.data.items} inARow={inARow} />}
    </Frame>
  );
}

function Next(props: WidgetProps) {
  const query = useQuery(triggersQuery);
  return (
    <Frame {...props} query={query} link={<Link to="/triggers">Schedules</Link>}>
      {query.data !== undefined && <NextRows triggers={query.data.items} />}
    </Frame>
  );
}

function Health(props: WidgetProps) {
  const query = useQuery(systemQuery);
  return (
    <Frame {...props} query={query} link={<Link to="/system">System</Link>}>
      {query.data !== undefined && <HealthRows system={query.data} />}
    </Frame>
  );
}

function Lately(props: WidgetProps) {
  const query = useQuery(deedsQuery);
  return (
    <Frame {...props} query={query} link={<Link to="/activity">Activity</Link>}>
      {query.data !== undefined && <LatelyRows deeds={query.data.items} />}
    </Frame>
  );
}

/** Head and body; what cannot be read says so in its place, the rest of the page stays. */
function Frame({
  widget,
  tools,
  query,
  note = "",
  link,
  children,
}: WidgetProps & {
  readonly query: Pick<UseQueryResult, "error" | "isPending" | "data" | "refetch">;
  readonly note?: string;
  readonly link: ReactNode;
  readonly children: ReactNode;
}) {
  const { id, name } = widget;
  return (
    <section aria-labelledby={`home-${id}`} className={`widget${tools === null ? "" : " arranged"}`}>
      <div className="h-row">
        <h2 id={`home-${id}`}>{name}</h2>
        {note !== "" && <span className="n">{note}</span>}
        {link}
        {tools}
      </div>
      {query.isPending && <SkeletonRows rows={3} label={name} />}
      {query.error !== null && query.data === undefined && (
        <Failure
          what={`${first(name)} cannot be read.`}
          refusal={refusalFrom(query.error)}
          retry={() => void query.refetch()}
        />
      )}
      {children}
    </section>
  );
}
