import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CACHE_HEADER_BYTES, cacheText } from "@gaia/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { openCacheFolders, removeUnused, RETENTION } from "./entries.ts";
import { beginPlacing, endPlacing, place, recoverPlacings } from "./place.ts";
import { type CacheFetch, TaskCaches } from "./task-caches.ts";
import type { CacheWish } from "./key.ts";

describe("the cache of a worker", () => {
  let base: string;
  let state: string;
  let root: string;
  let caches: TaskCaches;
  const said: string[] = [];
  const log = {
    info: () => undefined,
    warn: (_facts: unknown, text?: string) => void said.push(text ?? ""),
  };
  const never = new AbortController().signal;
  let runs = 0;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "gaia-cache-"));
    state = join(base, "state");
    root = join(base, "work");
    mkdirSync(root);
    said.length = 0;
    caches = open();
  });
  afterEach(() => {
    caches.close();
    rmSync(base, { recursive: true, force: true });
  });

  function open(): TaskCaches {
    return new TaskCaches({ folder: state, clock: systemClock, log, retention: RETENTION });
  }

  function wish(given: Partial<CacheWish> = {}): CacheWish {
    return {
      root,
      namespace: "default",
      pipeline: "ci",
      key: "modules",
      paths: ["modules"],
      files: [],
      restore: [],
      ...given,
    };
  }

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /** A run of its own, so that nothing counts as in place. */
  function fetch(given: Partial<CacheWish> = {}, run = `run_${(runs += 1)}`, job = 0): Promise<CacheFetch> {
    return caches.fetch({ run, job }, wish(given), never);
  }

  async function fill(given: Partial<CacheWish> = {}): Promise<string> {
    const run = `run_${(runs += 1)}`;
    const fetched = await fetch(given, run);
    return cacheText(await caches.save({ run, job: 0 }, wish(given), fetched));
  }

  const entries = (): string[] => readdirSync(join(state, "entries"));

  it("misses, saves, and restores files, folders, links, modes and times", async () => {
    write("modules/a/one.txt", "one");
    write("modules/large.bin", "x".repeat(3_000_000));
    write("modules/.bin/tool", "#!/bin/sh\n");
    write("modules/empty", "");
    mkdirSync(join(root, "modules/none"));
    chmodSync(join(root, "modules/.bin/tool"), 0o755);
    utimesSync(join(root, "modules/a/one.txt"), 1_000_000, 1_000_000);
    symlinkSync("../a/one.txt", join(root, "modules/.bin/link"));
    expect(await fill()).toMatch(/^cache miss, saved \(3 MB in \d\.\d s\)$/);

    write("modules/a/one.txt", "changed");
    write("modules/stray", "not in the entry");
    const { facts, save } = await fetch();
    expect(cacheText(facts)).toMatch(/^cache hit \(3 MB in \d\.\d s\)$/);
    expect(save).toBeNull();
    expect(readFileSync(join(root, "modules/a/one.txt"), "utf8")).toBe("one");
    expect(statSync(join(root, "modules/a/one.txt")).mtimeMs).toBe(1_000_000_000);
    expect(statSync(join(root, "modules/large.bin")).size).toBe(3_000_000);
    expect(statSync(join(root, "modules/empty")).size).toBe(0);
    expect(statSync(join(root, "modules/.bin/tool")).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(root, "modules/.bin/link"))).toBe("../a/one.txt");
    expect(lstatSync(join(root, "modules/none")).isDirectory()).toBe(true);
    expect(existsSync(join(root, "modules/stray"))).toBe(false);
    await expect.poll(() => readdirSync(root)).toEqual(["modules"]);
    expect(readdirSync(join(state, "placing"))).toEqual([]);
    expect(readdirSync(join(state, "drafts"))).toEqual([]);
  });

  it("has another key for another text, content of `files`, list of paths, workflow and namespace", async () => {
    write("modules/a", "a");
    write("lock.json", "1");
    await fill({ files: ["lock.json"] });
    expect((await fetch({ files: ["lock.json"] })).facts.state).toBe("hit");
    for (const other of [
      { files: [] },
      { files: ["lock.json"], key: "other" },
      { files: ["lock.json"], paths: ["modules", "more"] },
      { files: ["lock.json"], pipeline: "cd" },
      { files: ["lock.json"], namespace: "team" },
    ]) {
      expect((await fetch(other)).facts.state, JSON.stringify(other)).toBe("miss");
    }
    write("lock.json", "2");
    expect((await fetch({ files: ["lock.json"] })).facts.state).toBe("miss");
  });

  it("says which globs of `files` found nothing", async () => {
    const { facts } = await fetch({ files: ["*.lock"] });
    expect(cacheText(facts)).toBe("cache miss: *.lock of `files` found no file");
  });

  it("restores the newest entry whose key begins so, and saves under its own", async () => {
    write("modules/a", "old");
    await fill({ key: "modules-1" });
    write("modules/a", "new");
    await fill({ key: "modules-2" });
    write("modules/a", "something else");
    const given = { key: "modules-3", restore: ["tools-", "modules-"] };
    const fetched = await fetch(given, "run_r");
    expect(cacheText(fetched.facts)).toMatch(/^cache restored from modules- \(3 B in \d\.\d s\)$/);
    expect(readFileSync(join(root, "modules/a"), "utf8")).toBe("new");
    const facts = await caches.save({ run: "run_r", job: 0 }, wish(given), fetched);
    expect(cacheText(facts)).toMatch(/^cache restored from modules- \(.*\), saved \(3 B in \d\.\d s\)$/);
    expect((await fetch(given)).facts.state).toBe("hit");
    expect((await fetch({ ...given, key: "x", pipeline: "cd" })).facts.state).toBe("miss");
  });

  it("leaves what an earlier task of the run has put in place", async () => {
    write("modules/a", "a");
    await fill();
    await fetch({}, "run_same");
    write("modules/b", "made by the first task");
    const { facts } = await fetch({}, "run_same", 1);
    expect(cacheText(facts)).toBe("cache hit: in place from an earlier task of the run");
    expect(existsSync(join(root, "modules/b"))).toBe(true);
    rmSync(join(root, "modules"), { recursive: true });
    expect((await fetch({}, "run_same", 2)).facts.bytes).toBe(1);
  });

  it("restores afresh for a further attempt of the task itself", async () => {
    write("modules/a", "a");
    await fill();
    await fetch({}, "run_again");
    write("modules/a", "half of what was to come");
    expect((await fetch({}, "run_again")).facts).toMatchObject({ state: "hit", bytes: 1, note: "" });
    expect(readFileSync(join(root, "modules/a"), "utf8")).toBe("a");
  });

  it("takes two tasks that save the same key at once: one entry, and both are told", async () => {
    write("modules/a", "a".repeat(100_000));
    const [one, two] = await Promise.all([fetch({}, "run_a"), fetch({}, "run_b")]);
    const saved = await Promise.all([
      caches.save({ run: "run_a", job: 0 }, wish(), one),
      caches.save({ run: "run_b", job: 0 }, wish(), two),
    ]);
    const texts = saved.map(cacheText).toSorted();
    expect(texts[0]).toMatch(/^cache miss, saved|^cache miss: not saved, another task has saved it$/);
    expect(texts.filter((text) => text.includes(", saved ("))).toHaveLength(1);
    expect(texts.filter((text) => text.endsWith("not saved, another task has saved it"))).toHaveLength(1);
    expect(entries()).toHaveLength(1);
    expect((await fetch()).facts.state).toBe("hit");
  });

  it.each([
    ["a byte in the middle is another", (path: string) => flip(path, CACHE_HEADER_BYTES + 60)],
    ["its end is missing", (path: string) => truncateSync(path, statSync(path).size - 10)],
    ["its header is no JSON", (path: string) => flip(path, 0)],
    ["it is empty", (path: string) => truncateSync(path, 0)],
  ])("takes a damaged entry for a miss, says so and removes it: %s", async (_name, damage) => {
    write("modules/a", "abcdefghij".repeat(100));
    write("modules/b", String(Math.random()).repeat(100));
    await fill();
    damage(join(state, "entries", entries()[0] ?? ""));
    write("modules/a", "mine");
    const fetched = await fetch({}, "run_d");
    expect(cacheText(fetched.facts)).toMatch(
      /^cache miss: the stored entry was damaged \(.+\) and has been removed$/,
    );
    expect(said).toContain("a damaged entry of the cache was removed");
    expect(readFileSync(join(root, "modules/a"), "utf8")).toBe("mine");
    await expect.poll(() => readdirSync(root)).toEqual(["modules"]);
    expect(entries()).toEqual([]);
    expect(cacheText(await caches.save({ run: "run_d", job: 0 }, wish(), fetched))).toContain(", saved (");
  });

  it("refuses links that lead out of the folder, when it saves and when it restores", async () => {
    mkdirSync(join(base, "outside"));
    write("modules/a", "a");
    symlinkSync("../../outside", join(root, "modules/out"));
    expect(await fill()).toBe("cache miss: not saved, modules/out is a link that leads out of work_dir");
    rmSync(join(root, "modules/out"));
    symlinkSync(join(root, "modules/a"), join(root, "modules/absolute"));
    expect(await fill()).toContain("modules/absolute is a link that leads out of work_dir");
    rmSync(join(root, "modules/absolute"));
    expect(await fill({ paths: ["sub/modules"] })).toContain("there is no sub/modules");

    write("sub/modules/a", "a");
    await fill({ paths: ["sub/modules"] });
    rmSync(join(root, "sub"), { recursive: true });
    symlinkSync("../outside", join(root, "sub"));
    const { facts } = await fetch({ paths: ["sub/modules"] });
    expect(cacheText(facts)).toBe("cache miss: sub/modules lies behind a link that leads out of work_dir");
    expect(readdirSync(join(base, "outside"))).toEqual([]);
    symlinkSync("../outside/lock", join(root, "lock"));
    writeFileSync(join(base, "outside/lock"), "1");
    expect(cacheText((await fetch({ files: ["lock"] })).facts)).toBe(
      "cache miss: lock of `files` is a link that leads out of work_dir",
    );
  });

  it("stops a restore, and what was there is there again", async () => {
    write("modules/a", "a");
    await fill();
    write("modules/a", "mine");
    const controller = new AbortController();
    const fetching = caches.fetch({ run: "run_s", job: 0 }, wish(), controller.signal);
    controller.abort();
    expect((await fetching).facts.state).toBe("miss");
    expect(readFileSync(join(root, "modules/a"), "utf8")).toBe("mine");
    expect(readdirSync(root)).toEqual(["modules"]);
    expect(readdirSync(join(state, "placing"))).toEqual([]);
  });

  it("removes what a killed worker was writing", () => {
    writeFileSync(join(state, "drafts", "half"), "half of an entry");
    caches.close();
    caches = open();
    expect(readdirSync(join(state, "drafts"))).toEqual([]);
  });

  it.each(["before it took place", "in the middle", "after it took place"])(
    "brings a restore that was cut off %s to its end",
    (when) => {
      write("one/a", "old one");
      write("two/a", "old two");
      const record = join(state, "placing", "record");
      const fresh = beginPlacing(record, root, ["one", "three", "two"], "x");
      for (const name of ["one", "two", "three"]) {
        mkdirSync(join(fresh, name));
        writeFileSync(join(fresh, name, "a"), `new ${name}`);
      }
      if (when === "in the middle") {
        // The second half cannot be done: a file is where its folder should be moved to.
        rmSync(join(root, ".gaia-cache-x/old"), { recursive: true });
        mkdirSync(join(root, ".gaia-cache-x/old/2/in the way"), { recursive: true });
        expect(() => place(record)).toThrow();
        rmSync(join(root, ".gaia-cache-x/old/2"), { recursive: true, force: true });
      }
      if (when === "after it took place") place(record);
      recoverPlacings(join(state, "placing"));
      const isNew = when === "after it took place";
      expect(readFileSync(join(root, "one/a"), "utf8")).toBe(isNew ? "new one" : "old one");
      expect(readFileSync(join(root, "two/a"), "utf8")).toBe(isNew ? "new two" : "old two");
      expect(existsSync(join(root, "three"))).toBe(isNew);
      expect(existsSync(join(root, ".gaia-cache-x"))).toBe(false);
      expect(readdirSync(join(state, "placing"))).toEqual([]);
      endPlacing(record);
    },
  );

  it("removes what is old, then what was used least recently, in small steps", async () => {
    const folders = openCacheFolders(state);
    const now = 100_000_000;
    for (const [index, name] of ["a", "b", "c", "d"].entries()) {
      const path = join(folders.entries, name);
      writeFileSync(path, "x".repeat(100));
      utimesSync(path, (now - 1_000 * (4 - index)) / 1000, (now - 1_000 * (4 - index)) / 1000);
    }
    expect(await removeUnused(folders, now, { bytes: 1_000, ageMs: 10_000 }, 5)).toBe(false);
    expect(entries().toSorted()).toEqual(["a", "b", "c", "d"]);
    expect(await removeUnused(folders, now, { bytes: 1_000, ageMs: 3_500 }, 5)).toBe(false);
    expect(entries().toSorted()).toEqual(["b", "c", "d"]);
    expect(await removeUnused(folders, now, { bytes: 100, ageMs: 10_000 }, 1)).toBe(true);
    expect(entries().toSorted()).toEqual(["c", "d"]);
    expect(await removeUnused(folders, now, { bytes: 100, ageMs: 10_000 }, 1)).toBe(false);
    expect(entries()).toEqual(["d"]);
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}
