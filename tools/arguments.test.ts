import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./rooms.ts";

/** Formatting is biome itself, which has a help of its own. */
const NOT_OURS = ["format"];
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const OURS = Object.keys(scripts).filter((name) => !NOT_OURS.includes(name));

/** As npm would: what stands in package.json, with more words behind it. */
function script(name: string, ...words: readonly string[]) {
  const [, ...program] = (scripts[name] ?? "").split(" ");
  return spawnSync(process.execPath, [...program, ...words], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: 30_000,
  });
}

test("every script is looked at", () => {
  expect(OURS.toSorted()).toEqual([
    "bench",
    "build",
    "check",
    "faults",
    "mutate",
    "pack",
    "simulate",
    "start",
    "test",
  ]);
});

test.each(OURS)("npm run %s answers --help with its usage", (name) => {
  for (const flag of ["--help", "-h"]) {
    const { status, stdout, stderr } = script(name, flag);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^usage: npm (run )?${name}\\b`));
  }
});

test.each(OURS)(
  "npm run %s answers a flag that it does not know with what is wrong, its usage and 2",
  (name) => {
    const { status, stdout, stderr } = script(name, "--no-such-flag");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^Unknown option '--no-such-flag'\nusage: npm (run )?${name}\\b`));
    expect(stderr).not.toMatch(/\n {4}at /);
  },
);

test.each([
  ["simulate", ["--seeds", "many"], "--seeds many: a whole number from 1 on"],
  ["simulate", ["--seed", ""], "--seed : a whole number from 0 on"],
  ["simulate", ["--plant", "weeds"], "there is no bug weeds"],
  ["faults", ["--kills", "0"], "--kills 0: a whole number from 1 on"],
  ["mutate", ["--jobs", "1.5"], "--jobs 1.5: a whole number from 1 on"],
  ["bench", ["--row", "none"], "there is no row none"],
  ["bench", ["--row"], "Option '--row <value>' argument missing"],
  ["pack", ["--out"], "Option '--out <value>' argument missing"],
  ["start", ["somewhere"], "Unexpected argument 'somewhere'"],
])("npm run %s %j says what is wrong", (name, words, message) => {
  const { status, stderr } = script(name, ...words);
  expect(status).toBe(2);
  expect(stderr.split("\n")[0]).toBe(message);
});
