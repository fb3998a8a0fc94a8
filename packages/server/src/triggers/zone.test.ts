import { nextAfter, parseCron, type Schedule, type Zone } from "@gaia/core/schedule/index.ts";
import { Cron } from "croner";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoneFrom } from "./zone.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Pacific/Apia",
  "Africa/Casablanca",
  "America/Santiago",
];

/** Making a zone costs far more than asking it. */
const zones = new Map<string, Zone>();

function zone(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const found = zoneFrom(name);
  if (found.kind === "error") throw new Error(found.message);
  zones.set(name, found.zone);
  return found.zone;
}

function schedule(text: string): Schedule {
  const parsed = parseCron(text);
  if (parsed.kind === "error") throw new Error(parsed.message);
  return parsed.schedule;
}

function instants(text: string, zoneName: string, from: string, count: number): readonly string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(from);
  while (found.length < count && at !== null) {
    at = nextAfter(schedule(text), zone(zoneName), at);
    if (at !== null) found.push(new Date(at).toISOString());
  }
  return found;
}

describe("zoneFrom", () => {
  it.each([
    ["Europe/Berlin", "2026-01-15T00:00:00Z", 3_600_000],
    ["Europe/Berlin", "2026-07-15T00:00:00Z", 7_200_000],
    ["America/New_York", "1874-01-01T00:00:00Z", -17_762_000],
    ["+05:30", "2026-01-01T00:00:00Z", 19_800_000],
    ["utc", "2026-01-01T00:00:00Z", 0],
    ["Europe/London", "2026-01-01T00:00:00Z", 0],
  ])("knows the offset of %s at %s", (name, at, offsetMs) => {
    expect(zone(name).offsetMsAt(Date.parse(at))).toBe(offsetMs);
  });

  it("names the zone that was meant", () => {
    expect(zoneFrom("Berlin")).toMatchObject({ message: expect.stringContaining("`Europe/Berlin`") });
    expect(zoneFrom("Europe/Berlim")).toMatchObject({ message: expect.stringContaining("`Europe/Berlin`") });
    expect(zoneFrom("Middle Earth")).toMatchObject({ message: expect.stringContaining("+05:30") });
  });
});

describe("a schedule when the clocks change", () => {
  it("fires a fixed time in the skipped hour once, at the end of the gap", () => {
    expect(instants("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 3)).toEqual([
      "2026-03-28T01:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    expect(instants("0,15,30 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 3)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T01:15:00.000Z",
      "2026-03-29T01:30:00.000Z",
    ]);
  });

  it("fires a fixed time in the repeated hour once, the first time", () => {
    expect(instants("30 2 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", 2)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
    // From within the second pass.
    expect(instants("15,45 2 * * *", "Europe/Berlin", "2026-10-25T01:20:00Z", 1)).toEqual([
      "2026-10-26T01:15:00.000Z",
    ]);
  });

  it("lets an interval go by real time", () => {
    expect(instants("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", 4)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:30:00.000Z",
      "2026-10-25T02:00:00.000Z",
    ]);
    expect(instants("*/30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 1)).toEqual([
      "2026-03-30T00:00:00.000Z",
    ]);
    // Once a year, in the hour that comes twice: both passes.
    expect(instants("* 2 25 10 *", "Europe/Berlin", "2026-10-25T00:58:00Z", 3)).toEqual([
      "2026-10-25T00:59:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:01:00.000Z",
    ]);
    expect(instants("* 2 25 10 *", "Europe/Berlin", "2026-10-25T01:58:00Z", 2)).toEqual([
      "2026-10-25T01:59:00.000Z",
      "2027-10-25T00:00:00.000Z",
    ]);
  });

  it("knows changes of half an hour and a day that a country left out", () => {
    // Lord Howe: 02:00 becomes 02:30 on the first Sunday of October.
    expect(instants("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", 1)).toEqual([
      "2026-10-03T15:30:00.000Z",
    ]);
    // Samoa had no 30 December 2011.
    expect(instants("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", 3)).toEqual([
      "2011-12-29T22:00:00.000Z",
      "2011-12-30T10:00:00.000Z",
      "2011-12-30T22:00:00.000Z",
    ]);
  });
});

const list = (least: number, most: number) =>
  fc
    .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 4 })
    .map((values) => values.join(","));
const range = (least: number, most: number) =>
  fc
    .tuple(
      fc.integer({ min: least, max: most }),
      fc.integer({ min: least, max: most }),
      fc.integer({ min: 1, max: 6 }),
    )
    .map(([one, other, step]) => `${Math.min(one, other)}-${Math.max(one, other)}/${step}`);
const field = (least: number, most: number) =>
  fc.oneof(
    fc.constant("*"),
    list(least, most),
    range(least, most),
    fc.integer({ min: 2, max: Math.min(9, most) }).map((step) => `*/${step}`),
  );
const cronText = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(" "));
const year2020 = Date.UTC(2020, 0, 1);
const moment = fc.integer({ min: 0, max: 10 * 365 * 86_400 }).map((seconds) => year2020 + seconds * 1_000);

/** A zone and an instant within hours of a change of its clocks. */
const nearChange = fc
  .tuple(fc.constantFrom(...ZONES.filter((name) => !["UTC", "Asia/Kolkata"].includes(name))), moment)
  .map(([name, start]) => {
    const { offsetMsAt } = zone(name);
    const changes = (at: number, withinMs: number) => offsetMsAt(at) !== offsetMsAt(at + withinMs);
    let at = start;
    // Zones that have done away with summer time: any instant.
    while (!changes(at, 86_400_000) && at < start + 400 * 86_400_000) at += 86_400_000;
    while (!changes(at, 3_600_000) && at < start + 401 * 86_400_000) at += 3_600_000;
    return { name, at: at - (start % 14_400_000) };
  });

function cronerNext(text: string, name: string, at: number): number | null {
  return new Cron(text, { timezone: name }).nextRun(new Date(at))?.getTime() ?? null;
}

describe("nextAfter and croner", () => {
  it("agree in zones whose clocks do not change", () => {
    fc.assert(
      fc.property(cronText, fc.constantFrom("UTC", "Asia/Kolkata"), moment, (text, name, at) => {
        expect(nextAfter(schedule(text), zone(name), at)).toBe(cronerNext(text, name, at));
      }),
      { numRuns: 300 },
    );
  });

  it("agree on intervals in all zones", () => {
    const interval = cronText.filter((text) => schedule(text).interval);
    fc.assert(
      fc.property(interval, fc.constantFrom(...ZONES), moment, (text, name, at) => {
        expect(nextAfter(schedule(text), zone(name), at)).toBe(cronerNext(text, name, at));
      }),
      { numRuns: 300 },
    );
  });

  it("agree on daily intervals where the clocks change", () => {
    const daily = fc
      .tuple(field(0, 59), field(0, 5))
      .map(([minute, hour]) => `${minute} ${hour} * * *`)
      .filter((text) => schedule(text).interval);
    fc.assert(
      fc.property(daily, nearChange, (text, { name, at }) => {
        expect(nextAfter(schedule(text), zone(name), at)).toBe(cronerNext(text, name, at));
      }),
      { numRuns: 200 },
    );
  });

  // croner 11 drops the skipped time of a list ("25 0,2 * * *" does not fire at all on the day of the gap), and fires a
  // fixed time again when it is asked from within the repeated hour. Gaia does neither; elsewhere they agree.
  it("agree on fixed times that are more than a day from a change of the clocks", () => {
    const fixed = cronText.filter((text) => !schedule(text).interval);
    fc.assert(
      fc.property(fixed, fc.constantFrom(...ZONES), moment, (text, name, at) => {
        const ours = nextAfter(schedule(text), zone(name), at);
        const theirs = cronerNext(text, name, at);
        const changed = [at, ours, theirs].some((ms) => {
          const { offsetMsAt } = zone(name);
          return ms !== null && offsetMsAt(ms - 86_400_000) !== offsetMsAt(ms + 86_400_000);
        });
        if (!changed) expect(ours).toBe(theirs);
      }),
      { numRuns: 300 },
    );
  });
});
