import type { Band } from "../../design/graph/layout.ts";
import { timeOfDay } from "../../design/index.ts";
import type { BandTime } from "./bands.ts";
import type { Size, View } from "./view.ts";

/** Labels closer together than this would run into each other. */
const LABEL_PX = 15;
const MINUTE = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** The layers as bands over the whole canvas, with the times at which they began in the gutter. */
export function Strata({
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
    <g aria-hidden="true">
      {bands.map((band, at) => {
        const y = band.y * view.k + view.y;
        const height = band.height * view.k;
        if (y > size.height || y + height < 0) return null;
        const label = labels[at] ?? null;
        return (
          <g key={band.y}>
            <rect
              className={`band${at % 2 === 1 ? " odd" : ""}`}
              x={0}
              y={y}
              width={size.width}
              height={height}
            />
            {label !== null && (
              <text className={`band-t${label.isExpected ? " future" : ""}`} x={14} y={y + height / 2 + 4}>
                {/* To the minute: what is expected is not known to the second. */}
                {label.isExpected ? `≈ ${MINUTE.format(label.at)}` : timeOfDay(label.at)}
              </text>
            )}
          </g>
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
