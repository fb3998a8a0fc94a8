import "../travel.css";
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { RunView } from "../../api/client.ts";
import { Button, clock, IconButton, timeOfDay, usePresent } from "../../design/index.ts";
import type { History as WholeHistory } from "../history.ts";
import type { History } from "./history.ts";
import { advance, type Speed, speedFor, SPEEDS } from "./playing.ts";
import { marksText, ticksOf } from "./ticks.ts";
import type { Travel } from "./travel.ts";

/**
 * The bar under a run, when a hand asks for it: a slider over its events, with what stands out, and a way to play them.
 *
 * @param onClose ends the journey: the present is shown, and no bar
 */
export function TravelBar({
  run,
  travel,
  failure,
  onClose,
}: {
  readonly run: RunView;
  readonly travel: Travel;
  readonly failure: WholeHistory["failure"];
  readonly onClose: () => void;
}) {
  const { history, at } = travel;
  const present = usePresent();
  const isThere = history.last > 0;
  const from = isThere ? history.timeOf(1) : Date.parse(run.created_at);
  const lastAt = isThere ? history.timeOf(history.last) : from;
  const to = run.ended_at === null ? Math.max(lastAt, present) : lastAt;
  const seq = at ?? history.last;
  const shownAt = at === null ? to : history.timeOf(at);
  return (
    <div className="travel" role="group" aria-label="Time travel" aria-busy={!isThere}>
      <div className="travel-row">
        <Play history={history} travel={travel} duration={lastAt - from} />
        <span className="mono travel-where">
          <b>{timeOfDay(shownAt)}</b>{" "}
          <span className="soft">
            +{clock(shownAt - from)} of {clock(to - from)} ·{" "}
            {isThere
              ? `event ${seq.toLocaleString()} of ${history.last.toLocaleString()}`
              : failure === null
                ? "reading what happened"
                : "what happened cannot be read"}
          </span>
        </span>
        {failure !== null && (
          <Button size="small" icon="retry" title={failure.refusal.message} onClick={failure.retry}>
            Try again
          </Button>
        )}
        <div className="btns">
          <IconButton
            icon="right"
            className="flip"
            label="Event before ([)"
            onClick={() => travel.step(-1)}
            disabled={seq <= 1}
          />
          <IconButton
            icon="right"
            label="Event after (])"
            onClick={() => travel.step(1)}
            disabled={at === null}
          />
          <IconButton
            icon="close"
            label="Close time travel"
            onClick={() => {
              travel.live();
              onClose();
            }}
          />
        </div>
      </div>
      <div className="travel-line">
        <span className="mono soft">{timeOfDay(from)}</span>
        <div className="travel-track">
          {isThere && <Ticks history={history} from={from} to={to} />}
          <Slider travel={travel} from={from} to={to} shownAt={shownAt} />
        </div>
        <span className="mono soft">{run.ended_at === null ? "now" : timeOfDay(to)}</span>
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
      disabled={history.last === 0}
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
    <div
      className="ticks"
      title="Each stroke is an event; tall ones are a failure or a question to a person."
    >
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
