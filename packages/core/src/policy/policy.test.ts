import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  backoffMs,
  countsAgainstRetry,
  DEFAULT_RETRY,
  formatDuration,
  MAX_DURATION_MS,
  NO_RETRY,
  type Outcome,
  OUTCOMES,
  parseDuration,
  randomFrom,
  retriesAfter,
} from "./index.ts";

const policy = fc.record({
  attempts: fc.integer({ min: 1, max: 100 }),
  initialMs: fc.integer({ min: 0, max: 1_000_000 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxMs: fc.integer({ min: 0, max: 10_000_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  on: fc.constant(["failed"] as readonly Outcome[]),
});
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("outcomes", () => {
  it("count against the retries only where trying again can help", () => {
    expect(OUTCOMES.filter(countsAgainstRetry)).toEqual(["failed", "timed_out", "limit"]);
  });
});

describe("retriesAfter", () => {
  it("tries again until the attempts are used up", () => {
    expect([1, 2, 3, 4].map((failed) => retriesAfter(DEFAULT_RETRY, "failed", failed))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(retriesAfter(NO_RETRY, "failed", 1)).toBe(false);
  });

  it("never tries again after an outcome that is not listed or that ends the job", () => {
    expect(retriesAfter(DEFAULT_RETRY, "limit", 1)).toBe(false);
    const all = { ...DEFAULT_RETRY, on: OUTCOMES };
    expect(OUTCOMES.filter((outcome) => retriesAfter(all, outcome, 1))).toEqual([
      "failed",
      "timed_out",
      "limit",
    ]);
  });
});

describe("backoffMs", () => {
  it("grows by the factor up to the limit", () => {
    const plain = { ...DEFAULT_RETRY, jitter: 0, maxMs: 5_000 };
    expect([0, 1, 2, 3, 4, 5, 5_000].map((failed) => backoffMs(plain, failed, 0.5))).toEqual([
      1_000, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
    ]);
    expect(backoffMs({ ...plain, initialMs: 0 }, 5_000, 0.5)).toBe(0);
  });

  it("stays between the full wait and what jitter leaves of it", () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 2_000 }), random, (retry, failed, chance) => {
        const wait = backoffMs(retry, failed, chance);
        const full = backoffMs(retry, failed, 0);
        expect(full).toBeLessThanOrEqual(retry.maxMs);
        expect(wait).toBeLessThanOrEqual(full);
        expect(wait).toBeGreaterThanOrEqual(Math.floor(full * (1 - retry.jitter)) - 1);
        expect(Number.isSafeInteger(wait)).toBe(true);
      }),
    );
  });

  it("never gets shorter with more failures", () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 50 }), random, (retry, failed, chance) => {
        expect(backoffMs(retry, failed + 1, chance)).toBeGreaterThanOrEqual(backoffMs(retry, failed, chance));
      }),
    );
  });
});

describe("randomFrom", () => {
  it("is the same for the same arguments, for ever", () => {
    expect(randomFrom("run_1", 7, "backoff")).toBe(0.8171583283692598);
    expect(randomFrom(0)).toBe(0.9870929780881852);
  });

  it("tells apart what looks alike when written one after the other", () => {
    const alike = [randomFrom("ab", "c"), randomFrom("a", "bc"), randomFrom("abc"), randomFrom("abc", "")];
    expect(new Set([...alike, randomFrom(1), randomFrom("1")]).size).toBe(6);
  });

  it("spreads neighbours evenly over [0, 1)", () => {
    const buckets = Array.from({ length: 16 }, () => 0);
    for (let attempt = 0; attempt < 16_000; attempt++) {
      const bucket = Math.floor(randomFrom("seed", attempt) * 16);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // 1,000 each are expected, with a standard deviation of 31.
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(160);
  });

  it("flips about half of the bits when one bit of a key flips", () => {
    let flipped = 0;
    for (let key = 0; key < 1_000; key++) {
      const bits = (randomFrom("seed", key) * 2 ** 32) ^ (randomFrom("seed", key ^ 1) * 2 ** 32);
      for (let bit = 0; bit < 32; bit++) flipped += (bits >>> bit) & 1;
    }
    expect(flipped / 1_000).toBeGreaterThan(15);
    expect(flipped / 1_000).toBeLessThan(17);
  });

  it("stays below 1", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double()),
        fc.array(fc.oneof(fc.string(), fc.integer())),
        (seed, keys) => {
          const number = randomFrom(seed, ...keys);
          expect(number >= 0 && number < 1).toBe(true);
        },
      ),
    );
  });
});

describe("durations", () => {
  it.each([
    ["1h30m", 5_400_000],
    ["30s", 30_000],
    ["500ms", 500],
    ["2d", 172_800_000],
    ["1.5h", 5_400_000],
    ["1.1s", 1_100],
    ["1m500ms", 60_500],
    [" 5m ", 300_000],
    ["0s", 0],
    ["3650d", MAX_DURATION_MS],
  ])("reads %s", (text, ms) => {
    expect(parseDuration(text)).toEqual({ kind: "ok", ms });
  });

  it.each([
    ["", "empty"],
    ["30", "no unit"],
    ["1.5", "no unit"],
    ["-5s", "not a duration"],
    ["5 minutes", "not a duration"],
    ["5min", "not a duration"],
    ["30m1h", "order"],
    ["1s1s", "order"],
    ["0.5ms", "whole number of milliseconds"],
    ["3651d", "3650d"],
    ["10us", "not a duration"],
  ])("refuses %j and says why", (text, reason) => {
    expect(parseDuration(text)).toEqual({ kind: "error", message: expect.stringContaining(reason) });
  });

  it("prints what it reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_DURATION_MS }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ kind: "ok", ms });
      }),
    );
  });

  it("prints for people", () => {
    expect([0, 0.4, 1, 61_001, 90_061_000, -5_000].map(formatDuration)).toEqual([
      "0s",
      "0s",
      "1ms",
      "1m1s1ms",
      "1d1h1m1s",
      "-5s",
    ]);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.dhms -]*$/), (text) => {
        expect(["ok", "error"]).toContain(parseDuration(text).kind);
      }),
    );
  });
});
