import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarDay, daysInMonth, weekday } from "./calendar.ts";
import { dueBetween, nextAfter, parseCron, type Schedule, UTC, type Zone } from "./index.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function schedule(text: string): Schedule {
  const parsed = parseCron(text);
  if (parsed.kind === "error") throw new Error(parsed.message);
  return parsed.schedule;
}

function next(text: string, from: string, zone: Zone = UTC): string | null {
  const at = nextAfter(schedule(text), zone, Date.parse(from));
  return at === null ? null : new Date(at).toISOString();
}

/** Winter +1, summer +2: the clocks go forward at `springMs` and back at `autumnMs`. */
function summerTime(springMs: number, autumnMs: number): Zone {
  return { offsetMsAt: (at) => (at >= springMs && at < autumnMs ? 2 * HOUR_MS : HOUR_MS) };
}

describe("parseCron", () => {
  it("reads values, names, ranges, steps and lists", () => {
    expect(schedule("*/20 9-17/4 1,15 jan,MAR-may MON-FRI")).toEqual({
      source: "*/20 9-17/4 1,15 jan,MAR-may MON-FRI",
      seconds: [0],
      minutes: [0, 20, 40],
      hours: [9, 13, 17],
      days: [1, 15],
      lastDay: false,
      months: [1, 3, 4, 5],
      weekdays: [1, 2, 3, 4, 5],
      interval: true,
    });
    expect(schedule("30 0 0 1 1 7")).toMatchObject({
      seconds: [30],
      minutes: [0],
      weekdays: [0],
      interval: false,
    });
    expect(schedule("0 0 L * ?")).toMatchObject({ days: [], lastDay: true, weekdays: null });
    expect(schedule("0 0 l,5 * *")).toMatchObject({ days: [5], lastDay: true });
    expect(schedule("0 0 ? * SAT-SUN")).toMatchObject({ days: null, weekdays: [0, 6] });
    expect(schedule("0 0 * * 0-0,*/3")).toMatchObject({ weekdays: [0, 3, 6] });
    expect(schedule("  0 12\t* * * ")).toMatchObject({ hours: [12] });
  });

  it.each([
    ["@yearly", "2027-01-01T00:00:00.000Z"],
    ["@monthly", "2026-06-01T00:00:00.000Z"],
    ["@weekly", "2026-05-10T00:00:00.000Z"],
    ["@Daily", "2026-05-06T00:00:00.000Z"],
    ["@hourly", "2026-05-05T13:00:00.000Z"],
  ])("knows %s", (text, expected) => {
    expect(next(text, "2026-05-05T12:30:00Z")).toBe(expected);
  });

  it.each([
    ["", "has 0 fields"],
    ["*", "has 1 field;"],
    ["* * * *", "minute hour day-of-month"],
    ["* * * * * * *", "has 7 fields"],
    ["@reboot", "@yearly"],
    ["60 * * * *", 'the field for the minute, "60": 60 is not allowed; it takes 0 to 59'],
    ["* 24 * * *", "0 to 23"],
    ["* * 0 * *", "1 to 31"],
    ["* * * 13 *", "1 to 12 or JAN to DEC"],
    ["* * * JUM *", "did you mean `JUN`"],
    ["* * * * MOM", "did you mean `MON`"],
    ["* * * * 1-XX", "0 to 7 or SUN to SAT"],
    ["1,, * * * *", "ranges as 0-59"],
    ["1-2-3 * * * *", "ranges as 0-59"],
    ["*-5 * * * *", "ranges as 0-59"],
    ["5/10 * * * *", "a step needs a range before it: 5-59/10"],
    ["50-10 * * * *", "ends before it begins"],
    ["*/0 * * * *", "from 1 to 59"],
    ["*/70 * * * *", "from 1 to 59"],
    ["*/x * * * *", "from 1 to 59"],
    ["0 0 L, * *", "day of the month"],
    ["0 0 30,31 2 *", "it never fires: there is no day 30, 31 in FEB"],
    ["0 0 31 4,6,9,11 *", "APR, JUN, SEP, NOV"],
  ])("refuses %j and says what is allowed", (text, message) => {
    expect(parseCron(text)).toEqual({ kind: "error", message: expect.stringContaining(message) });
  });

  it("accepts days that only some months or years have", () => {
    expect(next("0 0 29 2 *", "2026-01-01T00:00:00Z")).toBe("2028-02-29T00:00:00.000Z");
    expect(next("0 0 29 2 *", "2096-03-01T00:00:00Z")).toBe("2104-02-29T00:00:00.000Z");
    expect(next("0 0 31 * *", "2026-03-31T00:00:00Z")).toBe("2026-05-31T00:00:00.000Z");
    expect(next("0 0 L 2 *", "2026-01-01T00:00:00Z")).toBe("2026-02-28T00:00:00.000Z");
  });

  it("fires on a day that meets either day field when both are given", () => {
    expect(next("0 0 30 2 MON", "2026-02-01T00:00:00Z")).toBe("2026-02-02T00:00:00.000Z");
    expect(next("0 0 3 2 MON", "2026-02-02T00:00:00Z")).toBe("2026-02-03T00:00:00.000Z");
    expect(next("0 0 * 2 MON", "2026-02-02T00:00:00Z")).toBe("2026-02-09T00:00:00.000Z");
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9*,/L?@A-Z -]*$/), (text) => {
        expect(["ok", "error"]).toContain(parseCron(text).kind);
      }),
    );
  });
});

describe("the calendar", () => {
  it("agrees with Date", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 2_900_000 }), (days) => {
        const date = new Date(days * DAY_MS);
        expect(calendarDay(days)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        expect(weekday(days)).toBe(date.getUTCDay());
        const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
        expect(daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1)).toBe(length);
      }),
      { numRuns: 500 },
    );
  });
});

const list = (least: number, most: number) =>
  fc.oneof(
    fc.constant("*"),
    fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 }).map(String),
  );
const anySchedule = fc
  .tuple(list(0, 59), list(0, 59), list(0, 23), list(1, 28), list(1, 12), list(0, 6))
  .map((fields) => schedule(fields.join(" ")));
const moment = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000);
const offset = fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 900_000);

describe("nextAfter", () => {
  it("rises strictly and lands on times that the fields name", () => {
    fc.assert(
      fc.property(anySchedule, moment, offset, (given, start, offsetMs) => {
        const zone: Zone = { offsetMsAt: () => offsetMs };
        let at = start;
        for (let step = 0; step < 5; step++) {
          const found = nextAfter(given, zone, at) ?? Number.NaN;
          expect(found).toBeGreaterThan(at);
          const local = new Date(found + offsetMs);
          expect(given.seconds).toContain(local.getUTCSeconds());
          expect(given.minutes).toContain(local.getUTCMinutes());
          expect(given.hours).toContain(local.getUTCHours());
          expect(given.months).toContain(local.getUTCMonth() + 1);
          const day = given.days?.includes(local.getUTCDate());
          const dayOfWeek = given.weekdays?.includes(local.getUTCDay());
          expect(
            day === undefined || dayOfWeek === undefined ? (day ?? dayOfWeek ?? true) : day || dayOfWeek,
          ).toBe(true);
          at = found;
        }
      }),
    );
  });

  it("leaves none out: the first second that matches", () => {
    fc.assert(
      fc.property(list(0, 59), list(0, 59), moment, (second, minute, start) => {
        const given = schedule(`${second} ${minute} * * * *`);
        let expected = start + 1_000;
        const matches = (at: number) =>
          given.seconds.includes((at / 1_000) % 60) && given.minutes.includes(Math.floor(at / 60_000) % 60);
        while (!matches(expected)) expected += 1_000;
        expect(nextAfter(given, UTC, start)).toBe(expected);
        expect(nextAfter(given, UTC, expected - 1)).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("rises strictly where the clocks change, and a day has each fixed time once", () => {
    const spring = Date.parse("2026-03-29T01:00:00Z");
    const autumn = Date.parse("2026-10-25T01:00:00Z");
    const zone = summerTime(spring, autumn);
    fc.assert(
      fc.property(fc.constantFrom(spring, autumn), list(0, 59), list(0, 5), (change, minute, hour) => {
        const given = schedule(`${minute} ${hour} * * *`);
        const until = change + 12 * HOUR_MS;
        const found: number[] = [];
        let at: number | null = change - 12 * HOUR_MS;
        for (;;) {
          at = nextAfter(given, zone, at);
          if (at === null || at > until) break;
          expect(at).toBeGreaterThan(found.at(-1) ?? 0);
          found.push(at);
        }
        const times = given.minutes.length * given.hours.length;
        if (!given.interval && change === autumn) expect(found.length).toBe(times);
        if (!given.interval && change === spring) expect(found.length).toBeGreaterThan(0);
      }),
    );
  });

  it("goes on after an hour that comes twice when it is asked from within its second pass", () => {
    const autumn = Date.parse("2026-10-25T01:00:00Z");
    const zone = summerTime(0, autumn);
    expect(next("15,45 2,3 * * *", "2026-10-25T00:20:00Z", zone)).toBe("2026-10-25T00:45:00.000Z");
    expect(next("15,45 2,3 * * *", "2026-10-25T01:20:00Z", zone)).toBe("2026-10-25T02:15:00.000Z");
    expect(next("0,30 3 * * *", "2026-10-25T01:20:00Z", zone)).toBe("2026-10-25T02:00:00.000Z");
  });

  it("fires both passes of an hour that comes twice, for an interval that is far away before", () => {
    const autumn = Date.parse("2026-10-25T01:00:00Z");
    const zone = summerTime(Date.parse("2026-03-29T01:00:00Z"), autumn);
    const count = (from: string) => {
      let at = nextAfter(schedule("*/30 2 25 10 *"), zone, Date.parse(from));
      let found = 0;
      for (; at !== null && at < autumn + DAY_MS; found++)
        at = nextAfter(schedule("*/30 2 25 10 *"), zone, at);
      return found;
    };
    expect(count("2026-01-01T00:00:00Z")).toBe(4);
    expect(count("2026-10-25T00:59:00Z")).toBe(2);
    expect(count("2026-10-25T02:00:00Z")).toBe(0);
  });

  it("ends with the year 9999", () => {
    expect(next("0 0 1 1 *", "9999-06-01T00:00:00Z")).toBeNull();
    expect(next("0 0 1 1 *", "9999-12-31T23:59:59.500Z")).toBeNull();
  });
});

describe("dueBetween", () => {
  const hourly = schedule("0 * * * *");
  const last = Date.parse("2026-05-05T12:00:00Z");
  const now = Date.parse("2026-05-05T15:00:00Z");
  const missed = [1, 2, 3].map((hours) => last + hours * HOUR_MS);

  it("takes none, the last one or all of them", () => {
    expect(dueBetween(hourly, UTC, last, now, "skip", 10)).toEqual({ instants: [], dropped: true });
    expect(dueBetween(hourly, UTC, last, now, "once", 10)).toEqual({
      instants: missed.slice(2),
      dropped: true,
    });
    expect(dueBetween(hourly, UTC, last, now, "all", 10)).toEqual({ instants: missed, dropped: false });
    expect(dueBetween(hourly, UTC, last, now, "all", 2)).toEqual({
      instants: missed.slice(1),
      dropped: true,
    });
    expect(dueBetween(hourly, UTC, last, now, "once", 0)).toEqual({ instants: [], dropped: true });
  });

  it("is empty when nothing was missed", () => {
    const nothing = { instants: [], dropped: false };
    expect(dueBetween(hourly, UTC, now, now, "all", 10)).toEqual(nothing);
    expect(dueBetween(hourly, UTC, now, last, "all", 10)).toEqual(nothing);
    expect(dueBetween(hourly, UTC, last, last + 1_000, "skip", 10)).toEqual(nothing);
    expect(dueBetween(hourly, UTC, Date.parse("9999-12-31T23:30:00Z"), 2 ** 50, "all", 10)).toEqual(nothing);
  });

  it("looks at no more than it needs, however long ago the last one was", () => {
    let asked = 0;
    const zone: Zone = {
      offsetMsAt: () => {
        asked++;
        return 0;
      },
    };
    const due = dueBetween(schedule("* * * * * *"), zone, 0, now, "all", 100);
    expect(due.instants).toEqual(Array.from({ length: 100 }, (_, index) => now - (99 - index) * 1_000));
    expect(asked).toBeLessThan(5_000);
  });
});
