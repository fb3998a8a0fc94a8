import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { LOGIC_VERSION } from "./state.ts";
import { endOf, type GoldenRun, runOf } from "./testing/golden.ts";
import { checkedStep, checkRun } from "./testing/invariants.ts";
import { isRunEnded } from "./status.ts";

/** States that releases have stored; made by `tools/golden-runs.ts`, and never changed. */
const FOLDER = path.join(import.meta.dirname, "golden");
const files = readdirSync(FOLDER);

describe("a run that was stored by an earlier release", () => {
  it.each(files)("comes to its end: %s", (file) => {
    const golden: GoldenRun = JSON.parse(readFileSync(path.join(FOLDER, file), "utf8"));
    const run = runOf(golden);
    expect(isRunEnded(run.header.status)).toBe(false);
    checkRun(run);
    for (const input of golden.inputs) {
      const result = checkedStep(run, input);
      if (result.kind === "rejected")
        throw new Error(`${JSON.stringify(input)} was rejected: ${result.message}`);
    }
    expect(isRunEnded(run.header.status)).toBe(true);
    expect(endOf(run)).toEqual(golden.end);
  });

  it("is kept for every version of the logic", () => {
    const versions = new Set(files.map((file) => /^v(\d+)-[a-z]+\.json$/.exec(file)?.[1]));
    expect([...versions].toSorted((left, right) => Number(left) - Number(right))).toEqual(
      Array.from({ length: LOGIC_VERSION }, (_, index) => String(index + 1)),
    );
  });
});
