import "../travel.css";
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { RunView } from "../../api/client.ts";
import { Button, clock, IconButton, timeOfDay, usePresent } from "../../design/index.ts";
import type { History } from "./history.ts";
import { advance, type Speed, speedFor, SPEEDS } from "./playing.ts";
import { marksText, ticksOf } from "./ticks.ts";
import type { Travel } from "./travel.ts";

/** The bar under a run: a slider over its events, with what stands out, and a way to play them. */
export function TravelBar({ run, travel }: { readonly run: RunView; readonly travel: Travel }) {
  const { history, at } = travel;
  const present = usePresent();
  if (history.last === 0) return null;
  const from = history.timeOf(1);
  const lastAt = history.timeOf(history.last);
  const to = run.ended_at === null ? Math.max(lastAt, present) : lastAt;
  const seq = at ?? history.last;
  const shownAt = at === null ? to : history.timeOf(at);
  return (
    <div className="travel" role="group" aria-label="Time travel">
      <div className="travel-row">
        <Play history={history} travel={travel} duration={lastAt - from} />
        <span className="mono travel-where">
          <b>{timeOfDay(shownAt)}</b>{" "}
          <span className="soft">
            +{clock(shownAt - from)} of {clock(to - from)} · event {seq.toLocaleString()} of{" "}
            {history.last.toLocaleString()}
          </span>
        </span>
        <div className="btns">
          <Button size="small" onClick={() => travel.step(-1)} disabled={seq <= 1}>
            Event before <kbd>[</kbd>
          </Button>
          <Button size="small" onClick={() => travel.step(1)} disabled={at === null}>
            Event after <kbd>]</kbd>
          </Button>
        </div>
      </div>
      <Ticks history={history} from={from} to={to} />
      <Slider travel={travel} from={from} to={to} shownAt={shownAt} />
      <div className="facts travel-ends">
        <span className="mono">{timeOfDay(from)} start</span>
        <span>tall ticks: a failure, a question to a person</span>
        <span className="mono">
          {timeOfDay(to)} {run.ended_at === null ? "now" : "end"}
        </span>
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  "[": -1,
  "]": 1,
};

/** Goes by time for a hand that drags, and by events for keys: many events may share a second. */
function Slider({
  travel,
  from,
  to,
  shownAt,
}: {
  readonly travel: Travel;
  readonly from: number;
  readonly to: number;
  readonly shownAt: number;
}) {
  const { history, at } = travel;
  const span = Math.max(1, to - from);
  const fill: CSSProperties & Record<"--at", string> = { "--at": `${((shownAt - from) / span) * 100}%` };
  const pressed = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by !== undefined) travel.step(by);
    else if (event.key === "l") travel.live();
    else return;
    event.preventDefault();
  };
  return (
    <input
      type="range"
      aria-label="Moment of the run"
      aria-valuetext={`${timeOfDay(shownAt)}, event ${at ?? history.last} of ${history.last}${at === null ? ", live" : ""}`}
      min={0}
      max={span}
      value={shownAt - from}
      style={fill}
      onKeyDown={pressed}
      onChange={(event) => {
        const offset = event.target.valueAsNumber;
        travel.go(offset >= span ? history.last : history.seqAt(from + offset));
      }}
    />
  );
}

const STROKE_MS = 1_000;

function Ticks({
  history,
  from,
  to,
}: {
  readonly history: History;
  readonly from: number;
  readonly to: number;
}) {
  const { last } = history;
  // While the run goes on its end moves: strokes are placed anew when that can be seen, not each second.
  const step = Math.max(STROKE_MS, Math.ceil((to - from) / 200));
  const end = from + Math.ceil((to - from) / step) * step;
  const { ticks, tall } = useMemo(
    () => ticksOf(history, from, last === 1 ? from + step : end),
    // oxlint-disable-next-line react/exhaustive-deps -- the history is the same object while it grows: `last` tells
    [history, last, from, end, step],
  );
  return (
    <div className="ticks">
      <svg
        viewBox="0 0 1000 26"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${last} events: ${marksText(history.marks)}`}
      >
        {ticks.map(({ at, count }) => (
          <line
            key={at}
            className="tick"
            x1={at * 1_000}
            x2={at * 1_000}
            y1={count > 20 ? 11 : 15}
            y2={26}
            opacity={Math.min(1, 0.45 + count / 12)}
          />
        ))}
        {tall.map(({ at, kind }) => (
          <line
            key={`${at}${kind}`}
            className={`tick-${kind}`}
            x1={at * 1_000}
            x2={at * 1_000}
            y1={4}
            y2={26}
          />
        ))}
      </svg>
    </div>
  );
}

const FRAME_MS = 100;

/** Plays from the moment shown, from the start when that is the present; stops where the events end. */
function Play({
  history,
  travel,
  duration,
}: {
  readonly history: History;
  readonly travel: Travel;
  readonly duration: number;
}) {
  const [isPlaying, setPlaying] = useState(false);
  const [chosen, choose] = useState<Speed | null>(null);
  const speed = chosen ?? speedFor(duration);
  const playing = useRef(travel);
  useEffect(() => {
    playing.current = travel;
  });
  useEffect(() => {
    if (!isPlaying) return;
    const start = playing.current.at ?? 1;
    let head = { seq: start, ms: history.timeOf(start) };
    let shown = start;
    playing.current.go(start);
    const timer = setInterval(() => {
      const { at, go } = playing.current;
      // A hand that steps or drags meanwhile moves the playhead; `L` ends it.
      if (at === null) return setPlaying(false);
      if (at !== shown) head = { seq: at, ms: history.timeOf(at) };
      head = advance(history, head, FRAME_MS, speed);
      if (head.seq !== at) go(head.seq);
      shown = head.seq;
      if (head.seq >= history.last) setPlaying(false);
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [isPlaying, history, speed]);
  return (
    <>
      <IconButton
        icon={isPlaying ? "pause" : "start"}
        label={isPlaying ? "Pause" : "Play the run"}
        onClick={() => setPlaying(!isPlaying)}
      />
      <select
        className="travel-speed"
        aria-label="Speed"
        value={speed}
        onChange={(event) => choose(SPEEDS.find((each) => String(each) === event.target.value) ?? null)}
      >
        {SPEEDS.map((each) => (
          <option key={each} value={each}>
            {each}×
          </option>
        ))}
      </select>
    </>
  );
}
