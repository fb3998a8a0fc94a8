/**
 * What is known about a time zone: how far its clocks are ahead of UTC (negative: behind) at an instant, in whole
 * seconds expressed as milliseconds. `core` has no zone data; whoever calls brings it.
 */
export interface Zone {
  readonly offsetMsAt: (utcMs: number) => number;
}

/** Coordinated universal time, which never changes its clocks. */
export const UTC: Zone = { offsetMsAt: () => 0 };

/** How far apart offsets are looked at: no zone changes its clocks twice within this time. */
const SCAN_MS = 3 * 3_600_000;

/** The first instant after `fromMs`, up to and including `toMs`, at which the offset is another one; or null. */
export function firstChange(zone: Zone, fromMs: number, toMs: number): number | null {
  const offset = zone.offsetMsAt(fromMs);
  let same = fromMs;
  while (same < toMs) {
    const next = Math.min(same + SCAN_MS, toMs);
    if (zone.offsetMsAt(next) !== offset) return bisect(zone, same, next, offset);
    same = next;
  }
  return null;
}

function bisect(zone: Zone, sameMs: number, otherMs: number, offset: number): number {
  let same = sameMs;
  let other = otherMs;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (zone.offsetMsAt(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}
