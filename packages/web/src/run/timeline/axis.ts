/** A place on the time axis: from left (0 to 1), with its text. */
export interface AxisTick {
  readonly at: number;
  readonly text: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Neighbours differ by at most half, where clocks allow it: so that 4 to 6 ticks fit nearly any span. */
const STEPS_MS: readonly number[] = [
  ...[1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 50, 80, 100, 150, 200, 300, 400, 500, 750],
  ...[1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45].map((step) => step * SECOND),
  ...[1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45].map((step) => step * MINUTE),
  ...[1, 1.5, 2, 3, 4, 6, 8, 12, 18].map((step) => step * HOUR),
  ...[1, 1.5, 2, 3, 4, 5, 7, 10, 14, 20, 30, 45, 60, 90].map((step) => step * DAY),
];

/** Too near to `now`, a text would touch its word. */
const NEAR_NOW = 0.055;

/** Up to 6 ticks (5 where seconds make their texts long), hardly ever less than 4, at round times of the reader's clock; below two seconds, times since the start. */
export function axisOf(from: number, to: number, now: number | null): readonly AxisTick[] {
  const span = Math.max(1, to - from);
  const step = STEPS_MS.find((each) => span / each < (each % MINUTE === 0 ? 6 : 5)) ?? span / 4;
  const offset = isOffset(step) ? from : new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const ticks: AxisTick[] = [];
  for (let at = first; at <= to; at += step)
    ticks.push({ at: (at - from) / span, text: textOf(at, from, step) });
  const place = now === null ? null : (now - from) / span;
  return place === null ? ticks : ticks.filter(({ at }) => Math.abs(at - place) > NEAR_NOW);
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const FINE = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DAY_TIME = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

function textOf(at: number, from: number, step: number): string {
  if (isOffset(step)) {
    const digits = step % 100 === 0 ? 1 : step % 10 === 0 ? 2 : 3;
    return `+${((at - from) / SECOND).toFixed(digits)} s`;
  }
  if (step >= DAY) return DATE.format(at);
  if (step >= DAY / 4) return DAY_TIME.format(at);
  return (step % MINUTE === 0 ? TIME : FINE).format(at);
}

/** Parts of a second do not stand on a clock. */
function isOffset(step: number): boolean {
  return step % SECOND !== 0;
}
