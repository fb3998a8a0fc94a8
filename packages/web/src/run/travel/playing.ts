import type { History } from "./history.ts";

/** How much faster than it happened. */
export const SPEEDS = [1, 10, 60, 600] as const;
export type Speed = (typeof SPEEDS)[number];

/** A run should not take longer to watch than this, when it can be helped. */
const WATCHED_MS = 60_000;
/** Where nothing happens for long, this much of it is watched. */
const STANDING_MS = 1_500;

/** The slowest speed at which a run of this length is watched within a minute. */
export function speedFor(durationMs: number): Speed {
  return SPEEDS.find((speed) => durationMs / speed <= WATCHED_MS) ?? 600;
}

export interface Playhead {
  readonly seq: number;
  /** Where between the events, in milliseconds since 1970. */
  readonly ms: number;
}

/** The playhead after `elapsedMs` of watching. Long silences are shortened. */
export function advance(history: History, from: Playhead, elapsedMs: number, speed: Speed): Playhead {
  const nextAt = history.timeOf(from.seq + 1);
  const standing = STANDING_MS * speed;
  const ms = Math.max(from.ms, nextAt - standing) + elapsedMs * speed;
  const seq = ms < nextAt ? from.seq : Math.max(from.seq, history.seqAt(ms));
  return { seq, ms };
}
