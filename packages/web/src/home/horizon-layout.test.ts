import { describe, expect, it } from "vitest";
import { BASE_Y, type BarKind, type HorizonFacts, horizonLayout, nearFacts } from "./horizon-layout.ts";

const HALF_HOUR = 1_800_000;
const START = new Date(2026, 10, 18, 14, 30).getTime();
const NOW = START + 48 * HALF_HOUR + 600_000;
const WIDTH = 1024;

function facts(change: Partial<HorizonFacts> = {}): HorizonFacts {
  return {
    now: NOW,
    bucketMs: HALF_HOUR,
    past: Array.from({ length: 49 }, (_, at) => ({
      at: START + at * HALF_HOUR,
      completed: 0,
      failed: 0,
      cancelled: 0,
    })),
    planned: Array.from({ length: 25 }, (_, at) => ({ at: START + (48 + at) * HALF_HOUR, count: 0 })),
    live: { pending: 0, running: 0, stopping: 0 },
    ...change,
  };
}

function withPast(at: number, outcome: { completed?: number; failed?: number; cancelled?: number }) {
  return facts().past.map((bucket, index) => (index === at ? { ...bucket, ...outcome } : bucket));
}

describe("the horizon", () => {
  it("draws nothing where nothing was", () => {
    expect(horizonLayout(facts(), WIDTH).bars).toEqual([]);
  });

  it("puts now where the past ends and the plan begins", () => {
    const { nowX } = horizonLayout(facts(), WIDTH);
    expect(nowX).toBeCloseTo((WIDTH / 73) * (48 + 1 / 3), 5);
  });

  it("has what completed stand on the line, and what failed hang below it", () => {
    const { bars } = horizonLayout(facts({ past: withPast(3, { completed: 8, failed: 2 }) }), WIDTH);
    const of = (kind: BarKind) => bars.find((bar) => bar.kind === kind);
    expect(of("completed")).toMatchObject({ height: 72, y: BASE_Y - 72 });
    expect(of("failed")?.y).toBeGreaterThan(BASE_Y);
    expect(of("failed")?.x).toBe(of("completed")?.x);
  });

  it("measures past and plan with one measure, zero being the line", () => {
    const planned = facts().planned.map((bucket, at) => (at === 5 ? { ...bucket, count: 4 } : bucket));
    const { bars } = horizonLayout(facts({ past: withPast(3, { completed: 8 }), planned }), WIDTH);
    expect(bars.map(({ kind, height }) => [kind, height])).toEqual([
      ["completed", 72],
      ["planned", 36],
    ]);
  });

  it("shows one of very many", () => {
    const past = withPast(3, { completed: 10_000 }).map((bucket, at) =>
      at === 4 ? { ...bucket, completed: 1 } : bucket,
    );
    expect(horizonLayout(facts({ past }), WIDTH).bars.map(({ height }) => height)).toEqual([72, 3]);
  });

  it("stacks live runs on what ended in this half hour", () => {
    const past = withPast(48, { completed: 1 }).map((bucket, at) =>
      at === 2 ? { ...bucket, completed: 10 } : bucket,
    );
    const live = { pending: 1, running: 2, stopping: 1 };
    const { bars } = horizonLayout(facts({ past, live }), WIDTH);
    const kinds = bars.map(({ kind }) => kind);
    expect(kinds).toEqual(["completed", "completed", "running", "running", "stopping", "pending"]);
    const ended = bars[1];
    for (const bar of bars.slice(2)) expect(bar.y + bar.height).toBeLessThan(ended?.y ?? 0);
  });

  it("keeps very many live runs within the picture", () => {
    const { bars } = horizonLayout(facts({ live: { pending: 900, running: 90, stopping: 1 } }), WIDTH);
    expect(bars).toHaveLength(3);
    for (const { y } of bars) expect(y).toBeGreaterThanOrEqual(0);
  });

  it("begins the plan of this half hour behind now", () => {
    const planned = facts().planned.map((bucket, at) => (at === 0 ? { ...bucket, count: 1 } : bucket));
    const { bars, nowX } = horizonLayout(facts({ planned }), WIDTH);
    expect(bars[0]?.x).toBeGreaterThan(nowX);
  });

  it("labels each six hours by the reader's clock, and none under now", () => {
    const { ticks, nowX } = horizonLayout(facts(), WIDTH);
    expect(ticks.map(({ at }) => new Date(at).getHours())).toEqual([18, 0, 6, 12, 18, 0]);
    for (const { x, hasLabel } of ticks) if (hasLabel) expect(Math.abs(x - nowX)).toBeGreaterThan(70);
  });

  it("shows the hours around now where it is narrow", () => {
    const near = nearFacts(facts(), 19, 10);
    const { nowX } = horizonLayout(near, 360);
    expect(nowX).toBeCloseTo((360 / 28) * (18 + 1 / 3), 5);
  });
});
