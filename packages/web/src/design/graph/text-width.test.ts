import { expect, test } from "vitest";
import { fitted, textWidth } from "./text-width.ts";

test("wide and narrow letters are told apart", () => {
  expect(textWidth("mmm", 10)).toBeGreaterThan(textWidth("iii", 10) * 3);
  expect(textWidth("exit 3", 20)).toBeCloseTo(textWidth("exit 3", 10) * 2);
  expect(textWidth("中", 10)).toBe(10);
  expect(textWidth("é", 10)).toBeLessThan(7);
});

test("a text is cut where it does not fit, and left alone where it does", () => {
  expect(fitted("short", 100, 12)).toBe("short");
  const cut = fitted("a-very-long-name-of-a-job", 60, 12);
  expect(cut.endsWith("…")).toBe(true);
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(60);
  expect(fitted("wide", 1, 12)).toBe("w…");
});
