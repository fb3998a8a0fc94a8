import { GaiaError, LIMITS } from "@gaia/contracts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Batch } from "../../engine/batch.ts";
import type { GitTrigger } from "../../pipelines/index.ts";
import { HeldClock } from "../../repositories/testing/held-clock.ts";
import type { Commit, TriggerRow } from "../../store/port.ts";
import { CommitPolling, type PolledSpec, type Refs } from "./polling.ts";

const [A, B, C] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
const TRIGGER: GitTrigger = {
  kind: "git",
  name: "git",
  repository: "https://git.example.org/team/app.git",
  secret: null,
  events: ["push", "tag"],
  branches: ["main"],
  tags: null,
  paths: null,
  credential: null,
  knownHosts: null,
  intervalMs: 10_000,
  status: null,
  inputs: { commit: "${git.commit}" },
};

let clock: HeldClock;
let row: TriggerRow | null;
let refs: Refs;
let look: () => Promise<Refs>;
let started: unknown[];
let commits: Commit[];
/** Done when a run is asked for, before it is made; throws what keeps it from being made. */
let onStart: () => void;
/** Done before something else is written. */
let onSubmit: () => void;
/** What differs between two commits. */
let changed: (before: string, after: string) => Promise<readonly string[] | null>;
let polling: CommitPolling;

beforeEach(() => {
  clock = new HeldClock();
  row = rowOf(TRIGGER);
  [started, commits] = [[], []];
  refs = { "refs/heads/main": A, "refs/heads/next": A };
  look = async () => refs;
  onStart = () => undefined;
  onSubmit = () => undefined;
  changed = async () => Promise.reject(new Error("not asked for"));
  const log = (): void => undefined;
  polling = new CommitPolling({
    clock,
    log: { debug: log, info: log, warn: log, error: log },
    rows: () => (row === null ? [] : [row]),
    row: () => row,
    save: (batch, changed) => {
      batch.saveTrigger(changed);
      row = changed;
    },
    submit: async (work) => {
      onSubmit();
      commit(work);
    },
    start: async ({ inputs, extra }) => {
      onStart();
      if (row?.paused !== false) return null;
      started.push(inputs["commit"]);
      commit(extra);
      return null;
    },
    look: () => look(),
    changed: (_row, _trigger, { before, after }) => changed(before, after),
  });
  polling.start();
});
afterEach(() => polling.close());

function rowOf(spec: PolledSpec, paused = false): TriggerRow {
  return {
    id: "trg_1",
    namespace: "default",
    pipeline: "ci",
    kind: "git",
    spec,
    lastAt: null,
    nextAt: null,
    paused,
  };
}

function commit(work: (batch: Batch) => void): void {
  const batch = new Batch({ changed: () => undefined, nextNumber: () => 1 }, clock.now());
  work(batch);
  commits.push(batch.toCommit());
}

function seen(): Refs | undefined {
  return (row?.spec as PolledSpec | undefined)?.seen;
}

/** Passes the time of a look, and waits for what has to follow from it. */
async function untilLooked(fact: () => void): Promise<void> {
  clock.pass(11_000);
  await vi.waitFor(fact, { timeout: 20_000 });
}

describe("a repository that is looked at", () => {
  beforeEach(() => untilLooked(() => expect(seen()).toEqual(refs)));

  test("starts a run on what is new, and none on what was there before, or does not count", async () => {
    expect(started).toEqual([]);
    refs = { "refs/heads/main": B, "refs/heads/next": C, "refs/tags/v1": C };
    await untilLooked(() => expect(seen()).toEqual(refs));
    expect(started).toEqual([B, C]);
    expect(row?.lastAt).toBe(clock.now());
    const [delivery] = commits.flatMap(({ deliveries = [] }) => deliveries);
    expect(delivery).toMatchObject({ trigger: "trg_1", event: "push", status: "started" });
    const [noted] = commits.flatMap(({ notes = [] }) => notes);
    expect(noted).toMatchObject({
      kind: "trigger.fired",
      body: { ref: "refs/heads/main", commit: B, run: delivery?.run },
    });
    refs = { "refs/heads/main": B };
    await untilLooked(() => expect(seen()).toEqual(refs));
    expect(started).toEqual([B, C]);
  });

  test("starts nothing by a new version that wants more branches, until one of them moves", async () => {
    row = rowOf({ ...TRIGGER, branches: null, seen: seen() ?? {} });
    refs = { ...refs, "refs/heads/main": B };
    await untilLooked(() => expect(started).toEqual([B]));
    refs = { ...refs, "refs/heads/next": C };
    await untilLooked(() => expect(started).toEqual([B, C]));
  });

  test.each<[string, () => TriggerRow]>([
    ["a pause that goes on", () => rowOf(TRIGGER, true)],
    ["a pause that is over", () => rowOf(TRIGGER)],
    [
      "another repository",
      () => rowOf({ ...TRIGGER, repository: "https://git.example.org/team/other.git", seen: {} }),
    ],
  ])("starts nothing, and remembers nothing, behind %s while it was looked at", async (_, changed) => {
    const answer = Promise.withResolvers<Refs>();
    look = () => answer.promise;
    clock.pass(11_000);
    row = changed();
    const before = seen();
    look = async () => Promise.reject(new Error("the other is not there"));
    const none = { "refs/heads/main": B };
    const held = commits.length;
    answer.resolve(none);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual([]);
    // Of the same repository, looked at for the first time again, it is what was there.
    if (row.paused || (row.spec as PolledSpec).repository !== TRIGGER.repository) {
      expect(seen()).toEqual(before);
      expect(commits).toHaveLength(held);
    } else expect(seen()).toEqual(none);
  });

  test("stops in the middle when a pause came and went, and makes nothing up for", async () => {
    onStart = () => {
      onStart = () => undefined;
      // The first of two: the pipeline is paused before its run is made, and resumed after that.
      row = rowOf(TRIGGER, true);
      queueMicrotask(() => {
        row = rowOf(TRIGGER);
      });
    };
    refs = { "refs/heads/main": B, "refs/tags/v1": C };
    await untilLooked(() => expect(row?.paused === false && seen() === undefined).toBe(true));
    await untilLooked(() => expect(seen()).toEqual(refs));
    expect(started).toEqual([]);
  });

  test("stops in the middle when another repository is looked at, and leaves its memory alone", async () => {
    const other = { "refs/heads/main": A };
    const repository = "https://git.example.org/team/other.git";
    onStart = () => {
      row = rowOf({ ...TRIGGER, repository, seen: other });
    };
    look = async () => ((row?.spec as PolledSpec | undefined)?.repository === repository ? other : refs);
    refs = { "refs/heads/main": B, "refs/tags/v1": C };
    await untilLooked(() => expect(started).toEqual([B]));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual([B]);
    expect(seen()).toEqual(other);
  });

  test("takes what was seen before a pause for nothing behind it", async () => {
    onSubmit = () => {
      row = rowOf(TRIGGER);
    };
    refs = { ...refs, "refs/heads/next": B };
    const held = commits.length;
    await untilLooked(() => expect(commits.length).toBeGreaterThan(held));
    expect(seen()).toBeUndefined();
  });

  test("asks which files a push changes where that counts, and of nothing else", async () => {
    row = rowOf({ ...TRIGGER, paths: ["src/**"], seen: { ...refs, "refs/heads/docs": A } });
    const asked: string[] = [];
    const paths: Record<string, readonly string[] | null> = { [B]: ["README.md"], [C]: ["src/a.ts"] };
    changed = async (before, after) => {
      asked.push(before, after);
      return paths[after] ?? null;
    };
    refs = { "refs/heads/main": B, "refs/heads/next": C, "refs/tags/v1": A };
    await untilLooked(() => expect(seen()).toEqual(refs));
    expect([asked, started]).toEqual([[A, B], [A]]);
    refs = { ...refs, "refs/heads/main": C };
    await untilLooked(() => expect(seen()).toEqual(refs));
    // What cannot be told may have changed.
    refs = { ...refs, "refs/heads/main": A };
    await untilLooked(() => expect(seen()).toEqual(refs));
    expect(asked).toEqual([A, B, B, C, C, A]);
    expect(started).toEqual([A, C, A]);
  });

  test("asks again for the files of a push when the repository cannot be reached just now", async () => {
    row = rowOf({ ...TRIGGER, paths: ["src/**"], seen: refs });
    let asked = 0;
    changed = async () => {
      asked += 1;
      throw new Error("no way there");
    };
    refs = { "refs/heads/main": B };
    await untilLooked(() => expect(asked).toBe(1));
    changed = async () => ["src/a.ts"];
    await untilLooked(() => expect(started).toEqual([B]));
  });

  test("starts it later when it cannot be started now", async () => {
    onStart = () => {
      throw new GaiaError("storage_full", "The disk is full.");
    };
    refs = { "refs/heads/main": B };
    clock.pass(11_000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(seen()).toMatchObject({ "refs/heads/main": A });
    expect(polling.problemOf("trg_1")).toBeNull();
    onStart = () => undefined;
    await untilLooked(() => expect(started).toEqual([B]));
  });

  test("tells of what can never be started, once", async () => {
    onStart = () => {
      throw new GaiaError("invalid_input", "`version` is missing.");
    };
    refs = { "refs/heads/main": B };
    await untilLooked(() => expect(seen()).toEqual(refs));
    const [delivery] = commits.flatMap(({ deliveries = [] }) => deliveries);
    expect(delivery).toMatchObject({ status: "failed", message: "`version` is missing.", run: null });
    expect(commits.flatMap(({ notes = [] }) => notes)).toHaveLength(1);
  });

  test("is refused when it has too many branches and tags", async () => {
    const many = Array.from({ length: LIMITS.polledRefs + 1 }, (_, index) => [`refs/tags/v${index}`, A]);
    refs = Object.fromEntries(many);
    await untilLooked(() => expect(polling.problemOf("trg_1")?.message).toContain("polledRefs"));
    expect(started).toEqual([]);
  });
});
