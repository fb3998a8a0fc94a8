import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Place, placeAt, scrolled, sheetHeight } from "./scale.ts";

/** The part of a log that is seen. */
export interface LogWindow {
  readonly ref: RefObject<HTMLDivElement | null>;
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

/** @param height of the whole log, pixels. @param moved a person scrolled: from and to */
export function useWindow(height: number, moved: (from: number, to: number) => void): LogWindow {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ height: 600, width: 800 });
  const [seen, setSeen] = useState<Seen>({ top: 0, place: { scrollTop: 0, shift: 0 } });
  const now = useRef({ seen, height, size, moved });
  now.current = { seen: now.current.seen, height, size, moved };

  const show = useCallback((next: Seen) => {
    now.current.seen = next;
    setSeen(next);
  }, []);

  const go = useCallback(
    (wanted: number) => {
      const { current: element } = ref;
      if (element === null) return;
      const place = placeAt(wanted, now.current.height, element.clientHeight);
      // The sheet may not be as high yet as the log is: React is about to make it so.
      const sheet = element.firstElementChild;
      if (sheet instanceof HTMLElement) sheet.style.height = `${sheetHeight(now.current.height)}px`;
      element.scrollTop = place.scrollTop;
      show({ top: place.scrollTop + place.shift, place: { ...place, scrollTop: element.scrollTop } });
    },
    [show],
  );

  const onScroll = useCallback(() => {
    const { current: element } = ref;
    if (element === null) return;
    const { seen: former, height: high, size: window } = now.current;
    // What `go` did comes back as an event of its own.
    if (element.scrollTop === former.place.scrollTop) return;
    const { top, isFar } = scrolled(former.place, element.scrollTop, high, window.height);
    const place = isFar
      ? placeAt(top, high, window.height)
      : { scrollTop: element.scrollTop, shift: top - element.scrollTop };
    if (isFar) element.scrollTop = place.scrollTop;
    now.current.moved(former.top, top);
    show({ top, place: isFar ? { ...place, scrollTop: element.scrollTop } : place });
  }, [show]);

  useLayoutEffect(() => {
    const { current: element } = ref;
    if (element === null) return;
    const measure = (): void => setSize({ height: element.clientHeight, width: element.clientWidth });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { top, place } = seen;
  return useMemo(
    () => ({ ref, top, ...size, shift: place.shift, sheet: sheetHeight(height), go, onScroll }),
    [top, size, place.shift, height, go, onScroll],
  );
}
