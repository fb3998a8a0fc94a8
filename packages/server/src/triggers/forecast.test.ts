import { describe, expect, test } from "vitest";
import type { TriggerRow } from "../store/port.ts";
import { firingIdFor, instantOf, runIdFor, runIdOf } from "./firing.ts";
import { nextInstants } from "./forecast.ts";

const ROW: TriggerRow = {
  id: "trg_1",
  namespace: "default",
  pipeline: "ci",
  kind: "cron",
  spec: { kind: "cron", cron: "30 6 * * 1-5", timezone: "Europe/Berlin", missed: "once", inputs: {} },
  lastAt: null,
  nextAt: null,
  paused: false,
};
const FRIDAY = Date.parse("2026-11-27T12:00:00Z");
const DAY_MS = 86_400_000;

describe("what a trigger will do", () => {
  test("is told for its zone, up to a moment and up to a number", () => {
    const texts = (until: number, limit: number) =>
      nextInstants(ROW, FRIDAY, until, limit).map((at) => new Date(at).toISOString());
    expect(texts(FRIDAY + 5 * DAY_MS, 10)).toEqual([
      "2026-11-30T05:30:00.000Z",
      "2026-12-01T05:30:00.000Z",
      "2026-12-02T05:30:00.000Z",
    ]);
    expect(texts(FRIDAY + 5 * DAY_MS, 1)).toEqual(["2026-11-30T05:30:00.000Z"]);
    expect(texts(FRIDAY + DAY_MS, 10)).toEqual([]);
  });

  test("is nothing while it is paused, or when its schedule cannot be read", () => {
    expect(nextInstants({ ...ROW, paused: true }, FRIDAY, FRIDAY + 9 * DAY_MS, 5)).toEqual([]);
    const spec = { cron: "61 * * * *", timezone: "UTC" };
    expect(nextInstants({ ...ROW, spec }, FRIDAY, FRIDAY + 9 * DAY_MS, 5)).toEqual([]);
  });

  test("is not known of one that does not go by the clock", () => {
    const spec = { kind: "pipeline", pipeline: "build", on: "completed", inputs: {} };
    expect(nextInstants({ ...ROW, kind: "pipeline", spec }, FRIDAY, FRIDAY + 9 * DAY_MS, 5)).toEqual([]);
  });
});

test("a run says which trigger started it, and for which instant", () => {
  const run = runIdFor("trg_1", FRIDAY);
  expect(instantOf("trg_1", run, "cron")).toBe(FRIDAY);
  expect(instantOf("trg_2", run, "cron")).toBeNull();
  expect(instantOf("trg_1", "run_x", "cron")).toBeNull();
  const behind = runIdOf(firingIdFor("trg_1", "run_a"), FRIDAY);
  expect(instantOf("trg_1", behind, "run_a")).toBe(FRIDAY);
  expect(instantOf("trg_1", behind, "run_b")).toBeNull();
  expect(instantOf("trg_2", behind, "run_a")).toBeNull();
});
