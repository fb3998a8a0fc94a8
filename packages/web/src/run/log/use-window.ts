import { type RefCallback, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Place, placeAt, scrolled, sheetHeight } from "./scale.ts";

/** The part of a log that is seen. */
export interface LogWindow {
  readonly attach: RefCallback<HTMLDivElement>;
  /** From the top of the log, pixels. */
  readonly top: number;
  readonly height: number;
  readonly width: number;
  /** How far the sheet's zero lies from the log's. */
  readonly shift: number;
  readonly sheet: number;
  /** Shows this height of the log at the window's top edge. */
  readonly go: (top: number) => void;
  /** What the browser's scrolling means. */
  readonly onScroll: () => void;
}

interface Seen {
  readonly top: number;
  readonly place: Place;
}

/** @param height of the whole log, pixels. @param moved a person scrolled: from, to, height of the window */
export function useWindow(
  height: number,
  moved: (from: number, to: number, page: number) => void,
): LogWindow {
  const [size, setSize] = useState({ height: 600, width: 800 });
  const [seen, setSeen] = useState<Seen>({ top: 0, place: { scrollTop: 0, shift: 0 } });
  const element = useRef<HTMLDivElement>(null);
  const now = useRef({ seen, height, size, moved });
  // Before the effects of those who use `go`: they go to places in the log as it is now.
  useLayoutEffect(() => {
    now.current = { ...now.current, height, size, moved };
  });
  const attach = useCallback((found: HTMLDivElement) => {
    element.current = found;
    const measure = (): void => setSize({ height: found.clientHeight, width: found.clientWidth });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(found);
    return () => {
      observer.disconnect();
      element.current = null;
    };
  }, []);

  const show = useCallback((next: Seen) => {
    now.current.seen = next;
    setSeen(next);
  }, []);

  const go = useCallback(
    (wanted: number) => {
      const { current: box } = element;
      if (box === null) return;
      const place = placeAt(wanted, now.current.height, box.clientHeight);
      box.scrollTop = place.scrollTop;
      show({ top: place.scrollTop + place.shift, place: { ...place, scrollTop: box.scrollTop } });
    },
    [show],
  );

  const onScroll = useCallback(() => {
    const { current: box } = element;
    if (box === null) return;
    const { seen: former, height: high, size: page } = now.current;
    // What `go` did comes back as an event of its own.
    if (box.scrollTop === former.place.scrollTop) return;
    const { top, isFar } = scrolled(former.place, box.scrollTop, high, page.height);
    const place = isFar
      ? placeAt(top, high, page.height)
      : { scrollTop: box.scrollTop, shift: top - box.scrollTop };
    if (isFar) box.scrollTop = place.scrollTop;
    now.current.moved(former.top, top, page.height);
    show({ top, place: isFar ? { ...place, scrollTop: box.scrollTop } : place });
  }, [show]);

  const { top, place } = seen;
  return useMemo(
    () => ({ attach, top, ...size, shift: place.shift, sheet: sheetHeight(height), go, onScroll }),
    [attach, top, size, place.shift, height, go, onScroll],
  );
}
