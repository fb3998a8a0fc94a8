import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runFolder } from "@gaia/contracts";
import { LiveRuns } from "../engine/live-runs.ts";
import { openSqliteStore, type Store } from "../store/index.ts";
import type { RetentionPolicy } from "../store/port.ts";
import { endedRun } from "../store/suite/example.ts";
import { Duties } from "./duties.ts";

const MEGABYTE = 1_048_576;
const KEEP_ALL: RetentionPolicy = { maxAgeMs: null, maxRuns: null, maxBytes: null, keepPerPipeline: 0 };
const log = { debug: () => undefined, info: () => undefined, warn: failing, error: failing };

let home: string;
let store: Store;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "gaia-duties-"));
  store = await openSqliteStore({ file: join(home, "gaia.db") });
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true });
});

function failing(fields: object): void {
  throw new Error("upkeep has failed", { cause: fields });
}

function duties(policy: Partial<RetentionPolicy>, isBusy: () => boolean = () => false): Duties {
  return new Duties({
    store,
    live: new LiveRuns(store),
    log,
    policy: { ...KEEP_ALL, ...policy },
    home,
    now: () => 1_000_000,
    isBusy,
    copies: { removed: () => Promise.resolve() },
  });
}

async function toTheEnd(work: Duties): Promise<number> {
  let steps = 1;
  while (await work.step()) steps += 1;
  return steps;
}

/** Ended runs, oldest first, each with a log of a megabyte. */
async function ended(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const createdAt = number * 100;
    await endedRun(store, { id: `run_${number}`, createdAt, facts: { number } });
    const jobs = join(home, runFolder(`run_${number}`, createdAt), "jobs/0");
    mkdirSync(jobs, { recursive: true });
    writeFileSync(join(jobs, "0.1.log"), Buffer.alloc(MEGABYTE, "x"));
  }
}

function foldersLeft(): readonly string[] {
  return readdirSync(join(home, "runs/1970-01")).toSorted();
}

test("runs go by what their files take, and their files with them", async () => {
  await ended(5);
  await toTheEnd(duties({ maxBytes: 100 * MEGABYTE }));
  expect(foldersLeft()).toHaveLength(5);
  const { sizeBytes, fileBytes } = await store.upkeep.size();
  expect(fileBytes).toBeGreaterThanOrEqual(5 * MEGABYTE);
  expect(fileBytes).toBeLessThan(5.2 * MEGABYTE);
  await toTheEnd(duties({ maxBytes: sizeBytes + 3.5 * MEGABYTE }));
  expect(foldersLeft()).toEqual(["run_3", "run_4", "run_5"]);
  expect(readdirSync(join(home, "runs/.removed"))).toEqual([]);
  expect((await store.upkeep.size()).fileBytes).toBeLessThan(3.2 * MEGABYTE);
  expect(await store.upkeep.check()).toEqual([]);
});

test("the folder of a run is measured once", async () => {
  await ended(1);
  await toTheEnd(duties({}));
  const { fileBytes } = await store.upkeep.size();
  writeFileSync(join(home, "runs/1970-01/run_1/later"), Buffer.alloc(MEGABYTE, "x"));
  await toTheEnd(duties({}));
  expect((await store.upkeep.size()).fileBytes).toBe(fileBytes);
});

test("many files go in small steps, and none while the engine is busy", async () => {
  await ended(1);
  for (let at = 0; at < 1_200; at += 1) writeFileSync(join(home, "runs/1970-01/run_1/jobs/0", `${at}`), "");
  expect(await duties({ maxRuns: 0 }, () => true).step()).toBe(false);
  expect(foldersLeft()).toEqual(["run_1"]);
  expect(await toTheEnd(duties({ maxRuns: 0 }))).toBeGreaterThanOrEqual(3);
  expect(foldersLeft()).toEqual([]);
  expect(readdirSync(join(home, "runs/.removed"))).toEqual([]);
});
