import type { Band } from "../../design/graph/layout.ts";
import { timeOfDay } from "../../design/index.ts";
import type { BandTime } from "./bands.ts";
import { GUTTER, type Size, type View } from "./view.ts";

/** Labels closer together than this would run into each other. */
const LABEL_PX = 15;
const MINUTE = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The layers as bands over the whole canvas. */
export function Strata({
  bands,
  view,
  size,
}: {
  readonly bands: readonly Band[];
  readonly view: View;
  readonly size: Size;
}) {
  return (
    <g aria-hidden="true">
      {bands.map((band, at) => {
        const y = band.y * view.k + view.y;
        const height = band.height * view.k;
        if (y > size.height || y + height < 0) return null;
        return (
          <rect
            key={band.y}
            className={`band${at % 2 === 1 ? " odd" : ""}`}
            x={0}
            y={y}
            width={size.width}
            height={height}
          />
        );
      })}
    </g>
  );
}

/** When the layers began, left of the graph; above it where the graph was moved under. */
export function Gutter({
  bands,
  times,
  view,
  size,
}: {
  readonly bands: readonly Band[];
  readonly times: readonly (BandTime | null)[];
  readonly view: View;
  readonly size: Size;
}) {
  const labels = labelsOf(bands, times, view);
  return (
    <g className="gutter" aria-hidden="true">
      {view.x < GUTTER && <rect className="gutter-back" x={0} y={0} width={GUTTER} height={size.height} />}
      {bands.map((band, at) => {
        const label = labels[at] ?? null;
        const middle = (band.y + band.height / 2) * view.k + view.y;
        if (label === null || middle < 0 || middle > size.height) return null;
        return (
          <text key={band.y} className={`band-t${label.isExpected ? " future" : ""}`} x={14} y={middle + 4}>
            {/* To the minute: what is expected is not known to the second. */}
            {label.isExpected ? `≈ ${MINUTE.format(label.at)}` : timeOfDay(label.at)}
          </text>
        );
      })}
    </g>
  );
}

/** The times for which there is room. */
function labelsOf(
  bands: readonly Band[],
  times: readonly (BandTime | null)[],
  view: View,
): readonly (BandTime | null)[] {
  const labels: (BandTime | null)[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [at, band] of bands.entries()) {
    const middle = (band.y + band.height / 2) * view.k;
    const time = middle - last < LABEL_PX ? null : (times[at] ?? null);
    if (time !== null) last = middle;
    labels.push(time);
  }
  return labels;
}
