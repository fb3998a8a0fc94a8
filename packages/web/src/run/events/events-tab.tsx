import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { EventView } from "../../api/client.ts";
import { refusalFrom } from "../../api/refusal.ts";
import { useAddress } from "../../app/address.ts";
import { Button, Failure, Moment, SkeletonRows, StatusMark } from "../../design/index.ts";
import { EVENTS_PAGE, eventsQuery } from "../queries.ts";
import { useWorkerNames } from "../worker-names.ts";
import type { TabProps } from "../tabs.ts";
import { actorText, wordsOf } from "./words.ts";

const TIME = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

/** The history, oldest first, a page at a time; the last page grows while the run goes on. */
export function EventsTab({ id, state, select }: TabProps) {
  const { search, set } = useAddress();
  const after = search["after"] ?? null;
  const live = state.events;
  const workerName = useWorkerNames();
  const query = useQuery(eventsQuery(id, after, 0));
  const page = query.data;
  const last = page?.items.at(-1)?.seq ?? 0;
  // What came since stands behind the last page, as far as it is known without a gap.
  const since = page?.next_cursor === null ? continued(live, last) : [];
  const shown = [...(page?.items ?? []), ...since];
  const items = shown.slice(0, EVENTS_PAGE * 2);
  const next = page?.next_cursor ?? (shown.length > items.length ? (items.at(-1)?.cursor ?? null) : null);
  return (
    <div className="tab-page">
      {query.error !== null && (
        <Failure
          what="The history cannot be read."
          refusal={refusalFrom(query.error)}
          unaffected="The run itself is not affected."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={10} label="Events" />}
      {page !== undefined && (
        <>
          <div className="scroll-x" role="region" aria-label="Events, table" tabIndex={0}>
            <table className="events-table">
              <caption className="vh">What happened, oldest first</caption>
              <thead>
                <tr>
                  <th scope="col" className="num">
                    #
                  </th>
                  <th scope="col">When</th>
                  <th scope="col">What</th>
                  <th scope="col">Who</th>
                </tr>
              </thead>
              <tbody>
                {items.map((event) => (
                  <Row key={event.seq} event={event} select={select} workerName={workerName} />
                ))}
              </tbody>
            </table>
          </div>
          <div className="btns table-foot">
            <span className="soft small">
              {items.length === 0
                ? "Nothing happened behind here."
                : `Events ${items[0]?.seq ?? 0} to ${items.at(-1)?.seq ?? 0}${next === null ? ", the newest" : ""}.`}
            </span>
            {after !== null && (
              <Button size="small" onClick={() => set({ after: null })}>
                From the start
              </Button>
            )}
            {next !== null && (
              <Button size="small" onClick={() => set({ after: next })}>
                Later
              </Button>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Row({
  event,
  select,
  workerName,
}: {
  readonly workerName: (id: string) => string;
  readonly event: EventView;
  readonly select: (job: string) => void;
}) {
  const { text, status } = wordsOf(event, workerName);
  const { job } = event;
  const child = event.kind === "job.child" ? event.body["child_run"] : null;
  return (
    <tr>
      <td className="num mono soft">{event.seq}</td>
      <td className="mono nowrap">
        <Moment at={event.at} text={TIME.format(Date.parse(event.at))} />
      </td>
      <td>
        {status !== null && <StatusMark status={status} />}{" "}
        {job === null ? (
          <b>The run</b>
        ) : (
          <button type="button" className="job-name" onClick={() => select(job)}>
            {job}
          </button>
        )}{" "}
        {text}
        {typeof child === "string" && (
          <>
            {" "}
            <Link className="link" to="/runs/$run" params={{ run: child }} search={{}}>
              Open it
            </Link>
          </>
        )}
      </td>
      <td className="soft nowrap">{actorText(event.actor, workerName)}</td>
    </tr>
  );
}

/** The live events that follow the last one of the page at once. */
function continued(live: readonly EventView[], last: number): readonly EventView[] {
  const first = live.findIndex(({ seq }) => seq === last + 1);
  return first < 0 ? [] : live.slice(first);
}
