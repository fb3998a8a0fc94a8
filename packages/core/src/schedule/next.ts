import { DAY_MS } from "./calendar.ts";
import type { Schedule } from "./cron.ts";
import { nextLocalTime } from "./match.ts";
import { firstChange, type Zone } from "./zone.ts";

/** Instants past the year 9999 are not looked for. */
const LAST_MS = 253_402_300_799_000;
/** Clocks are at most 14 hours ahead of UTC and 12 behind it, and one change moves them by a day at most. */
const AHEAD_MS = 15 * 3_600_000;
const BEHIND_MS = 13 * 3_600_000;
const NEAR_MS = 2 * DAY_MS;

/**
 * The first instant after `atMs` (milliseconds since 1970, UTC) at which a schedule fires in a zone; null when there is
 * none before the year 10000.
 *
 * When the clocks change, the rule is the one of Vixie cron:
 * - A schedule of fixed times fires once for each time that it names. A time that is skipped fires at the first instant
 *   after the gap (several of them together once); a time that comes twice fires the first time only.
 * - An interval (`*` at the begin of the minute's or the hour's field) fires whenever the clock shows a time that it
 *   names: not in the skipped hour, and in both of the repeated ones.
 */
export function nextAfter(schedule: Schedule, zone: Zone, atMs: number): number | null {
  const secondMs = Math.floor(atMs / 1_000) * 1_000;
  if (secondMs >= LAST_MS) return null;
  const next = schedule.interval
    ? nextOfInterval(schedule, zone, secondMs + 1_000)
    : nextOfFixedTimes(schedule, zone, secondMs);
  return next > LAST_MS ? null : next;
}

function nextOfFixedTimes(schedule: Schedule, zone: Zone, afterMs: number): number {
  const localMs = afterMs + zone.offsetMsAt(afterMs);
  const firstPassMs = instantOf(localMs, zone);
  const foldMs = firstPassMs < afterMs ? firstChange(zone, firstPassMs, afterMs) : null;
  // In the second pass of a repeated hour all of its times have had their turn: go on where the hour ends. Everywhere
  // else a later time on the clock is a later instant, or the end of the gap that it is in.
  const fromMs = foldMs === null ? localMs + 1_000 : foldMs + zone.offsetMsAt(firstPassMs);
  return instantOf(nextLocalTime(schedule, fromMs), zone);
}

/** When the clock shows a local time: the first time that it does, or the end of the gap that skips it. */
function instantOf(localMs: number, zone: Zone): number {
  let fromMs = localMs - AHEAD_MS;
  for (;;) {
    const instantMs = localMs - zone.offsetMsAt(fromMs);
    const changeMs = firstChange(zone, fromMs, localMs + BEHIND_MS);
    if (changeMs === null || instantMs < changeMs) return Math.max(instantMs, fromMs);
    fromMs = changeMs;
  }
}

/** The first instant from `fromMs` on whose local time the schedule names. */
function nextOfInterval(schedule: Schedule, zone: Zone, fromMs: number): number {
  let atMs = fromMs;
  for (;;) {
    const offsetMs = zone.offsetMsAt(atMs);
    const instantMs = nextLocalTime(schedule, atMs + offsetMs) - offsetMs;
    const nearMs = atMs + NEAR_MS;
    const changeMs = firstChange(zone, atMs, Math.min(instantMs, nearMs));
    if (changeMs !== null) atMs = changeMs;
    else if (instantMs <= nearMs) return instantMs;
    // A change of the clock only matters within a day of where the search begins and of where it ends.
    else atMs = Math.max(nearMs, instantMs - NEAR_MS);
  }
}
