import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useNow } from "../../design/index.ts";
import { firstAtLeast, type Fold } from "./folds.ts";
import type { Heights } from "./heights.ts";
import { type Layout, LINE_PX, type Row } from "./layout.ts";
import { FoldHead, FoldRow, LineRow, type RowLook } from "./line-row.tsx";
import type { LogOutline } from "./outline.ts";
import type { LineRange } from "./selection.ts";
import type { LogSource } from "./source.ts";
import type { LogWindow } from "./use-window.ts";

/** Rows beyond the edges, so that a quick scroll does not show an empty edge. */
const BEYOND_PX = 400;
/** Their numbers need more room. */
const MANY_LINES = 100_000;

interface ViewportProps {
  readonly label: string;
  readonly source: LogSource;
  readonly outline: LogOutline;
  readonly folds: readonly Fold[];
  readonly layout: Layout;
  readonly heights: Heights;
  readonly window: LogWindow;
  readonly look: RowLook;
  readonly wrap: boolean;
  readonly chosen: LineRange | null;
  readonly current: { readonly line: number; readonly match: number } | null;
  /** Lines turned out to be higher: `above` by so much in total above the window. */
  readonly measured: (above: number) => void;
  /** Behind the last line. */
  readonly end: ReactNode;
}

/** The rows that are seen, within a sheet as high as the log. */
export function Viewport(props: ViewportProps) {
  const { label, source, outline, folds, layout, window, look, wrap, chosen, current, end } = props;
  const { attach, onScroll, top, height, shift, sheet } = window;
  const rows = useMemo(
    () => layout.rows(Math.max(0, top - BEYOND_PX), top + height + BEYOND_PX),
    [layout, top, height],
  );
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => source.want(rows.map(({ line }) => line)), [source, rows]);
  useMeasured(list, props, rows);
  const now = useNow();
  const sticky = stickyFold(folds, layout, top);
  const first = rows[0]?.top ?? 0;
  return (
    <div
      className={`log${wrap ? " wrap" : ""}${outline.lines >= MANY_LINES ? " many" : ""} time-${look.time}`}
      tabIndex={0}
      role="region"
      aria-label={label}
      ref={attach}
      onScroll={onScroll}
      onKeyDown={(event) => toEnds(event, window, layout)}
    >
      <div className="sheet" style={{ height: `${sheet}px` }}>
        {sticky !== null && (
          <div className="sticky">
            <div className="fold open">
              <FoldHead fold={sticky} content={source.line(sticky.line)} look={look} now={now} />
            </div>
          </div>
        )}
        <ol ref={list} style={{ transform: `translateY(${first - shift}px)` }}>
          {rows.map(({ line, fold }) =>
            fold === null ? (
              <LineRow
                key={line}
                line={line}
                content={source.line(line)}
                look={look}
                isChosen={chosen !== null && line >= chosen.first && line <= chosen.last}
                mark={markOf(outline, line)}
                current={current?.line === line ? current.match : null}
              />
            ) : (
              <FoldRow key={line} fold={fold} content={source.line(line)} look={look} now={now} />
            ),
          )}
        </ol>
        {/* Far below the window it would make the sheet higher than it is. */}
        {layout.height < top + height + BEYOND_PX && (
          <div className="log-end" style={{ transform: `translateY(${layout.height - shift}px)` }}>
            {end}
          </div>
        )}
      </div>
    </div>
  );
}

/** Wrapped lines are as high as they are: measured when they are shown, and kept. */
function useMeasured(
  list: { readonly current: HTMLOListElement | null },
  { wrap, heights, window, measured }: ViewportProps,
  rows: readonly Row[],
): void {
  useLayoutEffect(() => {
    if (!wrap || list.current === null) return;
    let change = 0;
    let above = 0;
    for (const element of list.current.querySelectorAll<HTMLLIElement>("li[data-line]")) {
      const line = Number(element.dataset["line"]);
      const grown = heights.set(line, Math.max(0, element.offsetHeight - LINE_PX));
      change += Math.abs(grown);
      const row = rows.find((each) => each.line === line);
      if (row !== undefined && row.top < window.top) above += grown;
    }
    if (change > 0) measured(above);
  });
}

/** Home and End go to the ends of the log, which may be beyond those of the sheet. */
function toEnds(event: KeyboardEvent, window: LogWindow, layout: Layout): void {
  if (event.target !== event.currentTarget) return;
  if (event.key === "Home") window.go(0);
  else if (event.key === "End") window.go(layout.height);
  else return;
  event.preventDefault();
}

/** The innermost open group whose head is above the window, while its lines are in it. */
function stickyFold(folds: readonly Fold[], layout: Layout, top: number): Fold | null {
  const line = layout.lineAt(top);
  return (
    folds.findLast(
      (fold) =>
        fold.isOpen &&
        fold.kind === "group" &&
        fold.line < line &&
        fold.end > line &&
        layout.hides(fold.line) === null &&
        layout.topOf(fold.line) < top,
    ) ?? null
  );
}

function markOf(outline: LogOutline, line: number): "error" | "warning" | null {
  if (outline.errors[firstAtLeast(outline.errors, line)] === line) return "error";
  return outline.warnings[firstAtLeast(outline.warnings, line)] === line ? "warning" : null;
}
