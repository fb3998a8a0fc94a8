import type { Schedule } from "./cron.ts";
import { nextAfter } from "./next.ts";
import type { Zone } from "./zone.ts";

/** What becomes of the instants that passed while nobody was there to start a run: none, the last one, or all of them. */
export const MISSED_POLICIES = ["skip", "once", "all"] as const;

/** What becomes of missed instants. */
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

/** Missed instants that are made up for. */
export interface Due {
  /** In rising order. */
  readonly instants: readonly number[];
  /** Whether instants before those were missed that are not made up for. */
  readonly dropped: boolean;
}

/** How far back the first look goes; each further look goes twice as far. */
const FIRST_LOOK_MS = 60_000;

/**
 * The instants after `lastMs` and up to `nowMs` that a policy makes up for. Of `all` the latest `limit` are taken: after
 * a long time the newest are of most use. The work is in proportion to `limit`, not to the time that passed.
 *
 * @param lastMs the last instant that was dealt with, or when the schedule was made
 */
export function dueBetween(
  schedule: Schedule,
  zone: Zone,
  lastMs: number,
  nowMs: number,
  policy: MissedPolicy,
  limit: number,
): Due {
  const wanted = { skip: 0, once: Math.min(1, limit), all: limit }[policy];
  for (let lookMs = FIRST_LOOK_MS; ; lookMs *= 2) {
    const fromMs = Math.max(lastMs, nowMs - lookMs);
    const found = instantsBetween(schedule, zone, fromMs, nowMs);
    const first = Math.max(0, found.length - wanted);
    if (first > 0 || fromMs === lastMs) return { instants: found.slice(first), dropped: first > 0 };
  }
}

function instantsBetween(schedule: Schedule, zone: Zone, fromMs: number, toMs: number): readonly number[] {
  const instants: number[] = [];
  let next = nextAfter(schedule, zone, fromMs);
  while (next !== null && next <= toMs) {
    instants.push(next);
    next = nextAfter(schedule, zone, next);
  }
  return instants;
}
