import { clock } from "./duration.ts";
import { type Status, statusWord } from "./status.tsx";

/** A run as a bar: what a strip must know of it. */
export interface BarRun {
  readonly id: string;
  readonly number: number;
  readonly status: Status;
  readonly created_at: string;
  readonly duration_ms: number | null;
}

export interface Bar {
  readonly run: BarRun;
  /** 0 to 1 of the highest bar. */
  readonly share: number;
}

/** A run that took no time still is a bar. */
const SHARE_MIN = 0.12;
/** What has not begun has no length yet: a bar that is seen, and not taken for a measured one. */
const SHARE_AHEAD = 0.3;

/** Bars of runs, the oldest first; heights against the longest run, or `roofMs` where that is longer. */
export function barsOf(runs: readonly BarRun[], roofMs = 0): readonly Bar[] {
  const longest = runs.reduce((most, run) => Math.max(most, run.duration_ms ?? 0), Math.max(1, roofMs));
  return runs.map((run) => ({
    run,
    share: run.duration_ms === null ? SHARE_AHEAD : Math.max(SHARE_MIN, run.duration_ms / longest),
  }));
}

/** Where the line of the typical duration lies, 0 to 1 from the ground; null: it would be above every bar. */
export function lineOf(runs: readonly BarRun[], typicalMs: number | null): number | null {
  if (typicalMs === null || typicalMs === 0) return null;
  const longest = runs.reduce((most, run) => Math.max(most, run.duration_ms ?? 0), 1);
  return typicalMs > longest ? null : typicalMs / longest;
}

/** `#1284 completed, 11:12`. */
export function barName({ number, status, duration_ms: ms }: BarRun): string {
  const took = ms === null ? "" : `, ${clock(ms, true)}${isLive(status) ? " so far" : ""}`;
  return `#${number} ${statusWord(status).toLowerCase()}${took}`;
}

/** `last 24 runs: 22 completed, 1 failed, 1 running`. */
export function stripText(runs: readonly BarRun[]): string {
  if (runs.length === 0) return "no runs yet";
  const counts = new Map<Status, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} ${statusWord(status).toLowerCase()}`);
  return `${runs.length === 1 ? "1 run" : `last ${runs.length} runs`}: ${parts.join(", ")}`;
}

function isLive(status: Status): boolean {
  return status === "pending" || status === "running" || status === "stopping";
}
