import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { RunView } from "../api/client.ts";
import { onRun } from "../api/live/feed.ts";
import { runsQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { starterText } from "../app/deed.ts";
import { useRowKeys } from "../app/row-keys.ts";
import { Screen } from "../app/screen.tsx";
import {
  Ago,
  Answer,
  Button,
  CoreOfCounts,
  Empty,
  Failure,
  Icon,
  SkeletonRows,
  StatusLabel,
  StatusMark,
  Took,
  useTitle,
} from "../design/index.ts";
import { answerOf } from "./answer.ts";
import { readSearch } from "./search.ts";

const LIVE = "pending,running,stopping";
const FILTERS = [
  { name: "All", status: "" },
  { name: "Live", status: LIVE },
  { name: "Failed", status: "failed" },
  { name: "Completed", status: "completed" },
  { name: "Cancelled", status: "cancelled" },
] as const;

/** All runs, newest first, with filters that stand in the address. */
export function Runs() {
  useTitle("Runs");
  const { search, set } = useAddress();
  const { status, q, cursor, sort } = search;
  const { filters, problems } = readSearch(q ?? "");
  const query = useQuery(runsQuery({ status, ...filters, sort, cursor, limit: 50 }));
  const live = useQuery(runsQuery({ status: LIVE, limit: 500 }));
  return (
    <Screen crumbs={[{ name: "Runs" }]}>
      <Answer>
        {live.data !== undefined
          ? answerOf(live.data.items, live.data.next_cursor !== null)
          : live.error === null
            ? "Runs"
            : "What runs cannot be told."}
      </Answer>
      <div className="btns filters">
        <div className="search">
          <Icon name="find" />
          <input
            type="search"
            aria-label="Find runs"
            aria-describedby="search-help"
            aria-invalid={problems.length > 0}
            placeholder="nightly by:marta took:>10m"
            defaultValue={q ?? ""}
            onChange={(event) => set({ q: event.target.value, cursor: null }, { replace: true })}
          />
        </div>
        <div className="chips" role="group" aria-label="Filter">
          {FILTERS.map((filter) => (
            <button
              key={filter.name}
              type="button"
              className="chip"
              aria-pressed={(status ?? "") === filter.status}
              onClick={() => set({ status: filter.status, cursor: null })}
            >
              {filter.status !== "" && (
                <StatusMark status={filter.status === LIVE ? "running" : filter.status} />
              )}
              {filter.name}
            </button>
          ))}
        </div>
      </div>
      <p className="help search-help" id="search-help" role="status">
        {problems.length > 0
          ? `${problems.join(". ")}.`
          : "Words of a name, and status: by: pipeline: trigger: took:"}
      </p>
      {query.error !== null && (
        <Failure
          what="The runs cannot be read."
          refusal={refusalFrom(query.error)}
          unaffected="What runs goes on."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={8} label="Runs" />}
      {query.data !== undefined && (
        <RunTable
          // Rows stay as they are first shown: until others have come, those are the ones from before.
          key={`${status}${q}${cursor}${sort}${query.isPlaceholderData}`}
          sort={sort ?? "newest"}
          onSort={(to) => set({ sort: to === "newest" ? null : to, cursor: null })}
          runs={query.data.items}
          isFiltered={(status ?? "") !== "" || (q ?? "") !== ""}
          next={query.data.next_cursor}
          onNext={(to) => set({ cursor: to })}
          onAll={() => set({ status: null, q: null, cursor: null })}
        />
      )}
    </Screen>
  );
}

/** Rows stay where they are: changes are shown in place, new runs are announced. */
function RunTable({
  runs,
  isFiltered,
  sort,
  onSort,
  next,
  onNext,
  onAll,
}: {
  readonly runs: readonly RunView[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly isFiltered: boolean;
  readonly next: string | null;
  readonly onNext: (cursor: string) => void;
  readonly onAll: () => void;
}) {
  const { shown, fresh, showFresh } = useSteadyRows(runs);
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  if (shown.length === 0 && isFiltered)
    return (
      <p className="mid">
        No run is like that.{" "}
        <button type="button" className="link" onClick={onAll}>
          Show all runs
        </button>
      </p>
    );
  if (shown.length === 0)
    return (
      <Empty title="No run yet" command="gaia run hello.yaml">
        <p className="mid">
          A run is one execution of a pipeline. Start one in a terminal, or from the page of{" "}
          <Link className="link" to="/pipelines">
            a pipeline
          </Link>
          .
        </p>
      </Empty>
    );
  return (
    <>
      <div className="scroll-x" role="region" aria-label="Runs, table" tabIndex={0}>
        <table className="pl">
          <caption className="vh">Runs, {sort} first</caption>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">State</th>
              <th scope="col">Jobs</th>
              <th scope="col">Started by</th>
              <SortHead name="When" down="newest" up="oldest" sort={sort} onSort={onSort} />
              <SortHead name="Took" down="longest" up="shortest" sort={sort} onSort={onSort} />
            </tr>
          </thead>
          <tbody ref={body}>
            {shown.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="btns table-foot">
        <span className="soft small">
          {shown.length === 1 ? "One run" : `${shown.length} runs`}, {sort} first.
        </span>
        {fresh > 0 && (
          <Button size="small" onClick={showFresh}>
            {fresh === 1 ? "1 new run" : `${fresh} new runs`}
          </Button>
        )}
        {next !== null && (
          <Button size="small" onClick={() => onNext(next)}>
            Older
          </Button>
        )}
      </div>
    </>
  );
}

/** A head that sorts: pressed once from the greatest down, again from the least up. */
function SortHead({
  name,
  down,
  up,
  sort,
  onSort,
}: {
  readonly name: string;
  readonly down: string;
  readonly up: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}) {
  const order = sort === down ? "descending" : sort === up ? "ascending" : "none";
  return (
    <th scope="col" className="num" aria-sort={order}>
      <button type="button" onClick={() => onSort(sort === down ? up : down)}>
        {name} {order !== "none" && <Icon name={order === "descending" ? "down" : "up"} />}
      </button>
    </th>
  );
}

function RunRow({ run }: { readonly run: RunView }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/runs/$run" params={{ run: run.id }} data-row>
          <b>{run.pipeline}</b> <span className="soft">#{run.number}</span>
        </Link>
      </th>
      <td>
        <StatusLabel status={run.status} />
        {run.reason !== "" && <div className="small soft clip reason">{run.reason}</div>}
      </td>
      <td className="core-cell">
        <CoreOfCounts counts={run.counts} label={`${run.pipeline} #${run.number}`} />
      </td>
      <td className="mid">{starterText(run)}</td>
      <td className="num">
        <Ago at={run.created_at} />
      </td>
      <td className="num mono">
        <Took from={run.started_at} to={run.ended_at} fine />
      </td>
    </tr>
  );
}

/** The rows that are shown change in place; those that came since wait to be asked for. */
function useSteadyRows(runs: readonly RunView[]): {
  readonly shown: readonly RunView[];
  readonly fresh: number;
  readonly showFresh: () => void;
} {
  const [order, setOrder] = useState<readonly string[]>(() => runs.map(({ id }) => id));
  const [changed, setChanged] = useState<ReadonlyMap<string, RunView>>(new Map());
  useEffect(
    () =>
      onRun((run) => {
        setChanged((former) => new Map(former).set(run.id, run));
      }),
    [],
  );
  const byId = new Map(runs.map((run) => [run.id, run]));
  const known = new Set(order);
  const shown = order.flatMap((id) => {
    const run = newer(byId.get(id), changed.get(id));
    return run === undefined ? [] : [run];
  });
  return {
    shown: order.length === 0 ? runs : shown,
    fresh: order.length === 0 ? 0 : runs.filter(({ id }) => !known.has(id)).length,
    showFresh: () => setOrder(runs.map(({ id }) => id)),
  };
}

function newer(listed: RunView | undefined, told: RunView | undefined): RunView | undefined {
  if (listed === undefined || told === undefined) return listed ?? told;
  return listed.ended_at !== null ? listed : told;
}
