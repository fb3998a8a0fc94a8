/**
 * Browsers end elements at some 16 to 33 million pixels; sixteen million lines are 300 million. A log that is higher gets
 * a shorter sheet that is moved below its window: near moves are pixel by pixel, far ones (the bar, a click) go by share.
 */
export const SHEET_PX_MAX = 8_000_000;

/** Where the window is: `shift` is how far the sheet's zero lies from the log's. */
export interface Place {
  readonly scrollTop: number;
  readonly shift: number;
}

export function sheetHeight(height: number): number {
  return Math.min(height, SHEET_PX_MAX);
}

/** The place that shows `top` (from the top of the log) at the window's top edge. */
export function placeAt(top: number, height: number, windowPx: number): Place {
  const most = Math.max(0, height - windowPx);
  const wanted = Math.max(0, Math.min(top, most));
  if (height <= SHEET_PX_MAX) return { scrollTop: wanted, shift: 0 };
  const scrollTop = Math.round((wanted / most) * (SHEET_PX_MAX - windowPx));
  return { scrollTop, shift: wanted - scrollTop };
}

/**
 * What a scroll of the sheet to `scrollTop` means. `isFar`: the sheet must be moved, now, because its end was reached
 * before the log's, or because the bar was dragged.
 */
export function scrolled(
  former: Place,
  scrollTop: number,
  height: number,
  windowPx: number,
): { readonly top: number; readonly isFar: boolean } {
  if (height <= SHEET_PX_MAX) return { top: scrollTop, isFar: false };
  const most = height - windowPx;
  const end = SHEET_PX_MAX - windowPx;
  if (Math.abs(scrollTop - former.scrollTop) > 4 * windowPx)
    return { top: (scrollTop / end) * most, isFar: true };
  const top = Math.max(0, Math.min(scrollTop + former.shift, most));
  const isAtEdge = (scrollTop <= 0 && top > 0) || (scrollTop >= end - 1 && top < most - 1);
  return { top, isFar: isAtEdge };
}
