import "../log.css";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { refusalOf } from "../../api/refusal.ts";
import { useAddress } from "../../app/address.ts";
import { useScreenKeys } from "../../app/keys.ts";
import { Button, count, Failure, SkeletonRows, toast } from "../../design/index.ts";
import { chooseForLogs, useLogChoices } from "./choices.ts";
import { Heights } from "./heights.ts";
import { LINE_PX } from "./layout.ts";
import type { RowLook } from "./line-row.tsx";
import { LogBar } from "./log-bar.tsx";
import { LogNotes } from "./log-notes.tsx";
import { Ruler } from "./ruler.tsx";
import { hitAt, hitFrom } from "./search.ts";
import { extended, rangeFrom, rangeText } from "./selection.ts";
import { nextTimeMode } from "./times.ts";
import { useFolds } from "./use-folds.ts";
import { useFollow } from "./use-follow.ts";
import { useHits } from "./use-hits.ts";
import { useLogSource } from "./use-source.ts";
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

/** The log of one attempt: search, folds, permalinks, ruler; as it is written. Line and search stand in the address. */
export function LogView({ run, job, attempt, openAt, end }: LogViewProps) {
  const { source, state } = useLogSource(run, job, attempt);
  const { outline } = state;
  const { search: address, set } = useAddress();
  const choices = useLogChoices();
  const wanted = address["q"] ?? "";
  const chosen = useMemo(() => rangeFrom(address["line"]), [address]);
  const heights = useMemo(() => new Heights(), []);
  const [measured, setMeasured] = useState(0);
  const [hit, setHit] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const lines = outline?.lines ?? 0;
  const isLive = outline !== null && state.connection !== "ended" && !outline.ended;
  const { folds, layout, toggle, reveal } = useFolds(outline, heights, measured);
  const follow = useFollow(lines, isLive);
  const sheetPx = layout.height + END_PX;
  const page = useRef(600);
  const window = useWindow(sheetPx, (from, to) =>
    follow.moved(from, to, to + page.current >= sheetPx - LINE_PX),
  );
  page.current = window.height;
  const hits = useHits(source.name, wanted, outline?.size_bytes ?? 0);
  const found = hit === null ? null : hitAt(hits, hit);

  const [target, setTarget] = useState<number | null>(null);
  const goTo = useCallback(
    (line: number) => {
      follow.stop();
      reveal(line);
      setTarget(line);
    },
    [follow.stop, reveal],
  );
  // A line that was hidden is where it is only when the folds above it are open.
  useLayoutEffect(() => {
    if (target === null || layout.hides(target) !== null) return;
    window.go(layout.topOf(target) - window.height / 3);
    setTarget(null);
  }, [target, layout, window]);
  useLayoutEffect(() => {
    if (follow.isFollowing) window.go(sheetPx);
  }, [follow.isFollowing, sheetPx, window.go, window.height]);

  // Where the log opens: once, when enough of it is known.
  const isPlaced = useRef(false);
  useEffect(() => {
    if (outline === null || isPlaced.current) return;
    const isWhole = outline.scanned_bytes >= outline.size_bytes;
    if (chosen !== null) {
      if (lines < chosen.first && !isWhole) return;
      isPlaced.current = true;
      goTo(Math.max(1, Math.min(chosen.first, lines)));
    } else if (isLive || openAt === "start" || isWhole) {
      isPlaced.current = true;
      if (isLive) follow.start();
      else if (openAt === "end") window.go(sheetPx);
    }
  }, [outline, lines, chosen, isLive, openAt, goTo, follow.start, window, sheetPx]);

  // Lines wrap anew when the window becomes narrower.
  useLayoutEffect(() => {
    heights.clear();
    setMeasured((version) => version + 1);
  }, [heights, choices.wrap, choices.time, window.width]);

  const topLine = layout.lineAt(window.top);
  const show = (number: number): void => {
    const place = hitAt(hits, number);
    if (place === null) return;
    setHit(number);
    goTo(place.line);
  };
  const step = (by: 1 | -1): void => {
    if (hits.held === 0) return;
    if (hit === null) show(hitFrom(hits, topLine));
    else show((hit + by + hits.held) % hits.held);
  };
  const visited = useRef(0);
  const toNext = (places: readonly number[]): void => {
    const next = places.find((line) => line > visited.current) ?? places[0];
    if (next === undefined) return;
    visited.current = next;
    set({ line: String(next) }, { replace: true });
    goTo(next);
  };
  const choose = useCallback(
    (line: number, isRange: boolean) => {
      const range = isRange ? extended(chosen, line) : { first: line, last: line };
      set({ line: rangeText(range) }, { replace: true });
    },
    [chosen, set],
  );
  const linkLine = chosen === null ? String(topLine) : rangeText(chosen);
  const copyLink = (): void => {
    const url = new URL(location.href);
    url.searchParams.set("line", linkLine);
    url.searchParams.set("attempt", String(attempt));
    void copy(url.href).then((isCopied) => {
      if (!isCopied) set({ line: linkLine, attempt: String(attempt) }, { replace: true });
      toast(isCopied ? `Link to line ${linkLine} copied.` : "The address bar has the link.");
    });
  };
  const turnTime = (): void => chooseForLogs({ time: nextTimeMode(choices.time) });
  const turnWrap = (): void => chooseForLogs({ wrap: !choices.wrap });
  const turnFollow = (): void => (follow.isFollowing ? follow.stop() : follow.start());
  useScreenKeys({
    "/": () => field.current?.focus(),
    n: () => step(1),
    N: () => step(-1),
    f: () => {
      if (isLive) turnFollow();
      else window.go(sheetPx);
    },
    t: turnTime,
    w: turnWrap,
  });

  const look = useMemo(
    (): RowLook => ({
      time: choices.time,
      startedAt: outline?.started_at == null ? null : Date.parse(outline.started_at),
      wanted,
      size: isLive ? -1 : lines,
      choose,
      toggle,
    }),
    [choices.time, outline?.started_at, wanted, isLive, isLive ? -1 : lines, choose, toggle],
  );
  return (
    <section className="log-view" aria-label={`Log of attempt ${attempt}`}>
      <LogBar
        outline={outline}
        field={field}
        wanted={wanted}
        hits={hits}
        hit={hit}
        time={choices.time}
        wrap={choices.wrap}
        linkLine={linkLine}
        search={(text) => {
          setHit(null);
          set({ q: text }, { replace: true });
        }}
        step={step}
        toError={() => toNext(outline?.errors ?? [])}
        toWarning={() => toNext(outline?.warnings ?? [])}
        turnTime={turnTime}
        turnWrap={turnWrap}
        copyLink={copyLink}
      />
      <LogNotes state={state} retry={() => source.retry()} />
      {state.connection === "refused" && (
        <Failure
          what="The log cannot be read."
          refusal={refusalOf(state.status, null)}
          unaffected="The job itself is not affected."
        />
      )}
      <div className="log-body">
        {outline === null ? (
          <SkeletonRows rows={10} label="Log" />
        ) : (
          <>
            <Viewport
              label={`Lines of attempt ${attempt}`}
              source={source}
              version={state.version}
              outline={outline}
              folds={folds}
              layout={layout}
              heights={heights}
              window={window}
              look={look}
              wrap={choices.wrap}
              chosen={chosen}
              current={found}
              measured={(above) => {
                setMeasured((version) => version + 1);
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
            {isLive && (
              <FollowButton isFollowing={follow.isFollowing} fresh={follow.fresh} turn={turnFollow} />
            )}
          </>
        )}
      </div>
    </section>
  );
}

function EmptyLog({ isLive }: { readonly isLive: boolean }) {
  return (
    <p>{isLive ? "Nothing printed yet. Lines appear here as they come." : "This attempt printed nothing."}</p>
  );
}

function FollowButton({
  isFollowing,
  fresh,
  turn,
}: {
  readonly isFollowing: boolean;
  readonly fresh: number;
  readonly turn: () => void;
}) {
  const words = fresh === 1 ? "1 new line" : `${count(fresh)} new lines`;
  return (
    <div className="follow">
      <Button icon="download" aria-pressed={isFollowing} aria-keyshortcuts="F" onClick={turn}>
        {isFollowing ? "Following" : fresh > 0 ? words : "Follow"}
      </Button>
    </div>
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS, or when a person said no.
    return false;
  }
}
