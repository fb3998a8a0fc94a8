import { type PointerEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { FIRST_K, fitView, panBy, type Rect, revealed, type Size, type View, zoomAt } from "./view.ts";

/** Moves shorter than this are a click with an unsteady hand. */
const DRAG_PX = 4;
const WHEEL_STEP = 0.0022;

export interface PanZoom {
  readonly view: View;
  readonly size: Size;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly reveal: (box: Rect) => void;
  /** Whether the press that ends now has moved the graph: then it is no click. */
  readonly wasDrag: () => boolean;
  readonly pointer: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: (event: PointerEvent) => void;
    readonly onPointerCancel: (event: PointerEvent) => void;
  };
}

/** The view on a graph: until a hand moves it, all of the graph is seen; then it stays where it was put. */
export function usePanZoom(canvas: RefObject<HTMLDivElement | null>, graph: Size): PanZoom {
  const size = useSize(canvas);
  const [chosen, choose] = useState<View | null>(null);
  const fitted = useMemo(() => fitView(graph, size, FIRST_K), [graph, size]);
  const view = chosen ?? fitted;
  const change = useCallback(
    (next: (view: View) => View) => choose((former) => next(former ?? fitted)),
    [fitted],
  );
  const zoom = useCallback(
    (factor: number) => change((former) => zoomAt(former, factor, size.width / 2, size.height / 2)),
    [change, size],
  );
  const pan = useCallback(
    (dx: number, dy: number) => change((former) => panBy(former, dx, dy, graph, size)),
    [change, graph, size],
  );
  useWheel(canvas, pan, change);
  const { pointer, wasDrag } = usePointers(pan, change);
  return {
    view,
    size,
    zoom,
    fit: useCallback(() => {
      const whole = fitView(graph, size);
      // What the view already is by itself goes on to follow the graph as it grows.
      choose(whole.k < FIRST_K ? whole : null);
    }, [graph, size]),
    reveal: useCallback(
      (box: Rect) =>
        choose((former) => {
          // What is not measured yet shows all of the graph by itself.
          if (size.width === 0) return former;
          const next = revealed(former ?? fitted, box, size);
          return next === (former ?? fitted) ? former : next;
        }),
      [fitted, size],
    ),
    wasDrag,
    pointer,
  };
}

function useSize(canvas: RefObject<HTMLDivElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas]);
  return size;
}

/** Turning pans; with Ctrl, which is also what a pinch on a touch pad sends, it zooms about the pointer. */
function useWheel(
  canvas: RefObject<HTMLDivElement | null>,
  pan: (dx: number, dy: number) => void,
  change: (next: (view: View) => View) => void,
): void {
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const turned = (event: WheelEvent): void => {
      event.preventDefault();
      if (!event.ctrlKey && !event.metaKey) {
        const isLines = event.deltaMode === WheelEvent.DOM_DELTA_LINE;
        return pan(-event.deltaX * (isLines ? 16 : 1), -event.deltaY * (isLines ? 16 : 1));
      }
      const box = element.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY * WHEEL_STEP * (event.deltaMode === 0 ? 1 : 16));
      change((view) => zoomAt(view, factor, event.clientX - box.left, event.clientY - box.top));
    };
    // React listens passively: it could not keep the page from scrolling.
    element.addEventListener("wheel", turned, { passive: false });
    return () => element.removeEventListener("wheel", turned);
  }, [canvas, pan, change]);
}

interface Finger {
  readonly x: number;
  readonly y: number;
}

/** One finger, or the mouse, drags; two pinch. */
function usePointers(
  pan: (dx: number, dy: number) => void,
  change: (next: (view: View) => View) => void,
): Pick<PanZoom, "pointer" | "wasDrag"> {
  const fingers = useRef(new Map<number, Finger>());
  const travelled = useRef(0);
  const up = useCallback((event: PointerEvent) => {
    fingers.current.delete(event.pointerId);
  }, []);
  const down = useCallback((event: PointerEvent) => {
    if (event.button !== 0) return;
    if (fingers.current.size === 0) travelled.current = 0;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }, []);
  const move = useCallback(
    (event: PointerEvent) => {
      const former = fingers.current.get(event.pointerId);
      if (former === undefined) return;
      const next = { x: event.clientX, y: event.clientY };
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      travelled.current += Math.hypot(next.x - former.x, next.y - former.y);
      fingers.current.set(event.pointerId, next);
      if (travelled.current < DRAG_PX) return;
      // Only now: a click on a node that did not move belongs to the node.
      event.currentTarget.setPointerCapture(event.pointerId);
      if (other === undefined) return pan(next.x - former.x, next.y - former.y);
      const box = event.currentTarget.getBoundingClientRect();
      const factor = distance(next, other) / Math.max(1, distance(former, other));
      change((view) =>
        zoomAt(view, factor, (next.x + other.x) / 2 - box.left, (next.y + other.y) / 2 - box.top),
      );
    },
    [pan, change],
  );
  const wasDrag = useCallback(() => travelled.current >= DRAG_PX, []);
  const pointer = useMemo(
    () => ({ onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up }),
    [down, move, up],
  );
  return { pointer, wasDrag };
}

function distance(one: Finger, other: Finger): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
