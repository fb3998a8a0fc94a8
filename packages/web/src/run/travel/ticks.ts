import type { History, Mark } from "./history.ts";

/** More strokes than this cannot be told apart. */
const PLACES = 500;

export interface Tick {
  /** From left, 0 to 1. */
  readonly at: number;
  readonly count: number;
}
export interface TallTick {
  readonly at: number;
  readonly kind: Mark["kind"];
}

/** Where events lie between two times: those of one place are one stroke, failures and questions stand out. */
export function ticksOf(
  history: History,
  from: number,
  to: number,
): { readonly ticks: readonly Tick[]; readonly tall: readonly TallTick[] } {
  const span = Math.max(1, to - from);
  const placeOf = (seq: number): number =>
    Math.min(PLACES - 1, Math.max(0, Math.floor(((history.timeOf(seq) - from) / span) * PLACES)));
  const counts = new Map<number, number>();
  for (let seq = 1; seq <= history.last; seq++) {
    const place = placeOf(seq);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const tall = new Map<string, TallTick>();
  for (const { seq, kind } of history.marks) {
    const place = placeOf(seq);
    tall.set(`${place}${kind}`, { at: (place + 0.5) / PLACES, kind });
  }
  return {
    ticks: [...counts].map(([place, count]) => ({ at: (place + 0.5) / PLACES, count })),
    tall: [...tall.values()],
  };
}

/** `2 failures, 1 question`, for readers. */
export function marksText(marks: readonly Mark[]): string {
  const failures = marks.filter(({ kind }) => kind === "failure").length;
  const questions = marks.length - failures;
  return `${failures === 1 ? "1 failure" : `${failures} failures`}, ${questions === 1 ? "1 question" : `${questions} questions`}`;
}
