import { GitError } from "@gaia/git";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HeldClock } from "../repositories/testing/held-clock.ts";
import type { ProgramSourceRow } from "../store/port.ts";
import { Polling } from "./polling.ts";
import { sourceRow } from "./testing/source-row.ts";

let clock: HeldClock;
let rows: ProgramSourceRow[];
let looked: string[];
let seen: string[];
let look: () => Promise<string>;
let polling: Polling;

beforeEach(() => {
  clock = new HeldClock();
  [rows, looked, seen] = [[], [], []];
  look = async () => "commit-1";
  const log = (): void => undefined;
  polling = new Polling({
    sources: () => rows,
    clock,
    log: { debug: log, info: log, warn: log, error: log },
    look: ({ pipeline }) => {
      looked.push(pipeline);
      return look();
    },
    onCommit: async ({ pipeline }, commit) => {
      seen.push(`${pipeline} ${commit}`);
      return "settled";
    },
  });
  polling.start();
});
afterEach(() => polling.close());

function source(pipeline: string, saidPollMs = 60_000): ProgramSourceRow {
  return { ...sourceRow(pipeline), saidPollMs };
}

test("repositories are looked at as often as their sources say; folders, and those that say never, are not", async () => {
  rows = [source("often", 10_000), source("never", 0)];
  rows.push({ ...source("folder"), source: { ...source("folder").source, kind: "folder" } });
  clock.pass(1_000);
  await vi.waitFor(() => expect(seen).toEqual(["often commit-1"]), { timeout: 20_000 });
  clock.pass(11_000);
  await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 20_000 });
  expect(looked).toEqual(["often", "often"]);
});

test("a source tells what is wrong with it, until it was changed", async () => {
  look = async () => Promise.reject(new GitError("not_found", "There is no repository."));
  rows = [source("gone")];
  clock.pass(1_000);
  await vi.waitFor(() => expect(polling.problemOf(source("gone"))).toBe("There is no repository."), {
    timeout: 20_000,
  });
  look = async () => "commit-2";
  rows = [{ ...source("gone"), source: { ...source("gone").source, branch: "main" } }];
  clock.pass(1_000);
  await vi.waitFor(() => expect(seen).toEqual(["gone commit-2"]), { timeout: 20_000 });
  expect(polling.problemOf(source("gone"))).toBe("");
});
