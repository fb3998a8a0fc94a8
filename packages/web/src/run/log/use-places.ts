import { useEffect, useLayoutEffect, useRef } from "react";
import type { LogOutline } from "./outline.ts";
import type { LineRange } from "./selection.ts";
import type { Folded } from "./use-folds.ts";
import type { Following } from "./use-follow.ts";
import type { LogWindow } from "./use-window.ts";

interface PlacesWish {
  readonly outline: LogOutline | null;
  readonly folded: Folded;
  readonly window: LogWindow;
  readonly follow: Following;
  /** Height of the log with the room behind its last line. */
  readonly sheetPx: number;
  readonly chosen: LineRange | null;
  readonly isLive: boolean;
  /** Where a log that has ended opens, when no line is chosen. */
  readonly openAt: "start" | "end";
}

/** Keeps the window where it belongs: where the log opens, at its end while it is followed. Answers with how to go to a line. */
export function usePlaces(wish: PlacesWish): (line: number) => void {
  const { outline, folded, window, follow, sheetPx, isLive } = wish;
  const { layout, reveal } = folded;
  const { go, height } = window;
  const { isFollowing, stop } = follow;
  const pending = useRef<number | null>(null);
  const goTo = (line: number): void => {
    stop();
    pending.current = layout.hides(line) === null ? null : line;
    if (pending.current === null) go(layout.topOf(line) - height / 3);
    else reveal(line);
  };
  // A line that was hidden is where it is only when the folds above it are open.
  useLayoutEffect(() => {
    const line = pending.current;
    if (line === null || layout.hides(line) !== null) return;
    pending.current = null;
    go(layout.topOf(line) - height / 3);
  }, [layout, go, height]);
  useLayoutEffect(() => {
    // Also when the window becomes lower.
    if (isFollowing) go(sheetPx + height);
  }, [isFollowing, sheetPx, go, height]);
  const isPlaced = useRef(false);
  useEffect(() => {
    if (outline === null || isPlaced.current) return;
    const place = openingPlace(wish, outline);
    if (place === null) return;
    isPlaced.current = true;
    // oxlint-disable-next-line react/set-state-in-effect -- once, when the log is known and has been laid out
    if (typeof place === "number") goTo(place);
    else if (isLive) follow.start();
    else if (place === "end") go(sheetPx);
  });
  return goTo;
}

/** Where the log opens; null: too little of it is known yet. */
export function openingPlace(
  { chosen, isLive, openAt }: Pick<PlacesWish, "chosen" | "isLive" | "openAt">,
  outline: LogOutline,
): number | "start" | "end" | null {
  const isWhole = outline.scanned_bytes >= outline.size_bytes;
  if (chosen !== null) {
    if (outline.lines < chosen.first && !isWhole) return null;
    return Math.max(1, Math.min(chosen.first, outline.lines));
  }
  if (isLive) return "end";
  return openAt === "end" && !isWhole ? null : openAt;
}
