import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef } from "react";
import { clock, Icon, StatusMark } from "../../design/index.ts";
import type { AxisTick } from "./axis.ts";
import { type Bar, barsOf, isGroupOpen, laneText, type Row } from "./rows.ts";

/** Height of a row in pixels, as the stylesheet has it. */
const ROW_PX = 27;
/** Up to here all rows are in the document, where the browser's own search finds them. */
const WHOLE_ROWS = 200;

interface GridProps {
  readonly run: string;
  readonly rows: readonly Row[];
  readonly ticks: readonly AxisTick[];
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly isOver: boolean;
  readonly isPast: boolean;
  /** Keys of the jobs on the longest chain. */
  readonly chain: ReadonlySet<string>;
  readonly toggled: ReadonlySet<string>;
  readonly onToggle: (group: string) => void;
}

/** The lanes as a table: what is drawn is said in each cell as well. Of many rows only those in view are there. */
export function Grid(props: GridProps) {
  const { rows, ticks, from, to, now, isOver } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isWhole = rows.length <= WHOLE_ROWS;
  // oxlint-disable-next-line react/incompatible-library -- what it answers is rendered here, not handed on
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    enabled: !isWhole,
  });
  const items = virtual.getVirtualItems();
  const first = isWhole ? 0 : (items[0]?.index ?? 0);
  const end = isWhole ? rows.length : (items.at(-1)?.index ?? -1) + 1;
  const nowAt = isOver ? null : placeOf(now, from, to);
  return (
    <div className="tl-scroll" ref={scroller} tabIndex={0} role="region" aria-label="Timeline, scrolls">
      <table className="tl" aria-rowcount={rows.length + 1}>
        <caption className="vh">When each job waited and worked</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="name">
              Job
            </th>
            <th scope="col" className="lane">
              <span className="vh">Time</span>
              {ticks.map(({ at, text }) => (
                <span key={at} className={edgeOf(at)} style={{ left: percent(at) }} aria-hidden>
                  {text}
                </span>
              ))}
              {nowAt !== null && (
                <span className="now-t" style={{ left: percent(nowAt) }} aria-hidden>
                  now
                </span>
              )}
            </th>
            <th scope="col" className="tot">
              worked · waited
            </th>
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Space rows={first} />}
          {rows.slice(first, end).map((row, index) =>
            row.kind === "worker" ? (
              <tr key={`worker ${row.name}`} aria-rowindex={first + index + 2}>
                <th scope="rowgroup" colSpan={3} className="name tl-worker">
                  {row.name === "" ? "No worker" : row.name}{" "}
                  <span className="soft">
                    {row.jobs === 1 ? "1 job" : `${row.jobs.toLocaleString()} jobs`}
                  </span>
                </th>
              </tr>
            ) : (
              <JobRow key={row.lane.job.key} row={row} index={first + index + 2} nowAt={nowAt} {...props} />
            ),
          )}
          {end < rows.length && <Space rows={rows.length - end} />}
        </tbody>
      </table>
    </div>
  );
}

/** In place of rows that are out of view. */
function Space({ rows }: { readonly rows: number }) {
  return (
    <tr aria-hidden className="tl-space" style={{ height: rows * ROW_PX }}>
      <td colSpan={3} />
    </tr>
  );
}

interface JobRowProps extends Omit<GridProps, "rows" | "isOver" | "isPast"> {
  readonly row: Extract<Row, { kind: "job" }>;
  readonly index: number;
  readonly nowAt: number | null;
}

function JobRow({ row, index, nowAt, run, ticks, from, to, now, chain, toggled, onToggle }: JobRowProps) {
  const { job } = row.lane;
  const isInChain = chain.has(job.key);
  return (
    <tr aria-rowindex={index}>
      <th scope="row" className={`name${row.isInside ? " leg" : ""}`}>
        <span>
          <StatusMark status={job.status} alone />
          <Link
            to="/runs/$run"
            params={{ run }}
            search={(former) => ({ ...former, job: job.key })}
            className="clip"
            title={job.name}
          >
            {nameIn(row)}
            {row.members !== null && row.members > 0 && <i className="tl-times"> ×{row.members}</i>}
          </Link>
          {row.members !== null && row.members > 0 && (
            <button
              type="button"
              className="ghost tl-toggle"
              aria-expanded={isGroupOpen(job.key, row.members, toggled)}
              aria-label={`Members of ${job.name}`}
              onClick={() => onToggle(job.key)}
            >
              <Icon name={isGroupOpen(job.key, row.members, toggled) ? "down" : "right"} />
            </button>
          )}
        </span>
      </th>
      <td className="lane">
        <span className="vh">
          {laneText(row, now)}
          {isInChain ? ", on the longest chain" : ""}
        </span>
        {ticks.map(({ at }) => (
          <i key={at} className="g" style={{ left: percent(at) }} />
        ))}
        {barsOf(row, now, to - from).map((bar) => (
          <Stroke
            key={`${bar.look}${bar.from}`}
            look={bar.look}
            isThin={bar.isThin}
            isInChain={isInChain}
            left={placeOf(bar.from, from, to)}
            width={placeOf(bar.to, from, to) - placeOf(bar.from, from, to)}
            title={`${job.name}: ${LOOK_WORDS[bar.look]} ${bar.look === "expected" ? "≈ " : ""}${clock(bar.to - bar.from, true)}`}
          />
        ))}
        {nowAt !== null && <i className="now" style={{ left: percent(nowAt) }} />}
      </td>
      <td className="tot">
        <Totals row={row} />
      </td>
    </tr>
  );
}

const LOOKS: Readonly<Record<Bar["look"], string>> = {
  worked: "w-done",
  working: "w-run",
  failed: "w-fail",
  queued: "q",
  waiting: "w-wait",
  expected: "w-next",
};

const LOOK_WORDS: Readonly<Record<Bar["look"], string>> = {
  worked: "worked",
  working: "working for",
  failed: "failed attempt,",
  queued: "queued",
  waiting: "waited",
  expected: "expected",
};

interface StrokeProps {
  readonly look: Bar["look"];
  readonly isThin: boolean;
  readonly isInChain: boolean;
  readonly left: number;
  readonly width: number;
  readonly title: string;
}

const Stroke = memo(function Stroke({ look, isThin, isInChain, left, width, title }: StrokeProps) {
  const names = [LOOKS[look], isThin ? "thin" : "", isInChain && look !== "expected" ? "crit" : ""];
  return (
    <i
      className={names.filter((name) => name !== "").join(" ")}
      style={{ left: percent(left), width: percent(width) }}
      title={title}
    />
  );
});

/** Work first, then all that was not work. */
function Totals({ row: { lane, expected } }: { readonly row: Extract<Row, { kind: "job" }> }) {
  const waited = lane.queuedMs + lane.waitedMs;
  const isTold = waited >= 1_000 || (waited > 0 && lane.workedMs === 0 && lane.endedAt === null);
  if (lane.begunAt === null && expected !== null) return <b>≈ {clock(expected.to - expected.from)}</b>;
  if (lane.begunAt === null) return <>–</>;
  return (
    <>
      <b>{lane.workedMs === 0 ? "–" : clock(lane.workedMs, true)}</b>
      {isTold && ` · ${clock(waited, true)}`}
    </>
  );
}

/** Under its group a member is called by what tells it from the others: `chromium 1` of `browser=chromium,shard=1`. */
function nameIn({ lane: { job }, isInside, isUnderGroup }: JobRowProps["row"]): string {
  const found = job.group === null || !isInside ? null : /^(.*?) ?\[([^[\]]+)\]$/.exec(job.name);
  if (found === null) return job.name;
  const [, group = "", label = ""] = found;
  const parts = label.split(",");
  const values = parts.every((part) => part.includes("="))
    ? parts.map((part) => part.slice(part.indexOf("=") + 1)).join(" ")
    : label;
  return isUnderGroup ? values : `${group} ${values}`;
}

function placeOf(at: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

function percent(place: number): string {
  return `${(place * 100).toFixed(3)}%`;
}

function edgeOf(place: number): string | undefined {
  return place > 0.97 ? "at-end" : undefined;
}
