import { expect, it } from "vitest";
import { clock } from "./duration.ts";

it.each([
  [12, true, "12 ms"],
  [400, true, "0.4 s"],
  [4_200, true, "4.2 s"],
  [400, false, "0:00"],
  [3_723_000, false, "1:02:03"],
  [null, true, "–"],
] as const)("writes %s (fine: %s) as %s", (ms, fine, text) => {
  expect(clock(ms, fine)).toBe(text);
});
