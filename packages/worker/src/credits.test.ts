import { expect, it } from "vitest";
import { Credits } from "./credits.ts";

function after(slots: number, ...wallMs: readonly number[]): Credits {
  const credits = new Credits(slots);
  for (const ms of wallMs) credits.ended(ms);
  return credits;
}

it("takes half a slot's worth ahead while attempts are long, and keeps that in the worker", () => {
  expect([after(8).ahead, after(8).launchMax]).toEqual([4, 8]);
  expect([after(8, 60_000).ahead, after(8, 60_000).launchMax]).toEqual([4, 8]);
  expect(after(1, 60_000).ahead).toBe(0);
});

it("takes at most 25 ms of work, and at most 64 attempts, while they are short", () => {
  expect([after(2, 2).ahead, after(2, 2).launchMax]).toEqual([25, 27]);
  expect(after(2, 10).ahead).toBe(5);
  expect(after(2, 0).ahead).toBe(64);
  // Never less than at rest.
  expect(after(8, 49).ahead).toBe(4);
});

it("judges by the last sixteen, and says when it matters", () => {
  const credits = after(2, ...Array<number>(16).fill(5));
  expect(credits.ahead).toBe(10);
  expect(credits.ended(6)).toBe(false);
  expect(credits.ended(60_000)).toBe(true);
  expect([credits.ahead, credits.launchMax]).toEqual([1, 2]);
  const changes = Array.from({ length: 16 }, () => credits.ended(1));
  expect(changes.filter(Boolean)).toHaveLength(1);
  expect(credits.ahead).toBe(50);
});
