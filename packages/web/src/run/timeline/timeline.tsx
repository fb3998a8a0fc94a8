import "../timeline.css";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { EventView, JobView, RunView } from "../../api/client.ts";
import { useAddress } from "../../app/address.ts";
import { Empty, SkeletonRows, useNow, useStandstill } from "../../design/index.ts";
import { useWorkerNames } from "../travel/worker-names.ts";
import { axisOf } from "./axis.ts";
import { chainOf, spentOf } from "./chain.ts";
import { expectedOf } from "./expected.ts";
import { Grid } from "./grid.tsx";
import { lanesOf } from "./lanes.ts";
import { statisticsQuery } from "./queries.ts";
import { type Order, ORDERS, rowsOf } from "./rows.ts";
import { chainSentence, queueSentence, spentSentence } from "./sentence.ts";
import { tracksOf } from "./tracks.ts";

const ORDER_WORDS: Readonly<Record<Order, string>> = {
  start: "By start",
  length: "Longest first",
  worker: "By worker",
};

/** A little room behind what ends last. */
const MARGIN = 0.02;

interface TimelineProps {
  readonly run: RunView;
  readonly jobs: readonly JobView[];
  readonly events: readonly EventView[];
  /** False: the history is longer than what is held of it. A part of it would be drawn as if it were all. */
  readonly isWhole?: boolean;
}

/**
 * When each job waited and when it worked. Waiting is hatched, the queue is thin, work is solid, what is expected is
 * hollow; the jobs that the run's time went through are underlined.
 *
 * @param events of the run, the first one first; of the past up to the moment that is shown
 */
export function Timeline({ run, jobs, events, isWhole = true }: TimelineProps) {
  const { search, set } = useAddress();
  const order = ORDERS.find((each) => each === search["order"]) ?? "start";
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const nameOf = useWorkerNames(order === "worker");
  const shown = useShown(run, jobs, events);
  const { lanes, chain, expected, from, to, now, isOver } = shown;
  const rows = useMemo(
    () => rowsOf(lanes, { order, now, expected, toggled, nameOf }),
    [lanes, order, now, expected, toggled, nameOf],
  );
  if (run.started_at === null)
    return (
      <Empty title="Nothing has begun">
        <p className="mid">{run.reason === "" ? "The run has not started yet." : `The run ${run.reason}.`}</p>
      </Empty>
    );
  if (!isWhole)
    return (
      <Empty title="Too much happened to draw it" command={`gaia show ${run.id}`}>
        <p className="mid">
          The history of this run is longer than what this page holds of it ({events.length.toLocaleString()}{" "}
          events). The list of jobs tells how long each took.
        </p>
      </Empty>
    );
  if (events.length === 0) return <SkeletonRows rows={8} label="Timeline" />;
  const toggle = (key: string): void =>
    setToggled((former) => {
      const next = new Set(former);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <>
      <div className="tl-head">
        <p className="why">
          <strong>{shown.spent}</strong> {shown.rest}
        </p>
        <div className="tl-tools">
          <Legend hasExpected={expected.size > 0} />
          <div className="chips" role="group" aria-label="Order">
            {ORDERS.map((each) => (
              <button
                key={each}
                type="button"
                className="chip"
                aria-pressed={order === each}
                onClick={() => set({ order: each === "start" ? null : each }, { replace: true })}
              >
                {ORDER_WORDS[each]}
              </button>
            ))}
          </div>
        </div>
      </div>
      <Grid
        run={run.id}
        rows={rows}
        ticks={axisOf(from, to, isOver ? null : now)}
        from={from}
        to={to}
        now={now}
        isOver={isOver}
        isPast={shown.isPast}
        chain={new Set(chain.keys)}
        toggled={toggled}
        onToggle={toggle}
      />
    </>
  );
}

/** Everything that is drawn and said, of the present or of a moment of the past. */
function useShown(run: RunView, jobs: readonly JobView[], events: readonly EventView[]) {
  const isPast = useStandstill() !== null;
  const clockNow = useNow();
  const isOver = run.ended_at !== null;
  const tracks = tracksOf(events);
  const last = events.at(-1)?.seq ?? 0;
  const lastAt = events.at(-1)?.at;
  // A browser's clock that is behind the server's does not cut what has happened.
  const now = isOver
    ? Date.parse(run.ended_at ?? "")
    : Math.max(clockNow, lastAt === undefined ? 0 : Date.parse(lastAt));
  const isExpecting = !isPast && run.status === "running";
  const statistics = useQuery({ ...statisticsQuery(run.pipeline), enabled: isExpecting });
  const tasks = statistics.data?.tasks;
  const typicalMs = useMemo(
    () =>
      new Map(
        tasks?.flatMap(({ key, typical_ms }) => (typical_ms === null ? [] : [[key, typical_ms] as const])),
      ),
    [tasks],
  );
  return useMemo(() => {
    const lanes = lanesOf(jobs, tracks, last, now);
    const chain = chainOf(lanes, tracks, now);
    const expected = expectedOf(lanes, isExpecting ? typicalMs : new Map<string, number>(), now);
    const from = run.started_at === null ? now : Date.parse(run.started_at);
    const end = Math.max(now, from + 1, ...[...expected.values()].map((each) => each.to));
    const stood = isOver ? "" : queueSentence(lanes.values(), now);
    const rest = [chainSentence(chain, isOver), stood].filter((part) => part !== "").join("; ");
    return {
      lanes,
      chain,
      expected,
      now,
      isOver,
      isPast,
      from,
      to: isOver ? end : end + (end - from) * MARGIN,
      spent: spentSentence(spentOf(chain, lanes, from, now), isOver),
      rest: rest === "" ? "" : `${rest.replace(/[.]$/, "")}.`,
    };
  }, [jobs, tracks, last, now, isExpecting, typicalMs, run.started_at, isOver, isPast]);
}

function Legend({ hasExpected }: { readonly hasExpected: boolean }) {
  return (
    <div className="legend">
      <span>
        <i className="w-done" />
        worked
      </span>
      <span>
        <i className="w-run" />
        working
      </span>
      <span>
        <i className="w-fail" />
        failed attempt
      </span>
      <span>
        <i className="q" />
        queued
      </span>
      <span>
        <i className="w-wait" />
        waiting
      </span>
      {hasExpected && (
        <span>
          <i className="w-next" />
          expected
        </span>
      )}
      <span>
        <i className="crit" />
        longest chain
      </span>
    </div>
  );
}
