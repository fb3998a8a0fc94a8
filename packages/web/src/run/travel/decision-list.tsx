import "../travel.css";
import { useMemo, useState } from "react";
import type { EventView } from "../../api/client.ts";
import { Button, exact, timeOfDay } from "../../design/index.ts";
import { type DecisionLine, linesOf } from "./decisions.ts";
import type { Travel } from "./travel.ts";
import { useWorkerNames } from "./worker-names.ts";

/** So many lines before and after the moment; more on request. */
const WINDOW = 60;
const AHEAD = 3;

/**
 * What was decided, newest first, around the moment that is shown; each line goes to its moment. What came after it
 * stands above, paler.
 *
 * @param events all of the run
 */
export function DecisionList({
  events,
  travel,
}: {
  readonly events: readonly EventView[];
  readonly travel: Travel;
}) {
  const [shown, setShown] = useState(WINDOW);
  const nameOf = useWorkerNames();
  const lines = useMemo(() => linesOf(events, nameOf), [events, nameOf]);
  const { at, history } = travel;
  const seq = at ?? history.last;
  const here = lineOf(lines, seq);
  const newest = Math.min(lines.length, here + 1 + (at === null ? 0 : AHEAD));
  const oldest = Math.max(0, here + 1 - shown);
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">What was decided</h2>
      <ol className="decisions" reversed>
        {lines
          .slice(oldest, newest)
          .toReversed()
          .map((line) => (
            <li key={line.first}>
              <Line line={line} seq={seq} isPast={at !== null} go={travel.go} />
            </li>
          ))}
      </ol>
      {oldest > 0 && (
        <Button size="small" onClick={() => setShown(shown + WINDOW)}>
          {oldest.toLocaleString()} earlier
        </Button>
      )}
    </section>
  );
}

function Line({
  line,
  seq,
  isPast,
  go,
}: {
  readonly line: DecisionLine;
  readonly seq: number;
  readonly isPast: boolean;
  readonly go: (seq: number) => void;
}) {
  const isNow = isPast && line.first <= seq && seq <= line.last;
  const names = [isNow ? "is-now" : "", line.first > seq ? "is-ahead" : ""].filter((name) => name !== "");
  return (
    <button
      type="button"
      className={names.join(" ")}
      aria-current={isNow ? "step" : undefined}
      onClick={() => go(line.last)}
    >
      <time className="mono soft small" dateTime={line.at} title={exact(Date.parse(line.at))}>
        {timeOfDay(Date.parse(line.at))}
      </time>
      <b>{line.title}</b>
      {line.detail !== "" && <span className="detail small mid">{line.detail}</span>}
    </button>
  );
}

/** Index of the last line that has begun at this event. */
function lineOf(lines: readonly DecisionLine[], seq: number): number {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.first ?? 0) <= seq) low = middle;
    else high = middle - 1;
  }
  return low;
}
