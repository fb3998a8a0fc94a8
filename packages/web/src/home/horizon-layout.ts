/** Where everything of the horizon lies: 24 h back, 12 h ahead, one bar for each half hour, failures below the line. */

export const HEIGHT = 104;
/** The line: zero of both directions. */
export const BASE_Y = 78;
const UP = 72;
const DOWN = 10;
const DOWN_Y = BASE_Y + 3;
/** What is there is seen, however little of the highest it is. */
const LEAST = 3;
const GAP = 3;
/** A live run as a block of its own, while so many fit. */
const BLOCK = 7;
const BLOCK_STEP = 8.5;
const BLOCKS_MAX = 8;
const HOUR_MS = 3_600_000;
const TICK_HOURS = 6;
/** Nearer labels would touch. */
const LABEL_WIDTH = 74;

export interface HorizonFacts {
  readonly now: number;
  readonly bucketMs: number;
  readonly past: readonly {
    readonly at: number;
    readonly completed: number;
    readonly failed: number;
    readonly cancelled: number;
  }[];
  readonly planned: readonly { readonly at: number; readonly count: number }[];
  readonly live: { readonly pending: number; readonly running: number; readonly stopping: number };
}

export type BarKind = "completed" | "cancelled" | "failed" | "planned" | "running" | "stopping" | "pending";

export interface Bar {
  readonly kind: BarKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Tick {
  readonly x: number;
  readonly at: number;
  readonly hasLabel: boolean;
  /** The first one says its day, too. */
  readonly isFirst: boolean;
}

export interface HorizonLayout {
  readonly bars: readonly Bar[];
  readonly ticks: readonly Tick[];
  readonly nowX: number;
}

/** A piece of it around now, for narrow screens. */
export function nearFacts(facts: HorizonFacts, back: number, ahead: number): HorizonFacts {
  return { ...facts, past: facts.past.slice(-back), planned: facts.planned.slice(0, ahead) };
}

/** All lengths in units of the picture, which is `width` × `HEIGHT`. */
export function horizonLayout(facts: HorizonFacts, width: number): HorizonLayout {
  const { past, planned, bucketMs, now } = facts;
  const from = past[0]?.at ?? now;
  const to = (planned.at(-1)?.at ?? now) + bucketMs;
  const step = width / Math.max(1, Math.round((to - from) / bucketMs));
  const xOf = (at: number): number => ((at - from) / bucketMs) * step;
  const nowX = xOf(now);
  const most = Math.max(
    1,
    ...past.map(({ completed, cancelled }) => completed + cancelled),
    ...planned.map(({ count }) => count),
  );
  const mostFailed = Math.max(1, ...past.map(({ failed }) => failed));
  const column = (at: number): { readonly x: number; readonly width: number } => ({
    x: xOf(at) + GAP / 2,
    width: Math.max(1, step - GAP),
  });
  const bars: Bar[] = past.flatMap((bucket) => pastBars(bucket, column(bucket.at), most, mostFailed));
  for (const { at, count } of planned) {
    // What is left of the present half hour begins behind the line of now.
    const begin = Math.max(xOf(at), nowX) + GAP / 2;
    const left = xOf(at) + step - GAP / 2 - begin;
    if (count > 0 && left >= 2) bars.push(up("planned", { x: begin, width: left }, scaled(count, most, UP)));
  }
  return {
    bars: [...bars, ...liveBars(facts, column(floorTo(now, bucketMs, from)), most)],
    ticks: ticksOf(from, to, xOf, { nowX, width }),
    nowX,
  };
}

function pastBars(
  bucket: HorizonFacts["past"][number],
  column: { readonly x: number; readonly width: number },
  most: number,
  mostFailed: number,
): readonly Bar[] {
  const { completed, cancelled, failed } = bucket;
  const bars: Bar[] = [];
  const done = scaled(completed, most, UP);
  if (completed > 0) bars.push(up("completed", column, done));
  if (cancelled > 0) bars.push(up("cancelled", column, scaled(cancelled, most, UP), done));
  if (failed > 0)
    bars.push({ kind: "failed", ...column, y: DOWN_Y, height: scaled(failed, mostFailed, DOWN) });
  return bars;
}

/** Live runs stand on what has ended in this half hour: a block each, or shares of a column when they are many. */
function liveBars(
  { live, past }: HorizonFacts,
  column: { readonly x: number; readonly width: number },
  most: number,
): readonly Bar[] {
  const total = live.running + live.stopping + live.pending;
  if (total === 0) return [];
  const last = past.at(-1);
  const ended = last === undefined ? 0 : last.completed + last.cancelled;
  const ground = ended === 0 ? 0 : scaled(ended, most, UP) + 1.5;
  const kinds = [
    ["running", live.running],
    ["stopping", live.stopping],
    ["pending", live.pending],
  ] as const;
  // Where too little is free above the ended ones, the live ones stand before them.
  let level = UP - ground < total * BLOCK_STEP ? 0 : ground;
  const single = total <= BLOCKS_MAX;
  const room = UP - level;
  const bars: Bar[] = [];
  for (const [kind, count] of kinds) {
    if (count === 0) continue;
    if (!single) {
      const height = Math.max(LEAST, (count / total) * room);
      bars.push(up(kind, column, height - 1.5, level));
      level += height;
      continue;
    }
    for (let block = 0; block < count; block++) {
      bars.push(up(kind, column, BLOCK, level));
      level += BLOCK_STEP;
    }
  }
  return bars;
}

function up(
  kind: BarKind,
  { x, width }: { readonly x: number; readonly width: number },
  height: number,
  level = 0,
): Bar {
  return { kind, x, width, height, y: BASE_Y - level - height };
}

function scaled(count: number, most: number, length: number): number {
  return count === 0 ? 0 : Math.max(LEAST, (count / most) * length);
}

/** Each six hours by the reader's clock. */
function ticksOf(
  from: number,
  to: number,
  xOf: (at: number) => number,
  { nowX, width }: { readonly nowX: number; readonly width: number },
): readonly Tick[] {
  const ticks: Tick[] = [];
  const first = new Date(from);
  first.setMinutes(0, 0, 0);
  for (let at = first.getTime(); at <= to; at += HOUR_MS) {
    if (at < from || new Date(at).getHours() % TICK_HOURS !== 0) continue;
    const x = xOf(at);
    const hasLabel = Math.abs(x - nowX) > LABEL_WIDTH && x > 20 && x < width - 20;
    ticks.push({ x, at, hasLabel, isFirst: !ticks.some((tick) => tick.hasLabel) });
  }
  return ticks;
}

function floorTo(at: number, bucketMs: number, from: number): number {
  return from + Math.floor((at - from) / bucketMs) * bucketMs;
}
