import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CACHE_KEY_VALUE, cacheTextIn, type Report } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellAssignment, type AssignmentWishes } from "./link/test-assignments.ts";
import { killed, TestHost } from "./test-host.ts";

type Ended = NonNullable<Report["ended"]>;

describe("a worker with tasks that have a cache", () => {
  const host = new TestHost();
  const { server } = host;
  let folder: string;
  let runs = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gaia-wc-"));
    await server.listen();
  });
  afterAll(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(command: string, key: string, wishes: AssignmentWishes = {}): string {
    runs += 1;
    const run = `run_${runs}`;
    server.assign(
      shellAssignment(run, command, {
        work_dir: folder,
        values: { [CACHE_KEY_VALUE]: key },
        process: { cache: { paths: ["modules"], files: [], restore: 0 } },
        name: { run, job: 0, attempt: 1, token: 1 },
        ...wishes,
      }),
    );
    return run;
  }

  function textOf(ended: Ended): string {
    return cacheTextIn(JSON.parse(Buffer.from(ended.usage).toString("utf8")));
  }

  it("restores before the command, says so to it, and saves only after a success", async () => {
    await host.startWorker();
    const make = 'echo "$GAIA_CACHE"; env | grep ^@; mkdir -p modules && echo made > modules/a';
    const failed = start(`${make}; exit 3`, "k");
    expect(textOf(await server.ended(failed))).toBe("cache miss");
    expect(host.logOf(failed)).toBe("miss\n");
    const first = start(make, "k");
    expect(textOf(await server.ended(first))).toMatch(/^cache miss, saved \(5 B in /);
    rmSync(join(folder, "modules"), { recursive: true });
    const second = start('echo "$GAIA_CACHE"; cat modules/a', "k");
    expect(textOf(await server.ended(second))).toMatch(/^cache hit \(5 B in /);
    expect(host.logOf(second)).toBe("hit\nmade\n");
  });

  it("does not start what is stopped while its cache is restored", async () => {
    rmSync(join(folder, "modules"), { recursive: true, force: true });
    mkdirSync(join(folder, "modules"));
    const block = Buffer.alloc(1_000_000, "content");
    for (let index = 0; index < 300; index++) writeFileSync(join(folder, "modules", `${index}`), block);
    await server.ended(start("true", "large"));
    const run = start("touch started", "large");
    await expect.poll(() => readdirSync(folder).some((name) => name.startsWith(".gaia-cache-"))).toBe(true);
    const name = { run, job: 0, attempt: 1, token: 1 };
    server.send({ stop: { orders: [{ name, grace_ms: 1_000, force: false, cause: "asked" }] } });
    const ended = await server.ended(run);
    expect(ended).toMatchObject({
      outcome: "cancelled",
      message: "stopped before it was started: asked",
      started_at: 0,
    });
    expect(existsSync(join(folder, "started"))).toBe(false);
    expect(readdirSync(folder)).toEqual(["modules"]);
    expect(readdirSync(join(folder, "modules"))).toHaveLength(300);
  });

  it("takes up after its own end what was to be saved, and what was being restored", async () => {
    const gate = join(folder, "gate");
    const run = start(`while [ ! -e '${gate}' ]; do sleep 0.02; done; echo late > modules/late`, "late");
    await server.started(run);
    const [worker] = host.workers;
    if (worker !== undefined) await killed(worker);
    const record = join(host.home, "worker/local/cache/placing/cut-off");
    const left = join(folder, ".gaia-cache-cut-off");
    mkdirSync(join(left, "new"), { recursive: true });
    writeFileSync(
      record,
      JSON.stringify({ folder: left, root: folder, paths: ["modules"], fresh: [], done: false }),
    );
    writeFileSync(gate, "");
    await host.startWorker();
    expect(textOf(await server.ended(run))).toMatch(/^cache miss, saved \(/);
    expect(existsSync(left)).toBe(false);
    expect(readFileSync(join(folder, "modules/late"), "utf8")).toBe("late\n");
  });
});
