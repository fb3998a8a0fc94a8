import { GitError } from "@gaia/git";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Clock } from "../engine/clock.ts";
import type { ProgramSourceRow } from "../store/port.ts";
import { Polling } from "./polling.ts";

/** Time that passes when a test says so. */
class HeldClock implements Clock {
  #at = 0;
  #timers: { readonly at: number; readonly action: () => void }[] = [];

  now(): number {
    return this.#at;
  }
  elapsed(): number {
    return this.#at;
  }
  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#at + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    const until = this.#at + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#at = next.at;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.action();
    }
    this.#at = until;
  }
}

let clock: HeldClock;
let rows: ProgramSourceRow[];
let looked: string[];
let seen: [string, string][];
let logged: string[];
let look: (row: ProgramSourceRow, signal: AbortSignal) => Promise<string>;
let polling: Polling;

beforeEach(() => {
  clock = new HeldClock();
  [rows, looked, seen, logged] = [[], [], [], []];
  look = async () => "commit-1";
  const log = (fields: object, message: string): void =>
    void logged.push(`${message}: ${JSON.stringify(fields)}`);
  polling = new Polling({
    sources: () => rows,
    clock,
    log: { debug: log, info: log, warn: log, error: log },
    look: (row, signal) => {
      looked.push(row.pipeline);
      return look(row, signal);
    },
    onCommit: async ({ pipeline }, commit) => void seen.push([pipeline, commit]),
  });
  polling.start();
});
afterEach(() => polling.close());

function source(pipeline: string, pollMs = 60_000): ProgramSourceRow {
  return {
    namespace: "default",
    pipeline,
    source: {
      kind: "git",
      url: `https://example.org/${pipeline}.git`,
      branch: null,
      folder: ".",
      language: null,
      credential: null,
      knownHosts: null,
      submodules: false,
      status: null,
    },
    pollMs,
    firstVersion: 1,
    pinned: null,
    former: null,
    seen: null,
    lastBuild: null,
    missingSince: null,
  };
}

/** Lets what has been answered be dealt with. */
async function settled(count: number): Promise<void> {
  await vi.waitFor(() => expect(seen).toHaveLength(count), { timeout: 20_000 });
}

describe("polling", () => {
  test("looks at each repository at once, and then as often as it says", async () => {
    rows = [source("often", 10_000), source("seldom", 60_000), source("never", 0)];
    rows.push({ ...source("folder"), source: { ...source("folder").source, kind: "folder" } });
    clock.pass(1_000);
    await settled(2);
    expect(looked).toEqual(["often", "seldom"]);
    for (let time = 0; time < 6; time++) {
      clock.pass(11_000);
      await settled(3 + time + (time === 5 ? 1 : 0));
    }
    expect(looked.filter((name) => name === "often")).toHaveLength(7);
    expect(looked.filter((name) => name === "seldom")).toHaveLength(2);
  });

  test("asks at most four at once, and none twice", async () => {
    const answers = Array.from({ length: 6 }, () => Promise.withResolvers<string>());
    look = ({ pipeline }) => answers[Number(pipeline)]?.promise ?? Promise.reject(new Error("no such"));
    rows = answers.map((_, index) => source(String(index), 10_000));
    clock.pass(30_000);
    expect(looked).toEqual(["0", "1", "2", "3"]);
    for (const { resolve } of answers) resolve("commit-1");
    await settled(4);
    clock.pass(1_000);
    await settled(6);
    expect(looked.slice(4)).toEqual(["4", "5"]);
  });

  test("tells once what is wrong, asks more and more seldom, and at once when the source was changed", async () => {
    look = async () => Promise.reject(new GitError("not_found", "There is no repository."));
    rows = [source("gone", 10_000)];
    clock.pass(1_000);
    await vi.waitFor(() => expect(polling.problemOf(source("gone"))).toBe("There is no repository."), {
      timeout: 20_000,
    });
    for (let time = 0; time < 100; time++) {
      clock.pass(10_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // 20, 40, … seconds apart instead of ten.
    expect(looked.length).toBeLessThan(10);
    expect(logged).toHaveLength(1);
    look = async () => "commit-2";
    const changed = source("gone", 10_000);
    rows = [{ ...changed, source: { ...changed.source, branch: "main" } }];
    clock.pass(1_000);
    await settled(1);
    expect(polling.problemOf(changed)).toBe("");
    expect(logged).toHaveLength(1);
  });

  test("ends what it has begun when the server ends", async () => {
    look = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new GitError("interrupted", "It was interrupted.")));
      });
    rows = [source("slow")];
    clock.pass(1_000);
    await polling.close();
    expect(logged).toEqual([]);
    clock.pass(100_000);
    expect(looked).toEqual(["slow"]);
  });
});
