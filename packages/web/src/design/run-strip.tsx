import "./strip.css";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { relative } from "./duration.ts";
import { useNow } from "./now.ts";
import { type BarRun, barName, barsOf, lineOf, stripText } from "./strip.ts";

/**
 * The last runs of a pipeline, the oldest first: height is duration, shape and colour are the state. Hover and arrow
 * keys name each bar; a click or Enter opens it.
 */
export function RunStrip({
  runs,
  label,
  size = "row",
  typicalMs = null,
  onOpen,
}: {
  readonly runs: readonly BarRun[];
  /** Whose runs: the pipeline's name. */
  readonly label: string;
  readonly size?: "row" | "page";
  /** Drawn as a dotted line. */
  readonly typicalMs?: number | null;
  readonly onOpen?: (run: string) => void;
}) {
  const [at, setAt] = useState<number | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const shown = at === null ? undefined : runs[at];
  const line = lineOf(runs, typicalMs);
  if (runs.length === 0) return <span className="soft small">no runs yet</span>;

  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && shown !== undefined) onOpen?.(shown.id);
    const next = keyTarget(event.key, at, runs.length);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
  };
  return (
    <div
      ref={box}
      className={`run-strip of-${size}`}
      role="img"
      aria-label={`${label}: ${shown === undefined ? stripText(runs) : barName(shown)}`}
      tabIndex={0}
      onKeyDown={pressed}
      onBlur={() => setAt(null)}
      onPointerMove={(event) => setAt(barAt(event))}
      onPointerLeave={() => setAt(null)}
      onClick={() => shown !== undefined && onOpen?.(shown.id)}
    >
      {line !== null && (
        <span className="strip-line" style={{ bottom: `calc(5px + (100% - 5px) * ${line})` }} />
      )}
      {barsOf(runs).map(({ run, share }, index) => (
        <i
          key={run.id}
          className={`strip-${run.status}${index === at ? " on" : ""}`}
          style={{ height: `calc((100% - 5px) * ${share})` }}
        />
      ))}
      {shown !== undefined && at !== null && (
        <BarName run={shown} place={at / Math.max(1, runs.length - 1)} />
      )}
    </div>
  );
}

function BarName({ run, place }: { readonly run: BarRun; readonly place: number }) {
  const now = useNow();
  const side = place > 0.5 ? { right: 0 } : { left: 0 };
  return (
    <span className="strip-name" style={side}>
      <b>{barName(run)}</b> <span className="soft">{relative(Date.parse(run.created_at), now)}</span>
    </span>
  );
}

/** The bar under the pointer, the gap behind it included. */
function barAt(event: PointerEvent<HTMLElement>): number | null {
  const bars = [...event.currentTarget.querySelectorAll("i")];
  const found = bars.findLastIndex((bar) => bar.getBoundingClientRect().left <= event.clientX);
  const last = bars.at(-1)?.getBoundingClientRect().right ?? 0;
  return found === -1 || event.clientX > last + 4 ? null : found;
}

function keyTarget(key: string, at: number | null, count: number): number | null | undefined {
  if (key === "ArrowRight") return at === null ? 0 : Math.min(count - 1, at + 1);
  if (key === "ArrowLeft") return at === null ? count - 1 : Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key === "Escape" ? null : undefined;
}
