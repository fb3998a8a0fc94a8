import { type PointerEvent, useMemo } from "react";
import type { Layout } from "./layout.ts";

interface RulerProps {
  readonly layout: Layout;
  readonly errors: readonly number[];
  readonly warnings: readonly number[];
  readonly hits: readonly number[];
  readonly top: number;
  readonly windowPx: number;
  readonly go: (top: number) => void;
}

/** So many places can be told apart on the highest of screens. */
const PLACES = 400;
const KINDS = ["hit", "warning", "error"] as const;

/** The whole log at a glance: errors, warnings, hits and what is seen. It adds nothing to what the bar says in words. */
export function Ruler({ layout, errors, warnings, hits, top, windowPx, go }: RulerProps) {
  // A log that is shorter than its window has its marks beside its lines.
  const height = Math.max(layout.height, windowPx);
  const marks = useMemo(
    () => marksOf(layout, height, { hit: hits, warning: warnings, error: errors }),
    [layout, height, hits, warnings, errors],
  );
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    go(((event.clientY - box.top) / box.height) * height - windowPx / 2);
  };
  return (
    <div
      className="ruler"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        point(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) point(event);
      }}
    >
      <i
        className="view"
        style={{
          top: `min(${(top / height) * 100}%, 100% - 6px)`,
          height: `${Math.min(100, (windowPx / height) * 100)}%`,
        }}
      />
      {marks.map(({ kind, place }) => (
        <i key={`${kind}${place}`} className={kind} style={{ top: `${(place / PLACES) * 100}%` }} />
      ))}
    </div>
  );
}

interface Mark {
  readonly kind: (typeof KINDS)[number];
  readonly place: number;
}

/** At most one mark of a kind a place, however many lines fall onto it. */
export function marksOf(
  layout: Layout,
  height: number,
  lines: Readonly<Record<Mark["kind"], readonly number[]>>,
): readonly Mark[] {
  return KINDS.flatMap((kind) => {
    const places = new Set<number>();
    for (const line of lines[kind]) places.add(Math.floor((layout.topOf(line) / height) * PLACES));
    return [...places].map((place) => ({ kind, place }));
  });
}
