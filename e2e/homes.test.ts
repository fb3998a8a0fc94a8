import Database from "better-sqlite3";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
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
import { afterEach, describe, expect, test } from "vitest";
import { runtimeFolder } from "../packages/server/src/home/home.ts";
import { Gaia, workflow } from "./gaia.ts";

/** What can be wrong with a home folder is said in one sentence, by the server and by whoever starts it. */

const ENDS: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ENDS.splice(0).toReversed()) await end();
});

function prepared(...options: Parameters<typeof Gaia.prepare>): Gaia {
  const gaia = Gaia.prepare(...options);
  ENDS.push(() => gaia.close());
  return gaia;
}

async function started(): Promise<Gaia> {
  const gaia = await Gaia.start();
  ENDS.push(() => gaia.close());
  return gaia;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** How a server that does not start says so: one line of JSON, and the exit status. */
async function refused(gaia: Gaia): Promise<{ readonly status: number | null; readonly error: Refusal }> {
  const { status, stdout, stderr } = await gaia.spawnServer().ended;
  expect(stdout).toBe("");
  const lines = stderr.trim().split("\n");
  expect(lines).toHaveLength(1);
  return { status, error: JSON.parse(lines[0] ?? "").error as Refusal };
}

/** The same through the command line, which would start the server: the sentence, no stack trace, and the status. */
async function refusedRun(gaia: Gaia, status: number, ...sentences: readonly string[]): Promise<void> {
  const file = gaia.write("a.yaml", workflow("a", "{id: a, command: echo}"));
  const end = await gaia.gaia("run", file);
  expect(end).toMatchObject({ status, stdout: "" });
  for (const sentence of sentences) expect(end.stderr).toContain(sentence);
  expect(end.stderr).not.toMatch(/\n\s+at .*(\.ts|node:)/);
}

describe("two servers on one home", () => {
  test("the second says who owns it and ends with 3; the first goes on unharmed", async () => {
    const gaia = await started();
    const run = await gaia.startRun(workflow("a", "{id: gate, type: approval, prompt: Go?}"));
    const second = await refused(gaia);
    expect(second).toMatchObject({ status: 3, error: { code: "home_in_use" } });
    expect(second.error.message).toContain(`A server (pid ${gaia.serverPid}`);
    expect(second.error.message).toContain("gaia down");
    expect((await gaia.post(`/api/v1/runs/${run}/jobs/gate/approve`)).status).toBe(200);
    expect((await gaia.ended(run)).status).toBe("completed");
    const again = await gaia.gaia("up", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ started: false, pid: gaia.serverPid });
  });
});

describe("the folder of the sockets", () => {
  test("is empty when server, worker and launcher have gone", async () => {
    const gaia = await started();
    await gaia.run(workflow("a", "{id: a, command: echo}"));
    const folder = runtimeFolder(gaia.home);
    expect(readdirSync(folder)).toContain("launcher.sock.lock");
    await gaia.gaia("down", "--now");
    await gaia.until("all of it is gone", () => gaia.processes().length === 0);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a home that cannot be used", () => {
  test("because it is a file", async () => {
    const gaia = prepared();
    writeFileSync(gaia.home, "");
    const { status, error } = await refused(gaia);
    expect([status, error.code]).toEqual([3, "storage_read_only"]);
    expect(error.message).toContain(`${gaia.home} cannot be used: a file is in its place`);
    await refusedRun(gaia, 3, gaia.home, "a file is in its place");
  });

  test.skipIf(process.getuid?.() !== 0)("because its file system is read-only", async () => {
    const home = mkdtempSync(join(tmpdir(), "gaia-e2e-mount-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "ro,size=16m", "gaia-e2e", home]);
    ENDS.push(() => {
      execFileSync("umount", [home]);
      rmSync(home, { recursive: true });
    });
    const gaia = prepared({ home });
    const { status, error } = await refused(gaia);
    expect([status, error.code]).toEqual([3, "storage_read_only"]);
    expect(error.message).toContain(`${home} cannot be used: it is on a read-only file system`);
    await refusedRun(gaia, 3, home, "read-only");
  });

  test.skipIf(process.getuid?.() === 0)("because others own it", async () => {
    const gaia = prepared();
    mkdirSync(gaia.home);
    chmodSync(gaia.home, 0o500);
    const { status, error } = await refused(gaia);
    expect([status, error.code]).toEqual([3, "storage_read_only"]);
    chmodSync(gaia.home, 0o700);
  });
});

describe("a config.toml that is wrong", () => {
  test.each([
    ["an unknown key", "[server]\nprot = 1\n", "unknown key `server.prot`. Did you mean `server.port`?"],
    ["an unknown section", "[sever]\nport = 1\n", "unknown section `sever`. Did you mean `server`?"],
    ["a wrong type", "[worker]\nslots = 'many'\n", "worker.slots is not valid"],
    ["a value past its limit", "[worker]\nslots = 5000\n", "worker.slots is not valid"],
    ["a duration without a unit", "[retention]\nmax_age = '30'\n", "retention.max_age is not valid"],
    ["text that is no TOML", "[server\nport = 1\n", "config.toml:1:"],
  ])("because of %s", async (_what, config, sentence) => {
    const gaia = prepared({ config });
    const { status, error } = await refused(gaia);
    expect([status, error.code]).toEqual([2, "invalid_request"]);
    expect(error.message).toContain(join(gaia.home, "config.toml"));
    expect(error.message).toContain(sentence);
  });

  test("is told by the command line that wanted to start the server", async () => {
    const gaia = prepared({ config: "[server]\nprot = 1\n" });
    await refusedRun(gaia, 2, "unknown key `server.prot`. Did you mean `server.port`?");
  });

  test("a variable is as strict", async () => {
    const gaia = prepared({ environment: { GAIA_SLOTS: "many" } });
    const { status, error } = await refused(gaia);
    expect(status).toBe(2);
    expect(error.message).toContain("the variable GAIA_SLOTS is not valid");
  });
});

describe("a database", () => {
  test("of a newer Gaia is left alone, byte for byte", async () => {
    const gaia = await started();
    await gaia.run(workflow("a", "{id: a, command: echo}"));
    await gaia.gaia("down", "--now");
    await gaia.until("the server is gone", () => gaia.processes().length === 0);
    const file = join(gaia.home, "gaia.db");
    const database = new Database(file);
    database.pragma("journal_mode = DELETE");
    database.pragma(`user_version = ${Number(database.pragma("user_version", { simple: true })) + 1}`);
    database.close();
    const before = readFileSync(file);
    const { status, error } = await refused(gaia);
    expect([status, error.code]).toEqual([3, "schema_too_new"]);
    expect(error.message).toContain("newer");
    await refusedRun(gaia, 3, "newer");
    expect(readFileSync(file).equals(before)).toBe(true);
    await gaia.until(
      "the worker that was started for the server is gone",
      () => gaia.processes().length === 0,
    );
  });

  test("that is none is said to be none, and is left alone", async () => {
    const gaia = prepared();
    mkdirSync(gaia.home);
    const file = join(gaia.home, "gaia.db");
    writeFileSync(file, "This is no database.\n".repeat(1_000));
    const { status, error } = await refused(gaia);
    expect([status, error.code]).toEqual([3, "storage_failed"]);
    expect(error.message).toContain(file);
    expect(readFileSync(file, "utf8")).toContain("This is no database.");
  });
});

test("what is private in a home is the owner's alone", async () => {
  const gaia = await started();
  const modes = ["", "gaia.sock", "secrets", "secrets/token", "gaia.db"].map(
    (name) => statSync(join(gaia.home, name)).mode & 0o077,
  );
  expect(modes).toEqual([0, 0, 0, 0, 0]);
});
