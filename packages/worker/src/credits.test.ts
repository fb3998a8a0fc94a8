import { expect, it } from "vitest";
import { Credits } from "./credits.ts";

it("takes many ahead only while attempts are short", () => {
  const credits = new Credits(8);
  expect([credits.ahead, credits.launchMax]).toEqual([4, 8]);
  for (let count = 0; count < 16; count += 1) credits.ended(3);
  expect([credits.ahead, credits.launchMax]).toEqual([32, 40]);
  credits.ended(60_000);
  expect([credits.ahead, credits.launchMax]).toEqual([4, 8]);
  for (let count = 0; count < 16; count += 1) credits.ended(3);
  expect(credits.isShort).toBe(true);
});

it("takes at most 64 ahead, and none with one slot and long attempts", () => {
  const wide = new Credits(1_000);
  wide.ended(1);
  expect(wide.ahead).toBe(64);
  expect(new Credits(1).ahead).toBe(0);
});
