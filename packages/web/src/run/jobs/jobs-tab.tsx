import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, type ReactNode, useMemo, useRef } from "react";
import type { JobView } from "../../api/client.ts";
import { useAddress } from "../../app/address.ts";
import { clock, Icon, StatusLabel, useNow } from "../../design/index.ts";
import { useMoves } from "../moves.ts";
import type { TabProps } from "../tabs.ts";
import { useWorkerNames } from "../worker-names.ts";
import { memberLabel, sentence } from "../words.ts";
import {
  type Column,
  nextSort,
  passes,
  type Row,
  rowsOf,
  type Sort,
  sortFrom,
  type StateFilter,
  waitedMs,
  type Waits,
  workedMs,
} from "./rows.ts";
import { pastOf } from "./waits.ts";

const FILTERS: readonly { readonly name: StateFilter; readonly title: string }[] = [
  { name: "all", title: "All" },
  { name: "open", title: "Open" },
  { name: "failed", title: "Failed or stopped" },
  { name: "done", title: "Done" },
];
const HEADS: readonly { readonly column: Column; readonly title: string; readonly isNumber: boolean }[] = [
  { column: "name", title: "Job", isNumber: false },
  { column: "state", title: "State", isNumber: false },
  { column: "attempt", title: "Attempt", isNumber: true },
  { column: "worker", title: "Worker", isNumber: false },
  { column: "waited", title: "Waited", isNumber: true },
  { column: "worked", title: "Worked", isNumber: true },
];
const ROW_PX = 41;
const SORT_MS = 30_000;

/** All jobs as a table: groups with their members, sorted or filtered as the address says. */
export function JobsTab({ id, state, selected, select, history }: TabProps) {
  const { search, set } = useAddress();
  const { jobs } = state;
  const sort = sortFrom(search["sort"]);
  const filter = FILTERS.find(({ name }) => name === search["state"])?.name ?? "all";
  const text = search["q"] ?? "";
  const closedText = search["closed"] ?? "";
  const closed = useMemo(() => new Set(closedText.split(",")), [closedText]);
  const waits = useMemo(() => pastOf(history.events), [history.events]);
  // Rows that are sorted by what grows each second would jump: their order is looked at again with each change.
  const now = useNow(SORT_MS);
  const rows = rowsOf(jobs, sort, filter, text, closed, waits, now);
  const keys = useMemo(() => rows.map(({ job }) => job.key), [rows]);
  useMoves(id, jobs, keys, selected);
  const toggle = (group: string): void => {
    const next = closed.has(group) ? [...closed].filter((key) => key !== group) : [...closed, group];
    set({ closed: next.filter((key) => key !== "").join(",") }, { replace: true });
  };
  return (
    <div className="tab-page table-page">
      <div className="btns filters">
        <div className="search">
          <Icon name="find" />
          <input
            type="search"
            aria-label="Find jobs"
            placeholder="a part of a name"
            defaultValue={text}
            onChange={(event) => set({ q: event.target.value }, { replace: true })}
          />
        </div>
        <div className="chips" role="group" aria-label="Filter">
          {FILTERS.map(({ name, title }) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={filter === name}
              onClick={() => set({ state: name === "all" ? null : name })}
            >
              {title} <span className="soft">{jobs.list.filter((job) => passes(job, name)).length}</span>
            </button>
          ))}
        </div>
      </div>
      {jobs.list.length < jobs.total && (
        <p className="soft small">
          {jobs.list.length.toLocaleString()} of {jobs.total.toLocaleString()} jobs have been read.
        </p>
      )}
      {rows.length === 0 ? (
        <p className="mid">No job is like that.</p>
      ) : (
        <Table
          rows={rows}
          sort={sort}
          selected={selected}
          closed={closed}
          waits={waits}
          onSort={(column) => set({ sort: nextSort(sort, column) }, { replace: true })}
          onToggle={toggle}
          select={select}
        />
      )}
    </div>
  );
}

/** Only the rows in sight are drawn; spacers stand for the others. */
function Table({
  rows,
  sort,
  selected,
  closed,
  waits,
  onSort,
  onToggle,
  select,
}: {
  readonly rows: readonly Row[];
  readonly sort: Sort;
  readonly selected: string | null;
  readonly closed: ReadonlySet<string>;
  readonly waits: Waits;
  readonly onSort: (column: Column) => void;
  readonly onToggle: (group: string) => void;
  readonly select: (job: string) => void;
}) {
  const workerName = useWorkerNames();
  const frame = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is handed to a memoized component
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    initialRect: { width: 1_000, height: 800 },
  });
  const at = selected === null ? -1 : rows.findIndex(({ job }) => job.key === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
    // oxlint-disable-next-line react/exhaustive-deps -- rows that move under a selection do not scroll the table
  }, [selected]);
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="table-frame" ref={frame} role="region" aria-label="Jobs, table" tabIndex={0}>
      <table className="jobs-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">Jobs of the run</caption>
        <thead>
          <tr>
            {HEADS.map(({ column, title, isNumber }) => (
              <th
                key={column}
                scope="col"
                className={isNumber ? "num" : undefined}
                aria-sort={sort.by === column ? (sort.isDown ? "descending" : "ascending") : "none"}
              >
                <button type="button" onClick={() => onSort(column)}>
                  {title}
                  {sort.by === column && <Icon name={sort.isDown ? "down" : "up"} />}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} />
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { job } = row;
            const past = waits.get(job.key);
            return (
              <tr
                key={job.key}
                aria-rowindex={index + 2}
                className={selected === job.key ? "sel" : undefined}
              >
                <th scope="row">
                  <span className={`job-cell depth-${row.depth}`}>
                    {row.members > 0 && sort.by === "order" && (
                      <button
                        type="button"
                        className="job-fold"
                        aria-expanded={!closed.has(job.key)}
                        aria-label={`Jobs of ${job.key}`}
                        onClick={() => onToggle(job.key)}
                      >
                        <Icon name={closed.has(job.key) ? "right" : "down"} />
                      </button>
                    )}
                    <button type="button" className="job-name" onClick={() => select(job.key)}>
                      {row.depth === 0 ? job.key : memberLabel(job)}
                    </button>
                    {row.members > 0 && <span className="soft">×{row.members}</span>}
                  </span>
                </th>
                <State job={job} />
                <td className="num mono">
                  {job.attempt === 0
                    ? "–"
                    : job.max_attempts > 1
                      ? `${job.attempt} of ${job.max_attempts}`
                      : job.attempt}
                </td>
                <td className="clip">
                  {job.worker ?? (past?.worker == null ? "–" : workerName(past.worker))}
                </td>
                <td className="num mono">
                  <Span isOpen={past?.waitsSince != null} of={(now) => waitedMs(past, now)} />
                </td>
                <td className="num mono">
                  <Span isOpen={job.ended_at === null} of={(now) => workedMs(job, now)} />
                </td>
              </tr>
            );
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </div>
  );
}

function State({ job }: { readonly job: JobView }): ReactNode {
  return (
    <td>
      <span className="state-cell">
        <StatusLabel status={job.status} />
        {job.reason !== "" && <span className="soft small clip">{sentence(job.reason)}</span>}
      </span>
    </td>
  );
}

function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true" className="spacer">
      <td colSpan={HEADS.length} style={{ height }} />
    </tr>
  );
}

/** A duration; while it is open, as it grows. */
function Span({ isOpen, of }: { readonly isOpen: boolean; readonly of: (now: number) => number | null }) {
  return isOpen && of(0) !== null ? <Growing of={of} /> : clock(of(0), true);
}

function Growing({ of }: { readonly of: (now: number) => number | null }) {
  return clock(of(useNow()));
}
