import { expect, test } from "vitest";
import type { TestCase } from "../queries.ts";
import { casesOf, failedFirst, looksLikeReport, verdictOf } from "./report.ts";

const entry = (name: string, status: TestCase["status"]): TestCase => ({
  suite: "cart",
  name,
  status,
  duration_ms: 1,
  message: "",
  details: "",
  file: "cart.spec.ts",
});

test("a verdict names what there is, failures first", () => {
  expect(verdictOf({ passed: 1_204, failed: 2, skipped: 0 })).toBe(
    `2 failed, ${(1_204).toLocaleString()} passed`,
  );
  expect(verdictOf({ passed: 0, failed: 0, skipped: 0 })).toBe("no tests");
});

test("cases are found by state and by name, suite or file", () => {
  const cases = [entry("adds", "passed"), entry("renews", "failed")];
  expect(casesOf(cases, "failed", "").map(({ name }) => name)).toEqual(["renews"]);
  expect(casesOf(cases, "all", "ADD").map(({ name }) => name)).toEqual(["adds"]);
  expect(casesOf(cases, "all", "spec.ts")).toHaveLength(2);
});

test("reports are XML files", () => {
  expect(looksLikeReport("out/JUnit.XML")).toBe(true);
  expect(looksLikeReport("bundle.js")).toBe(false);
});

test("jobs with failures come first, the others as they are", () => {
  const of = (job: string, failed: number) => ({ job, report: { failed } });
  expect(failedFirst([of("a", 0), of("b", 2), of("c", 0), of("d", 1)]).map(({ job }) => job)).toEqual([
    "b",
    "d",
    "a",
    "c",
  ]);
});
