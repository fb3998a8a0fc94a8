import type { Value } from "@gaia/core";
import { expect, test } from "vitest";
import type { HeldRun } from "../engine/port.ts";
import { isOfCommit } from "./retry.ts";

const COMMIT = "1".repeat(40);
const OTHER = "2".repeat(40);

/** Whether the retry of a run with `old` inputs, which has `inputs`, is of COMMIT as that was. */
function isOf(
  inputs: Readonly<Record<string, Value>>,
  old: Readonly<Record<string, Value>>,
  pipeline = "ci",
): boolean {
  const run = (given: typeof inputs) => ({ facts: { pipeline, settings: { inputs: given } } });
  return isOfCommit(COMMIT, run(inputs) as unknown as HeldRun, run(old) as unknown as HeldRun);
}

test("a retry is of the same commit unless the input that named it names another one", () => {
  expect(isOf({ commit: COMMIT }, { commit: COMMIT })).toBe(true);
  expect(isOf({ commit: "HEAD" }, { commit: COMMIT })).toBe(false);
  expect(isOf({ sha: COMMIT, dry: true }, { sha: COMMIT, dry: false })).toBe(true);
  expect(isOf({ sha: OTHER }, { sha: COMMIT })).toBe(false);
  expect(isOf({}, { sha: COMMIT })).toBe(false);
  expect(isOf({ branch: "release" }, { branch: "main" })).toBe(true);
});

test("a build's retry is of the commit that its inputs name, else of one that nobody knows yet", () => {
  const isBuilt = (inputs: Readonly<Record<string, Value>>) => isOf(inputs, inputs, "app:build");
  expect(isBuilt({ commit: COMMIT, seen: OTHER })).toBe(true);
  expect(isBuilt({ commit: "", seen: COMMIT })).toBe(true);
  expect(isBuilt({ commit: OTHER, seen: COMMIT })).toBe(false);
  expect(isBuilt({ commit: "", seen: "" })).toBe(false);
});
