import { type KeyboardEvent, type RefObject } from "react";
import { bytes, count, Icon, IconButton, StatusMark } from "../../design/index.ts";
import type { LogOutline } from "./outline.ts";
import { HIT_LINES_MAX, type Hits } from "./search.ts";
import type { TimeMode } from "./times.ts";

interface LogBarProps {
  readonly outline: LogOutline | null;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly wanted: string;
  readonly hits: Hits;
  /** Number of the hit that is shown, from 0; null: none yet. */
  readonly hit: number | null;
  readonly time: TimeMode;
  /** False: when its lines came was not noted. */
  readonly hasTimes: boolean;
  readonly wrap: boolean;
  /** The line that a copied link leads to. */
  readonly linkLine: string;
  readonly search: (text: string) => void;
  readonly step: (by: 1 | -1) => void;
  readonly toError: () => void;
  readonly toWarning: () => void;
  readonly turnTime: () => void;
  readonly turnWrap: () => void;
  readonly copyLink: () => void;
}

const TIME_WORDS = { clock: "time of day", elapsed: "since the start", off: "off" } as const;

/** Search, ways to errors and warnings, size, and how lines are shown. */
export function LogBar(props: LogBarProps) {
  const { outline, field, wanted, hits, hit, time, hasTimes, wrap, search, step } = props;
  const typed = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") event.currentTarget.blur();
    else return;
    event.preventDefault();
  };
  return (
    <div className="log-bar" role="group" aria-label="Log">
      <div className="search">
        <Icon name="find" />
        <input
          ref={field}
          type="search"
          aria-label="Find in the log"
          aria-keyshortcuts="/"
          placeholder="Find in the log"
          maxLength={200}
          defaultValue={wanted}
          onChange={(event) => search(event.target.value)}
          onKeyDown={typed}
        />
      </div>
      <span className="hits" role="status">
        {hitText(hits, hit)}
      </span>
      {wanted !== "" && (
        <>
          <IconButton icon="up" label="Match before (⇧N)" onClick={() => step(-1)} />
          <IconButton icon="down" label="Next match (N)" onClick={() => step(1)} />
        </>
      )}
      {outline !== null && <Troubles {...props} outline={outline} />}
      <span className="hits size">{outline === null ? "" : sizeText(outline)}</span>
      <span className="sep hide-narrow" />
      <IconButton
        icon="clock"
        className="time-turn"
        label={
          hasTimes
            ? `Time stamps: ${TIME_WORDS[time]} (T)`
            : "Time stamps: none, the attempt was over before they are noted"
        }
        disabled={!hasTimes}
        pressed={time !== "off"}
        onClick={props.turnTime}
      />
      <IconButton icon="wrap" label="Wrap lines (W)" pressed={wrap} onClick={props.turnWrap} />
      <IconButton icon="link" label={`Copy link to line ${props.linkLine}`} onClick={props.copyLink} />
    </div>
  );
}

function Troubles({ outline, toError, toWarning }: LogBarProps & { readonly outline: LogOutline }) {
  const { errors_total: errors, warnings_total: warnings } = outline;
  if (errors + warnings === 0) return null;
  return (
    <>
      <span className="sep" />
      {errors > 0 && (
        <button type="button" className="chip" title="Go to the next error" onClick={toError}>
          <StatusMark status="failed" />
          {errors === 1 ? "1 error" : `${count(errors)} errors`}
        </button>
      )}
      {warnings > 0 && (
        <button type="button" className="chip warn" title="Go to the next warning" onClick={toWarning}>
          <Icon name="warning" />
          {warnings === 1 ? "1 warning" : `${count(warnings)} warnings`}
        </button>
      )}
    </>
  );
}

/** `3 of 9`, `9 hits`, `No hit`; how far the search is while it lasts. */
export function hitText(hits: Hits, hit: number | null): string {
  if (hits.text === "") return "";
  if (hits.failure !== null) return "The search did not end: the server did not answer";
  const total = hits.lines.length >= HIT_LINES_MAX && hits.total > hits.held ? hits.held : hits.total;
  const more = hits.total > total ? ` (${count(hits.total)} in all)` : "";
  const far = hits.isComplete ? "" : `, ${Math.floor(hits.share * 100)} % searched`;
  if (total === 0) return hits.isComplete ? "No hit" : `Searching${far}`;
  if (hit === null) return `${count(total)} ${total === 1 ? "hit" : "hits"}${more}${far}`;
  return `${count(hit + 1)} of ${count(total)}${more}${far}`;
}

/** `35,981 lines · 4.1 MB`; how far the log was read while it is. */
export function sizeText(outline: LogOutline): string {
  const { scanned_bytes: read, size_bytes: size } = outline;
  const lines = `${count(outline.lines)} ${outline.lines === 1 ? "line" : "lines"}`;
  if (read >= size) return `${lines} · ${bytes(size)}`;
  return `${lines} so far · ${Math.floor((read / size) * 100)} % of ${bytes(size)} read`;
}
