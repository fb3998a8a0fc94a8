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

/** 4 to 6 ticks at round times of the reader's clock; below a second, times since the start. */
export function axisOf(from: number, to: number, now: number | null): readonly AxisTick[] {
  const span = Math.max(1, to - from);
  const step = STEPS_MS.find((each) => span / each < 6) ?? span / 4;
  const offset = step < SECOND ? from : new Date(from).getTimezoneOffset() * MINUTE;
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
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

function textOf(at: number, from: number, step: number): string {
  if (step < SECOND) return `+${((at - from) / SECOND).toFixed(step < 10 ? 3 : step < 100 ? 2 : 1)} s`;
  if (step >= DAY) return DATE.format(at);
  return (step % MINUTE === 0 ? TIME : FINE).format(at);
}
