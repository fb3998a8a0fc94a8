import { GitError } from "@gaia/git";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Found, type Item, Looking } from "./looking.ts";
import { HeldClock } from "./testing/held-clock.ts";

let clock: HeldClock;
let items: Item<string>[];
let looked: string[];
let found: string[];
let logged: string[];
let look: (key: string, signal: AbortSignal) => Promise<string>;
let take: (key: string, result: string) => Promise<Found>;
let looking: Looking<string>;

beforeEach(() => {
  clock = new HeldClock();
  [items, looked, found, logged] = [[], [], [], []];
  look = async () => "commit-1";
  take = settle;
  const log = (fields: object, message: string): void =>
    void logged.push(`${message}: ${JSON.stringify(fields)}`);
  looking = new Looking({ clock, log: { debug: log, info: log, warn: log, error: log }, items: () => items });
  looking.start();
});
afterEach(() => looking.close());

async function settle(key: string, result: string): Promise<Found> {
  found.push(`${key} ${result}`);
  return "settled";
}

function item(key: string, intervalMs = 60_000, identity = key): Item<string> {
  return {
    key,
    identity,
    pipeline: key,
    intervalMs,
    look: (signal) => {
      looked.push(key);
      return look(key, signal);
    },
    found: (result) => take(key, result),
  };
}

/** Lets what has been answered be dealt with. */
async function until(fact: () => void): Promise<void> {
  await vi.waitFor(fact, { timeout: 20_000 });
}

const refuse = (): Promise<never> => Promise.reject(new GitError("not_found", "There is no repository."));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("looking at repositories", () => {
  test("looks at each at once, and then as often as it says", async () => {
    items = [item("often", 10_000), item("seldom", 60_000)];
    clock.pass(1_000);
    await until(() => expect(found).toHaveLength(2));
    for (let time = 0; time < 6; time++) {
      clock.pass(11_000);
      await until(() => expect(found).toHaveLength(3 + time + (time === 5 ? 1 : 0)));
    }
    expect(looked.filter((key) => key === "often")).toHaveLength(7);
    expect(looked.filter((key) => key === "seldom")).toHaveLength(2);
  });

  test("asks four at once, none twice, and the next as soon as one has answered", async () => {
    const answers = Array.from({ length: 6 }, () => Promise.withResolvers<string>());
    look = (key) => answers[Number(key)]?.promise ?? Promise.reject(new Error("no such"));
    items = answers.map((_, index) => item(String(index), 10_000));
    clock.pass(30_000);
    expect(looked).toEqual(["0", "1", "2", "3"]);
    answers[2]?.resolve("commit-1");
    await until(() => expect(looked).toEqual(["0", "1", "2", "3", "4"]));
    for (const { resolve } of answers) resolve("commit-1");
    await until(() => expect(found).toHaveLength(6));
    expect(looked).toHaveLength(6);
  });

  test("forgets none, however many there are: who is due for longest comes first", async () => {
    items = Array.from({ length: 40 }, (_, index) => item(String(index), 10_000));
    const held: (() => void)[] = [];
    look = (_, signal) =>
      new Promise((resolve, reject) => {
        held.push(() => resolve("commit-1"));
        signal.addEventListener("abort", () => reject(new Error("the test is over")));
      });
    // Four in ten seconds: less than they wish.
    for (let time = 0; time < 20; time++) {
      clock.pass(10_000);
      for (const answer of held.splice(0)) answer();
      await until(() => expect(found).toHaveLength(4 * (time + 1)));
      await turn();
    }
    expect(new Set(looked.slice(0, 40))).toHaveLength(40);
    expect(looked.slice(40, 80)).toEqual(looked.slice(0, 40));
  });

  test.each([
    ["it", () => (look = refuse)],
    ["what was found in it", () => (take = refuse)],
  ])(
    "tells once why %s cannot be read, asks seldom, and at once when it is another repository",
    async (_, breakIt) => {
      breakIt();
      items = [item("gone", 10_000)];
      clock.pass(1_000);
      await until(() =>
        expect(looking.problemOf("gone")).toEqual({ at: 1_000, message: "There is no repository." }),
      );
      for (let time = 0; time < 100; time++) {
        clock.pass(10_000);
        await turn();
      }
      // 20, 40, … seconds apart instead of ten.
      expect(looked.length).toBeLessThan(10);
      expect(logged).toHaveLength(1);
      look = async () => "commit-2";
      take = settle;
      items = [item("gone", 10_000, "moved")];
      clock.pass(1_000);
      await until(() => expect(found).toEqual(["gone commit-2"]));
      expect(looking.problemOf("gone")).toBeNull();
      expect(logged).toHaveLength(1);
    },
  );

  test("looks again soon, and calls the repository readable, when what was found could not be dealt with", async () => {
    items = [item("app", 10_000)];
    take = async () => Promise.reject(new Error("the disk is full"));
    for (let time = 1; time <= 5; time++) {
      clock.pass(10_000);
      await until(() => expect(looked).toHaveLength(time));
      await turn();
    }
    expect(looking.problemOf("app")).toBeNull();
    expect(logged).toHaveLength(1);
    take = settle;
    clock.pass(10_000);
    await until(() => expect(found).toEqual(["app commit-1"]));
  });

  test.each([
    ["another repository", () => [item("app", 10_000, "moved")]],
    ["gone", () => []],
  ])("takes no answer of an item that is %s meanwhile", async (_, after) => {
    const answer = Promise.withResolvers<string>();
    look = () => answer.promise;
    items = [item("app", 10_000, "first")];
    clock.pass(1_000);
    expect(looked).toEqual(["app"]);
    items = after();
    look = async () => "of the other";
    answer.resolve("of the first");
    clock.pass(2_000);
    await until(() => expect(found).toEqual(items.length === 0 ? [] : ["app of the other"]));
    await turn();
    expect(found).not.toContain("app of the first");
  });

  test("ends what it has begun when the server ends", async () => {
    look = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new GitError("interrupted", "It was interrupted.")));
      });
    items = [item("slow")];
    clock.pass(1_000);
    await looking.close();
    expect(logged).toEqual([]);
    clock.pass(100_000);
    expect(looked).toEqual(["slow"]);
  });
});

describe("a hint that there is something to see", () => {
  /** Looked at once, and settled. */
  async function known(key: string, intervalMs: number): Promise<void> {
    items = [item(key, intervalMs)];
    clock.pass(1_000);
    await until(() => expect(found).toEqual([`${key} commit-1`]));
    await turn();
  }

  test("has the repository looked at within a second, however seldom it is looked at, and tells so", async () => {
    let hinted: boolean[] = [];
    items = [
      {
        ...item("app", Number.POSITIVE_INFINITY),
        found: async (_, isHinted) => {
          hinted.push(isHinted);
          return "settled";
        },
      },
    ];
    clock.pass(1_000);
    await until(() => expect(hinted).toEqual([false]));
    await turn();
    clock.pass(100_000_000);
    expect(looked).toHaveLength(1);
    looking.soon("app");
    await until(() => expect(hinted).toEqual([false, true]));
    await turn();
    hinted = [];
    clock.pass(100_000_000);
    expect(looked).toHaveLength(2);
    looking.soon("nobody's");
    expect(looked).toHaveLength(2);
  });

  test("may have come before the repository was known: it is tried until it can be read", async () => {
    look = async () => Promise.reject(new GitError("not_found", "The network is not there yet."));
    items = [item("app", Number.POSITIVE_INFINITY)];
    for (let time = 0; time < 10; time++) {
      clock.pass(1_000);
      await turn();
    }
    look = async () => "commit-2";
    clock.pass(60_000);
    await until(() => expect(found).toEqual(["app commit-2"]));
  });

  test("is one look, however many there are, and another one for those that come while it goes on", async () => {
    await known("app", 3_600_000);
    clock.pass(10_000);
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    look = () => answers[looked.length - 2]?.promise ?? Promise.reject(new Error("once too often"));
    looking.soon("app");
    expect(looked).toHaveLength(2);
    for (let time = 0; time < 10; time++) looking.soon("app");
    answers[0]?.resolve("commit-2");
    await until(() => expect(found).toContain("app commit-2"));
    await turn();
    // No sooner than a second behind the last one.
    expect(looked).toHaveLength(2);
    clock.pass(1_000);
    expect(looked).toHaveLength(3);
    answers[1]?.resolve("commit-3");
    await until(() => expect(found).toContain("app commit-3"));
    await turn();
    clock.pass(60_000);
    expect(looked).toHaveLength(3);
  });

  test.each([
    ["cannot be read", () => (look = async () => Promise.reject(new GitError("not_found", "It is gone.")))],
    ["holds what cannot be dealt with yet", () => (take = async () => "later")],
    [
      "holds what could not be dealt with",
      () => (take = async () => Promise.reject(new Error("the disk is full"))),
    ],
  ])("is kept while the repository %s, and tried more and more seldom", async (_, breakIt) => {
    await known("app", Number.POSITIVE_INFINITY);
    clock.pass(10_000);
    breakIt();
    looking.soon("app");
    for (let time = 0; time < 60; time++) {
      await turn();
      clock.pass(1_000);
    }
    await turn();
    // At once, and 2, 4, 8, 16 and 32 s behind each other.
    expect(looked.length).toBeGreaterThan(4);
    expect(looked.length).toBeLessThan(9);
    look = async () => "commit-2";
    take = settle;
    clock.pass(100_000);
    await until(() => expect(found).toContain("app commit-2"));
    await turn();
    const before = looked.length;
    clock.pass(100_000_000);
    expect(looked).toHaveLength(before);
  });
});
