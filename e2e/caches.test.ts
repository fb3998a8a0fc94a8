import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "./gaia.ts";

/** Files that tasks keep from one run to the next, as their users see them. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

const DEFINITION = `name: cached
inputs: {tool: {type: choice, choices: [one, two], default: one}}
tasks:
  - id: install
    command: |
      echo "found $GAIA_CACHE"
      mkdir -p modules
      [ "$GAIA_CACHE" = hit ] || echo "made for \${tool}" > modules/made
      cat modules/made
    cache:
      key: modules-\${tool}
      files: [lock.json]
      paths: [modules]
      restore: [modules-]
`;

describe("the limits of a cache in config.toml", () => {
  test("are the worker's: what was used least recently goes, what is larger alone is not kept", async () => {
    const small = await Gaia.start({ config: "[cache]\nmax_bytes = 400000\n" });
    try {
      const saved = (key: string, bytes: number) =>
        small.run(`name: c
tasks: [{id: a, command: 'head -c ${bytes} /dev/urandom > f', cache: {key: ${key}, paths: [f]}}]
`);
      const large = await saved("large", 500_000);
      expect(large.status).toBe("completed");
      expect(large.jobs[0]?.reason).toMatch(
        /^cache miss: not saved, it takes \d+ bytes, more than the whole cache may \(\[cache\] max_bytes = 400000\)$/,
      );
      expect((await saved("first", 200_000)).jobs[0]?.reason).toMatch(/^cache miss, saved/);
      expect((await saved("second", 200_000)).jobs[0]?.reason).toMatch(/^cache miss, saved/);
      const keys = async (): Promise<string[]> => {
        const { items } = JSON.parse((await small.gaia("cache", "list", "--json")).stdout);
        return items.map(({ key }: { key: string }) => key);
      };
      await small.until("the older entry is gone", async () => (await keys()).length === 1);
      expect(await keys()).toEqual(["second"]);
    } finally {
      await small.close();
    }
  });
});

describe("a task with a cache", () => {
  test("tells a miss, a hit, and what was restored from another key, wherever it is shown", async () => {
    gaia.write("lock.json", "1");
    const file = gaia.write("cached.yaml", DEFINITION);
    const first = await gaia.gaia("run", file);
    expect(first.stderr).toMatch(/install .*cache miss, saved \(13 B in \d\.\d s\)/);
    rmSync(join(gaia.folder, "modules"), { recursive: true });
    const second = await gaia.gaia("run", file);
    expect(second.stderr).toMatch(/install .*cache hit \(13 B in \d\.\d s\)/);
    const { items } = (await gaia.ask("/api/v1/runs?pipeline=cached&limit=1")).json;
    const job = await gaia.job(items[0].id, "install");
    expect(job.reason).toMatch(/^cache hit \(/);
    expect(job.attempts[0]?.usage).toMatchObject({
      cache: { state: "hit", bytes: 13, saved: null, note: "" },
    });
    expect((await gaia.log(items[0].id, "install")).toString()).toBe("found hit\nmade for one\n");
    expect((await gaia.gaia("show", "@", "install")).stdout).toMatch(/cache +cache hit \(/);
    expect((await gaia.gaia("show", "@")).stdout).toMatch(/install .*cache hit \(/);
    expect((await gaia.gaia("why", "@", "install")).stdout).toContain("cache hit (");
    const third = await gaia.gaia("run", file, "--input", "tool=two");
    expect(third.stderr).toMatch(/cache restored from modules- \(.*\), saved \(/);
    gaia.write("lock.json", "2");
    expect((await gaia.gaia("run", file)).stderr).toMatch(/cache restored from modules- \(/);
  });

  test("does the slow step of the example once", async () => {
    const example = readFileSync(new URL("../examples/cache/cache.yaml", import.meta.url), "utf8");
    const file = gaia.write("example/cache.yaml", example);
    const said = async (): Promise<string> => {
      const { items } = (await gaia.ask("/api/v1/runs?pipeline=cache&limit=1")).json;
      return (await gaia.log(items[0].id, "report")).toString();
    };
    expect((await gaia.gaia("run", file)).stderr).toMatch(/primes .*cache miss, saved \(/);
    expect(await said()).toBe("2262 primes up to 20000; the last is 19997\n");
    rmSync(join(gaia.folder, "example", "primes"), { recursive: true });
    expect((await gaia.gaia("run", file)).stderr).toMatch(/primes .*cache hit \(/);
    expect(await said()).toBe("2262 primes up to 20000; the last is 19997\n");
    await gaia.gaia("cache", "clear", "primes-");
  });

  test("lists what is kept, and removes it", async () => {
    const listed = JSON.parse((await gaia.gaia("cache", "list", "--json")).stdout);
    expect(listed.items.map(({ key }: { key: string }) => key).toSorted()).toEqual([
      "modules-one",
      "modules-one",
      "modules-two",
    ]);
    expect((await gaia.gaia("cache", "list")).stdout).toMatch(/cached +modules-two /);
    expect((await gaia.gaia("doctor")).stdout).toMatch(/cache +3 entries, /);
    expect((await gaia.gaia("cache", "clear", "modules-t")).stdout).toContain("removed 1 entry");
    expect((await gaia.gaia("cache", "clear", "--yes")).stdout).toContain("removed 2 entries");
    expect((await gaia.gaia("cache", "list")).stderr).toContain("Nothing is cached");
  });

  test("goes on without a cache that cannot be kept or restored", async () => {
    const run = (paths: string, command: string) =>
      gaia.run(`name: odd
tasks: [{id: a, command: '${command}', cache: {key: k, paths: [${paths}]}}]
`);
    const linked = await run("linked", "mkdir -p linked; ln -sfn /etc linked/etc");
    expect(linked.status).toBe("completed");
    expect(linked.jobs[0]?.reason).toBe(
      "cache miss: not saved, linked/etc is a link that leads out of work_dir",
    );
    const none = await run("none", "true");
    expect(none.jobs[0]?.reason).toBe("cache miss: not saved, there is no none");
    await run("made", "mkdir -p made; echo x > made/x");
    rmSync(join(gaia.folder, "made"), { recursive: true });
    const worker = join(gaia.home, "worker", "local");
    const entries = readdirSync(join(worker, "cache", "entries"));
    expect(entries).toHaveLength(1);
    gaia.write(join("home", "worker", "local", "cache", "entries", entries[0] ?? ""), "nonsense");
    expect((await gaia.gaia("doctor")).stdout).toMatch(/cache +1 entry, .*; 1 damaged/);
    const damaged = await run("made", "true");
    expect(damaged.status).toBe("completed");
    expect(damaged.jobs[0]?.reason).toContain("the stored entry was damaged");
    expect(existsSync(join(gaia.folder, "made"))).toBe(false);
  });
});
