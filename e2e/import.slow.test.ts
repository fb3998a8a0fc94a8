import { spawnSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestRepository } from "../packages/git/src/testing/repositories.ts";
import { Gaia } from "./gaia.ts";
import { titled, WITH_NODE } from "./titled-programs.ts";

/** `gaia import gaia-home` with the home of an original Gaia: its database written by bbolt, its vault as it writes it. */

const BOLT = fileURLToPath(new URL("../packages/cli/src/import/testing/bolt", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../packages/program/src/testing/titled-program.ts", import.meta.url));
const KEY = "-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----\n";
let gaia: Gaia;
let old = "";

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
  const repository = new TestRepository(join(gaia.folder, "repository"));
  repository.commit("Start", { "gaia.yaml": titled("One", "Two") });
  old = join(gaia.folder, "old");
  mkdirSync(join(old, "data"), { recursive: true });
  mkdirSync(join(old, "pipelines"));
  const repo = {
    url: `file://${repository.path}`,
    selectedbranch: "refs/heads/main",
    user: "",
    password: "",
  };
  writePipelines([
    { id: 1, name: "from repository", type: "golang", repo, periodicschedules: ["0 0 4 1 1 *", "nonsense"] },
    { id: 2, name: "dropped", type: "golang", repo: null },
    { id: 3, name: "gone", type: "python", repo: null },
  ]);
  // What was built is an executable file, whatever it was built from.
  const start = `exec ${process.execPath} --disable-warning=ExperimentalWarning ${PROGRAM} Alone\n`;
  writeFileSync(join(old, "pipelines", "dropped_golang"), `#!/bin/sh\n${start}`);
  chmodSync(join(old, "pipelines", "dropped_golang"), 0o700);
  writeFileSync(join(old, "pipelines", "notes.txt"), "");
  writeFileSync(join(old, "data", "ca.key"), KEY);
  writeVault("DB_PASSWORD=first=second\nWORKER_REGISTER_KEY=x\nbad-name=1");
}, 300_000);
afterAll(() => gaia.close());

function writePipelines(pipelines: readonly object[]): void {
  const file = gaia.write("pipelines.json", JSON.stringify(pipelines));
  const ran = spawnSync("go", ["run", ".", join(old, "data", "gaia.db"), file], {
    cwd: BOLT,
    encoding: "utf8",
  });
  if (ran.error !== undefined)
    throw new Error("Go is missing: apt-get install golang-go", { cause: ran.error });
  expect(ran.status, ran.stderr).toBe(0);
}

function writeVault(plain: string): void {
  const nonce = Buffer.alloc(12, 1);
  const cipher = createCipheriv("aes-256-gcm", createHash("sha256").update(KEY).digest(), nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const text = Buffer.from(`${nonce.toString("hex")}||${sealed.toString("hex")}`).toString("hex");
  writeFileSync(join(old, "data", ".gaia_vault"), text);
}

async function versionOf(name: string): Promise<number> {
  return ((await gaia.ask(`/api/v1/pipelines/${name}`)).json as { version?: number }).version ?? 0;
}

test("what would be taken over is said first, and changes nothing", async () => {
  const dry = await gaia.gaia("import", "gaia-home", old, "--dry-run", "--json");
  expect(dry.status, dry.stderr).toBe(0);
  const { items, notes } = JSON.parse(dry.stdout) as {
    items: { kind: string; name: string }[];
    notes: string[];
  };
  expect(items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "secret DB_PASSWORD",
    "pipeline from-repository",
    "pipeline dropped",
    "schedule from-repository-schedule",
  ]);
  for (const part of [
    "notes.txt",
    "`gone` is left out",
    "WORKER_REGISTER_KEY",
    "`bad-name`",
    "`nonsense`",
    "is called",
  ])
    expect(notes.join("\n")).toContain(part);
  expect((await gaia.ask("/api/v1/pipelines")).json).toMatchObject({ items: [] });
});

test("pipelines, schedules and secrets are taken over, once", async () => {
  const taken = await gaia.gaia("import", "gaia-home", old);
  expect(taken.status, taken.stdout + taken.stderr).toBe(0);
  expect(taken.stdout).toMatch(/✓ pipeline +from-repository/);
  await gaia.until(
    "both are built",
    async () => (await versionOf("from-repository")) + (await versionOf("dropped")) === 2,
  );
  const secret = await gaia.gaia("secret", "get", "DB_PASSWORD", "--reveal");
  expect(secret.stdout).toBe("first=second");
  for (const name of ["from-repository", "dropped"]) {
    const run = await gaia.gaia("pipeline", "run", name);
    expect(run.status, run.stderr).toBe(0);
  }
  const triggers = await gaia.gaia("triggers", "--json");
  expect(JSON.stringify(JSON.parse(triggers.stdout))).toContain("0 0 4 1 1 *");
  const schedule = "from-repository-schedule";
  const definition = `name: ${schedule}\ntasks: [{ id: mine, command: "true" }]\n`;
  expect((await gaia.post("/api/v1/workflows", { definition })).json.version).toBe(2);
  const again = await gaia.gaia("import", "gaia-home", old);
  expect(again.status).toBe(0);
  expect(again.stdout).toMatch(/– secret +DB_PASSWORD/);
  expect(again.stdout).toMatch(/– schedule +from-repository-schedule +is there already/);
  expect(await versionOf(schedule)).toBe(2);
  expect(await versionOf("dropped")).toBe(1);
});

test("a folder that is no such home, and a damaged one, are told in words", async () => {
  const none = await gaia.gaia("import", "gaia-home", gaia.folder);
  expect(none).toMatchObject({ status: 2, stdout: "" });
  expect(none.stderr).toContain("data/gaia.db");
  const damaged = join(gaia.folder, "damaged");
  mkdirSync(join(damaged, "data"), { recursive: true });
  writeFileSync(join(damaged, "data", "gaia.db"), "text");
  const refused = await gaia.gaia("import", "gaia-home", damaged);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain("not a file of bbolt");
  expect(refused.stderr).not.toMatch(/^\s+at /m);
});
