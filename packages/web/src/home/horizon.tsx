import type { Schemas } from "../api/client.ts";
import { amount, useNarrow } from "../design/index.ts";
import { BASE_Y, HEIGHT, type HorizonFacts, horizonLayout, nearFacts, type Tick } from "./horizon-layout.ts";

type Overview = Schemas["Overview"];

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY_TIME = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const PLAN = "horizon-plan";
const WIDE = 1024;
/** On narrow screens: 9 hours back and 5 ahead, as wide as there is place. */
const NARROW = { width: 360, back: 19, ahead: 10 };

/** Yesterday to tomorrow in one look, with its sentence, and a table of the same for readers. */
export function Horizon({ overview }: { readonly overview: Overview }) {
  const facts = factsOf(overview);
  const isNarrow = useNarrow();
  const width = isNarrow ? NARROW.width : WIDE;
  const { bars, ticks, nowX } = horizonLayout(
    isNarrow ? nearFacts(facts, NARROW.back, NARROW.ahead) : facts,
    width,
  );
  const said = saidOf(overview);
  return (
    <section aria-labelledby="horizon-title" className="horizon-section">
      <h2 className="vh" id="horizon-title">
        Yesterday to tomorrow
      </h2>
      <div className="horizon-box">
        <svg className="horizon" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={said.picture}>
          <defs>
            <pattern
              id={PLAN}
              width="4"
              height="4"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path d="M0 0v4" className="hz-hatch" />
            </pattern>
          </defs>
          {ticks.map(({ x, at }) => (
            <path key={at} d={`M${x} 4V${BASE_Y}`} className="hz-line" />
          ))}
          {bars.map(({ kind, ...place }) => (
            <rect key={`${kind}${place.x}${place.y}`} rx="1" className={`hz-${kind}`} {...place} />
          ))}
          <path d={`M0 ${BASE_Y + 0.5}H${width}`} className="hz-base" />
          <path d={`M${nowX} 2V90`} className="hz-now" />
          <g className="ax">
            {ticks.map((tick) => tick.hasLabel && <TickText key={tick.at} tick={tick} width={width} />)}
            <text className="ax-now" x={nowX} y="101" textAnchor="middle">
              now {TIME.format(facts.now)}
            </text>
          </g>
        </svg>
      </div>
      <div className="facts horizon-facts">
        <span>
          <b>{said.ended.toLocaleString()}</b> {said.ended === 1 ? "run" : "runs"} in 24 h
          {said.share !== "" && (
            <>
              , <b>{said.share}</b> ended well, below the line what failed
            </>
          )}
        </span>
        <span className="hide-narrow">
          <b>{said.planned.toLocaleString()}</b> planned in the next 12 h
        </span>
      </div>
      <div className="vh">
        <HorizonTable facts={facts} />
      </div>
    </section>
  );
}

function TickText({ tick, width }: { readonly tick: Tick; readonly width: number }) {
  const { x, at, isFirst } = tick;
  return (
    <text x={x} y="101" textAnchor={x < 40 ? "start" : x > width - 40 ? "end" : "middle"}>
      {(isFirst ? DAY_TIME : TIME).format(at)}
    </text>
  );
}

/** The half hours in which something was or will be. */
function HorizonTable({ facts }: { readonly facts: HorizonFacts }) {
  const past = facts.past.filter(({ completed, failed, cancelled }) => completed + failed + cancelled > 0);
  const planned = facts.planned.filter(({ count }) => count > 0);
  return (
    <table>
      <caption>Runs each half hour</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Completed</th>
          <th scope="col">Failed</th>
          <th scope="col">Cancelled</th>
          <th scope="col">Planned</th>
        </tr>
      </thead>
      <tbody>
        {past.map(({ at, completed, failed, cancelled }) => (
          <tr key={at}>
            <th scope="row">{DAY_TIME.format(at)}</th>
            <td>{completed}</td>
            <td>{failed}</td>
            <td>{cancelled}</td>
            <td>–</td>
          </tr>
        ))}
        {planned.map(({ at, count }) => (
          <tr key={`planned${at}`}>
            <th scope="row">{DAY_TIME.format(at)}</th>
            <td>–</td>
            <td>–</td>
            <td>–</td>
            <td>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function factsOf(overview: Overview): HorizonFacts {
  return {
    now: Date.parse(overview.now),
    bucketMs: overview.bucket_ms,
    past: overview.past.map((bucket) => ({ ...bucket, at: Date.parse(bucket.at) })),
    planned: overview.planned.map(({ at, count }) => ({ at: Date.parse(at), count })),
    live: overview.live,
  };
}

function saidOf({ totals, live, planned: plan }: Overview): {
  readonly ended: number;
  readonly planned: number;
  readonly share: string;
  readonly picture: string;
} {
  const ended = totals.completed + totals.failed + totals.cancelled;
  const planned = plan.reduce((sum, { count }) => sum + count, 0);
  const decided = totals.completed + totals.failed;
  const share = decided === 0 ? "" : `${Number(((totals.completed / decided) * 100).toFixed(1))} %`;
  const alive = live.pending + live.running + live.stopping;
  return {
    ended,
    planned,
    share,
    picture:
      `Runs each half hour: ${ended} in the last 24 hours, ${totals.failed} of them failed; ` +
      `${amount(alive, "run")} live now; ${planned} planned for the next 12 hours`,
  };
}
