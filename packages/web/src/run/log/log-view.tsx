import "../log.css";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { refusalOf } from "../../api/refusal.ts";
import { useAddress } from "../../app/address.ts";
import { useScreenKeys } from "../../app/keys.ts";
import { Failure, SkeletonRows } from "../../design/index.ts";
import { chooseForLogs, useLogChoices } from "./choices.ts";
import { FollowButton } from "./follow-button.tsx";
import { Heights } from "./heights.ts";
import { LINE_PX } from "./layout.ts";
import type { RowLook } from "./line-row.tsx";
import { LogBar } from "./log-bar.tsx";
import { LogNotes } from "./log-notes.tsx";
import { Ruler } from "./ruler.tsx";
import { rangeText } from "./selection.ts";
import type { LogState } from "./source.ts";
import { nextTimeMode } from "./times.ts";
import { useChosen } from "./use-chosen.ts";
import { useFolds } from "./use-folds.ts";
import { useFollow } from "./use-follow.ts";
import { useHits } from "./use-hits.ts";
import { usePlaces } from "./use-places.ts";
import { useLogSource } from "./use-source.ts";
import { useSteps } from "./use-steps.ts";
import { useWindow } from "./use-window.ts";
import { Viewport } from "./viewport.tsx";

interface LogViewProps {
  readonly run: string;
  readonly job: string;
  readonly attempt: number;
  /** Where a log that has ended is opened, when the address names no line. */
  readonly openAt: "start" | "end";
  /** Behind the last line: how the attempt ended. */
  readonly end?: ReactNode;
}

/** Room behind the last line, for the button that follows. */
const END_PX = 66;

/** The log of one attempt as it is written: search, folds, permalinks, ruler. Line and search stand in the address. */
export function LogView({ run, job, attempt, openAt, end }: LogViewProps) {
  const { source, state } = useLogSource(run, job, attempt);
  const { outline } = state;
  const lines = outline?.lines ?? 0;
  const isLive = outline !== null && state.connection !== "ended" && !outline.ended;
  const { search: address, set } = useAddress();
  const wanted = address["q"] ?? "";
  const { time: chosenTime, wrap } = useLogChoices();
  // A column without a single time in it would only take room.
  const time = state.hasTimes || isLive ? chosenTime : "off";
  const { range, choose, copyLink } = useChosen(attempt);
  const [width, setWidth] = useState(0);
  const { heights, version, remeasure } = useHeights(`${wrap} ${time} ${width}`);
  const folded = useFolds(outline, heights, version);
  const { layout } = folded;
  const sheetPx = layout.height + END_PX;
  const follow = useFollow(lines, isLive);
  const window = useWindow(sheetPx, (from, to, page) =>
    follow.moved(from, to, to + page >= sheetPx - LINE_PX),
  );
  const goTo = usePlaces({ outline, folded, window, follow, sheetPx, chosen: range, isLive, openAt });
  const hits = useHits(source.name, wanted, outline?.size_bytes ?? 0);
  const topLine = layout.lineAt(window.top);
  const steps = useSteps(hits, topLine, goTo, (line) => choose(line, false));
  const field = useRef<HTMLInputElement>(null);
  if (window.width !== width) setWidth(window.width);
  const linkLine = range === null ? String(topLine) : rangeText(range);
  const turnTime = (): void => chooseForLogs({ time: nextTimeMode(chosenTime) });
  const turnWrap = (): void => chooseForLogs({ wrap: !wrap });
  const turnFollow = (): void => {
    if (!isLive) window.go(sheetPx);
    else if (follow.isFollowing) follow.stop();
    else follow.start();
  };
  useScreenKeys({
    "/": () => field.current?.focus(),
    n: () => steps.step(1),
    N: () => steps.step(-1),
    f: turnFollow,
    t: turnTime,
    w: turnWrap,
  });
  const size = isLive ? -1 : lines;
  const startedAt = outline?.started_at == null ? null : Date.parse(outline.started_at);
  const { toggle } = folded;
  const look = useMemo(
    (): RowLook => ({ time, startedAt, wanted, size, choose, toggle }),
    [time, startedAt, wanted, size, choose, toggle],
  );
  return (
    <section className="log-view" aria-label={`Log of attempt ${attempt}`}>
      <LogBar
        outline={outline}
        field={field}
        wanted={wanted}
        hits={hits}
        hit={steps.hit}
        time={time}
        hasTimes={state.hasTimes || isLive}
        wrap={wrap}
        linkLine={linkLine}
        search={(text) => {
          steps.forget();
          set({ q: text }, { replace: true });
        }}
        step={steps.step}
        toError={() => steps.toNext(outline?.errors ?? [])}
        toWarning={() => steps.toNext(outline?.warnings ?? [])}
        turnTime={turnTime}
        turnWrap={turnWrap}
        copyLink={() => copyLink(linkLine)}
      />
      <LogNotes state={state} retry={() => source.retry()} />
      <div className="log-body">
        {outline === null && <Unknown state={state} />}
        {outline !== null && (
          <>
            <Viewport
              label={`Lines of attempt ${attempt}`}
              source={source}
              outline={outline}
              folds={folded.folds}
              layout={layout}
              heights={heights}
              window={window}
              look={look}
              wrap={wrap}
              chosen={range}
              current={steps.current}
              measured={(above) => {
                remeasure();
                if (above !== 0 && !follow.isFollowing) window.go(window.top + above);
              }}
              end={lines === 0 ? <EmptyLog isLive={isLive} /> : isLive ? null : end}
            />
            <Ruler
              layout={layout}
              errors={outline.errors}
              warnings={outline.warnings}
              hits={hits.lines}
              top={window.top}
              windowPx={window.height}
              go={(top) => {
                follow.stop();
                window.go(top);
              }}
            />
            {isLive && <FollowButton follow={follow} turn={turnFollow} />}
          </>
        )}
      </div>
    </section>
  );
}

/** Measured heights of wrapped lines, and a number that stands for what is in them; `key`: what they depend on. */
function useHeights(key: string): {
  readonly heights: Heights;
  readonly version: number;
  readonly remeasure: () => void;
} {
  const [kept, keep] = useState(() => ({ key, heights: new Heights() }));
  if (kept.key !== key) keep({ key, heights: new Heights() });
  const [version, setVersion] = useState(0);
  const [remeasure] = useState(() => (): void => setVersion((former) => former + 1));
  return { heights: kept.heights, version, remeasure };
}

function Unknown({ state }: { readonly state: LogState }) {
  if (state.connection !== "refused") return <SkeletonRows rows={10} label="Log" />;
  return (
    <Failure
      what="The log cannot be read."
      refusal={refusalOf(state.status, null)}
      unaffected="The job itself is not affected."
    />
  );
}

function EmptyLog({ isLive }: { readonly isLive: boolean }) {
  return (
    <p>{isLive ? "Nothing printed yet. Lines appear here as they come." : "This attempt printed nothing."}</p>
  );
}
