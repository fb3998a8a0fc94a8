import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Logger } from "../observe/port.ts";
import { openSqliteStore, type Store } from "../store/index.ts";
import { createRuns, endedRun } from "../store/suite/example.ts";
import { ExecutionCopies, type ExecutionCopiesOptions } from "./execution-copies.ts";

const HURRY = { startMs: 0, waitMs: 1, stepMs: 0, failedMs: 20 };

let home = "";
let store: Store;
let copies: ExecutionCopies | null = null;
let isBusy = false;
let asked: string[] = [];
const warned: string[] = [];
const log: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_fields, message) => void warned.push(message),
  error: () => undefined,
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "gaia-copies-"));
  mkdirSync(join(home, "workflows", "executions"), { recursive: true });
  store = await openSqliteStore({ file: join(home, "gaia.db") });
  isBusy = false;
  asked = [];
  warned.length = 0;
});
afterEach(async () => {
  await copies?.close();
  copies = null;
  await store.close();
  rmSync(home, { recursive: true });
});

function started(more: Partial<ExecutionCopiesOptions> = {}): ExecutionCopies {
  const made = new ExecutionCopies({
    store,
    log,
    home,
    kept: 100,
    isBusy: () => isBusy,
    read: async (run) => {
      asked.push(run);
      const summary = await store.runs.summary(run);
      return summary === null ? null : { id: run, status: summary.header.status };
    },
    pauses: HURRY,
    ...more,
  });
  made.start();
  copies = made;
  return made;
}

/** Waits for a fact; a busy machine may take its time. */
const until = (fact: () => void): Promise<void> => vi.waitFor(fact, 20_000);

const folder = (): string => join(home, "workflows", "executions");
const files = (): string[] => readdirSync(folder()).toSorted();
const ended = (number: number, id = `run_${number}`): Promise<void> =>
  endedRun(store, { id, createdAt: number * 100, facts: { number } });

describe("readable copies of executions", () => {
  it("are made of runs that have ended, whole, and for the owner alone", async () => {
    const made = started();
    await ended(1);
    made.ended("run_1");
    await until(() => expect(files()).toEqual(["run_1.json"]));
    const path = join(folder(), "run_1.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ id: "run_1", status: "completed" });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("are made up for after a start: of what ended meanwhile, packed or not, and not of what lives", async () => {
    for (let number = 1; number <= 30; number++) await ended(number);
    await store.upkeep.pack(1_500, 10);
    await createRuns(store, [{ id: "run_live", status: "running", facts: { number: 99 } }]);
    await createRuns(store, [{ id: "run_x", namespace: "other", status: "failed", facts: { number: 1 } }]);
    writeFileSync(join(folder(), "run_7.json"), "{}");
    started();
    const expected = [...Array.from({ length: 30 }, (_, index) => `run_${index + 1}.json`), "run_x.json"];
    await until(() => expect(files()).toEqual(expected.toSorted()));
    expect(readFileSync(join(folder(), "run_7.json"), "utf8")).toBe("{}");
  });

  it("of runs that are gone, and what a crash left half written, go at a start; foreign files stay", async () => {
    await ended(1);
    for (const name of ["run_old.json", "run_1.json.new", "notes.json", "run-2.json"])
      writeFileSync(join(folder(), name), "");
    started();
    await until(() => expect(files()).toEqual(["notes.json", "run-2.json", "run_1.json"]));
  });

  it("go with their run", async () => {
    const made = started();
    await ended(1);
    made.ended("run_1");
    await until(() => expect(files()).toHaveLength(1));
    const policy = { maxAgeMs: 1, maxRuns: null, maxBytes: null, keepPerPipeline: 0 };
    const { removed } = await store.upkeep.prune(policy, 1_000_000, 10);
    for (const { id } of removed) await made.removed(id);
    expect(files()).toEqual([]);
    made.ended("run_1");
    await until(() => expect(asked.filter((run) => run === "run_1")).toHaveLength(2));
    expect(files()).toEqual([]);
  });

  it("are of the newest runs only, and of none when none are wanted", async () => {
    for (let number = 1; number <= 8; number++) await ended(number);
    const made = started({ kept: 3 });
    await until(() => expect(files()).toEqual(["run_6.json", "run_7.json", "run_8.json"]));
    await made.close();
    const none = started({ kept: 0 });
    await until(() => expect(files()).toEqual([]));
    none.ended("run_8");
    await none.close();
    expect(asked.filter((run) => run === "run_8")).toHaveLength(1);
  });

  it("wait while the engine is busy", async () => {
    isBusy = true;
    let looks = 0;
    const made = started({ isBusy: () => ((looks += 1), isBusy) });
    await ended(1);
    made.ended("run_1");
    await until(() => expect(looks).toBeGreaterThan(3));
    expect([files(), asked]).toEqual([[], []]);
    isBusy = false;
    await until(() => expect(files()).toEqual(["run_1.json"]));
  });

  it("of more runs than are remembered one by one are found in the store", async () => {
    writeFileSync(join(folder(), "run_old.json"), "");
    const made = started({ kept: 5_000 });
    // Gone when the folder has been compared with the store for the first time.
    await until(() => expect(files()).toEqual([]));
    isBusy = true;
    await ended(1, "run_last");
    for (let number = 0; number < 1_000; number++) made.ended(`run_gone${number}`);
    made.ended("run_last");
    isBusy = false;
    await until(() => expect(files()).toEqual(["run_last.json"]));
  });

  it("are tried again when the folder cannot be used", async () => {
    await ended(1);
    rmSync(folder(), { recursive: true });
    writeFileSync(folder(), "");
    started();
    await until(() => expect(warned.length).toBeGreaterThan(0));
    rmSync(folder());
    mkdirSync(folder());
    await until(() => expect(files()).toEqual(["run_1.json"]));
  });

  it("are tried again when a run could not be read", async () => {
    await ended(1);
    let failures = 2;
    started({
      read: async (run) => {
        if (failures > 0) {
          failures -= 1;
          throw new Error("out of luck");
        }
        return { id: run };
      },
    });
    await until(() => expect(existsSync(join(folder(), "run_1.json"))).toBe(true));
    expect(warned).toHaveLength(2);
  });
});
