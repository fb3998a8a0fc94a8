import { createHash, randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandLine, type Ended } from "../packages/cli/src/testing/command-line.ts";
import { Gaia, workflow } from "./gaia.ts";

/** Secrets of the store: given to tasks that may have them, found in no file, and readable only with the key. */

const TOKEN = "s3cr3t-Value/with+signs=";
const ALLOWED = "from-the-environment";
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start({
    environment: { DEPLOY_TOKEN: ALLOWED, FALLBACK_TOKEN: ALLOWED },
    config: '[secrets]\nallow = ["DEPLOY_TOKEN", "FALLBACK_TOKEN"]\n',
  });
});
afterAll(() => gaia.close());

function task(id: string, command: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, command, ...more });
}

/** A command with something on its stdin. */
function piped(input: string, ...words: readonly string[]): Promise<Ended> {
  return new CommandLine(gaia.home, words, { cwd: gaia.folder, env: gaia.environment, input }).ended;
}

function document(end: Ended): Record<string, unknown> {
  expect(end).toMatchObject({ status: 0 });
  return JSON.parse(end.stdout) as Record<string, unknown>;
}

test("a value comes from stdin or a file, never from an argument, and is shown when it is asked for", async () => {
  const set = await piped(`${TOKEN}\n`, "secret", "set", "DEPLOY_TOKEN", "--description", "for deployments");
  expect(set).toMatchObject({ status: 0, stdout: "  ✓ DEPLOY_TOKEN, version 1, for all pipelines\n" });
  const file = gaia.write("key", "line one\nline two\n");
  const key = document(
    await gaia.gaia("secret", "set", "KEY", "--file", file, "--scope", "deploy-*", "--scope", "x", "--json"),
  );
  expect(key).toMatchObject({ name: "KEY", version: 1, scopes: ["deploy-*", "x"] });
  const shown = await gaia.gaia("secret", "get", "KEY", "--reveal");
  expect(shown).toMatchObject({ status: 0, stdout: "line one\nline two\n" });
  const guarded = await gaia.gaia("secret", "get", "KEY");
  expect(guarded).toMatchObject({ status: 2, stdout: "" });
  expect(guarded.stderr).toContain("--reveal");
  const argument = await gaia.gaia("secret", "set", "KEY", "value-as-argument");
  expect(argument.status).toBe(2);
  const list = await gaia.gaia("secret", "list");
  expect(list.stdout).toMatch(/DEPLOY_TOKEN +1 .* all pipelines +for deployments\n.*KEY +1 .*deploy-\*, x/);
  const all =
    list.stdout + (await gaia.gaia("activity", "--json")).stdout + (await gaia.gaia("activity")).stdout;
  expect(all).toContain("looked at version 1 of the secret KEY");
  expect(all).not.toContain(TOKEN);
});

test("a file is kept byte by byte, also from stdin; what is piped in loses one newline at its end", async () => {
  const file = gaia.write("with-newline", "file-value\n");
  const fromFile = await gaia.gaia("secret", "set", "LINES", "--file", file);
  expect(fromFile.stderr).toContain("The value ends with a newline, as the file does");
  const value = async () => (await gaia.gaia("secret", "get", "LINES", "--reveal")).stdout;
  expect(await value()).toBe("file-value\n");
  const exact = await piped("exact-value\r\n\n", "secret", "set", "LINES", "--file", "-");
  expect(exact).toMatchObject({ status: 0 });
  expect(await value()).toBe("exact-value\r\n\n");
  const plain = await piped("piped-value\n\n", "secret", "set", "LINES");
  expect(plain).toMatchObject({ status: 0, stderr: "" });
  expect(await value()).toBe("piped-value\n");
});

test("one old version goes, never the newest alone", async () => {
  const removed = await gaia.gaia("secret", "rm", "LINES", "--version", "2", "--yes");
  expect(removed).toMatchObject({ status: 0, stdout: "  ✓ version 2 of LINES is removed\n" });
  const versions = document(await gaia.gaia("secret", "versions", "LINES", "--json"));
  expect(versions["items"]).toMatchObject([{ version: 3 }, { version: 1 }]);
  const newest = await gaia.gaia("secret", "rm", "LINES", "--version", "3", "--yes");
  expect(newest.status).not.toBe(0);
  expect(newest.stderr).toContain("Version 3 is the newest of LINES, which tasks get");
  expect((await gaia.gaia("activity")).stdout).toContain("removed version 2 of the secret LINES");
  document(await gaia.gaia("secret", "rm", "LINES", "--yes", "--json"));
});

test("tasks get the newest value; the store comes before the environment; answers and logs show stars", async () => {
  expect((await piped("older-value", "secret", "set", "DEPLOY_TOKEN")).status).toBe(0);
  expect((await piped(TOKEN, "secret", "set", "DEPLOY_TOKEN")).status).toBe(0);
  const versions = document(await gaia.gaia("secret", "versions", "DEPLOY_TOKEN", "--json"));
  expect(versions["items"]).toMatchObject([{ version: 3 }, { version: 2 }, { version: 1 }]);
  const command = [
    'printf "%s" "$DEPLOY_TOKEN" | sha256sum | cut -d" " -f1 > digest',
    'printf "%s" "$FALLBACK_TOKEN" | wc -c > fallback',
    'echo "plain $DEPLOY_TOKEN"; printf "%s" "$DEPLOY_TOKEN" | base64',
    'echo "token=$DEPLOY_TOKEN" > $GAIA_OUTPUT',
    'echo "# $DEPLOY_TOKEN" > $GAIA_SUMMARY',
    "env | grep -c GAIA_VAULT || true",
  ].join("; ");
  const run = await gaia.run(
    workflow("uses", task("a", command, { secrets: ["DEPLOY_TOKEN", "FALLBACK_TOKEN"] })),
  );
  expect(run.status).toBe("completed");
  expect(gaia.read("digest").trim()).toBe(createHash("sha256").update(TOKEN).digest("hex"));
  expect(Number(gaia.read("fallback"))).toBe(ALLOWED.length);
  expect((await gaia.log(run.id, "a")).toString()).toBe("plain ***\n***\n0\n");
  const answers = [
    ...[
      "",
      "/jobs",
      "/jobs/a",
      "/jobs/a/environment",
      "/events?limit=500",
      "/graph",
      "/why",
      "/jobs/a/log",
    ].map((path) => `/api/v1/runs/${run.id}${path}`),
    ...[
      "/secrets",
      "/secrets/DEPLOY_TOKEN",
      "/secrets/DEPLOY_TOKEN/versions",
      "/vault",
      "/activity",
      "/settings",
    ].map((path) => `/api/v1${path}`),
  ];
  for (const path of answers) {
    const reply = await gaia.ask(path);
    expect([path, reply.status]).toEqual([path, 200]);
    expect(reply.text).not.toContain(TOKEN);
  }
});

test("what is missing or out of scope is refused at the start of the run, with the name and the remedy", async () => {
  const missing = await gaia.runFile(workflow("missing", task("a", "echo", { secrets: ["NOWHERE"] })));
  expect(missing).toMatchObject({ status: 2, stdout: "" });
  expect(missing.stderr).toContain("Task `a` needs the secret NOWHERE");
  expect(missing.stderr).toContain("gaia secret set NOWHERE");
  const outside = await gaia.runFile(workflow("outside", task("a", "echo", { secrets: ["KEY"] })));
  expect(outside.status).toBe(2);
  expect(outside.stderr).toContain("which `outside` may not read");
  const inside = await gaia.run(workflow("deploy-eu", task("a", 'test -n "$KEY"', { secrets: ["KEY"] })));
  expect(inside.status).toBe("completed");
  const list = await gaia.gaia("secret", "list");
  expect(list.stdout).toMatch(/ KEY .* deploy-eu, outside \(out of scope\)\n/);
  const opened = await gaia.gaia("secret", "set", "KEY", "--keep-value", "--scope", "*");
  expect(opened).toMatchObject({ status: 0, stdout: "  ✓ KEY, version 1, for all pipelines\n" });
  expect((await gaia.run(workflow("outside", task("a", "true", { secrets: ["KEY"] })))).status).toBe(
    "completed",
  );
});

test("the example does what it says", async () => {
  const example = readFileSync(new URL("../examples/secrets/secrets.yaml", import.meta.url), "utf8");
  const set = ["secret", "set", "RELEASE_TOKEN", "--scope", "release-*"];
  expect((await piped("release-value-1", ...set)).status).toBe(0);
  const run = await gaia.run(example);
  expect(run.status).toBe("completed");
  expect((await gaia.log(run.id, "sign")).toString()).toBe("signed with ***\n");
  expect((await gaia.log(run.id, "publish")).toString()).toBe("would upload with ***\n");
});

test("a secret that goes while a run is under way fails the task that needs it, by name", async () => {
  expect((await piped("passing-value", "secret", "set", "PASSING")).status).toBe(0);
  const waits = `until test -e ${join(gaia.folder, "go")}; do sleep 0.05; done`;
  const needs = task("b", "touch ran", { secrets: ["PASSING"], dependencies: ["a"] });
  const id = await gaia.startRun(workflow("passing", task("a", waits), needs));
  expect((await gaia.gaia("secret", "rm", "PASSING", "--yes")).status).toBe(0);
  gaia.write("go", "");
  expect((await gaia.ended(id)).status).toBe("failed");
  const job = await gaia.job(id, "b");
  expect(job.status).toBe("failed");
  expect(job.reason).toContain("it needs the secret PASSING, which the server does not have");
  expect(job.reason).toContain("gaia secret set PASSING");
  expect(existsSync(join(gaia.folder, "ran"))).toBe(false);
});

test("a rotation goes on under a running server; removed secrets are gone", async () => {
  const before = readFileSync(join(gaia.home, "secrets", "vault-key"), "utf8");
  const done = document(await gaia.gaia("secret", "rotate", "--json"));
  expect(done).toMatchObject({ damaged: 0 });
  expect(readFileSync(join(gaia.home, "secrets", "vault-key"), "utf8")).not.toBe(before);
  expect((await gaia.gaia("secret", "get", "DEPLOY_TOKEN", "--reveal")).stdout).toBe(TOKEN);
  expect((await gaia.gaia("secret", "get", "DEPLOY_TOKEN", "--reveal", "--version", "2")).stdout).toBe(
    "older-value",
  );
  const asked = await gaia.gaia("secret", "rm", "KEY");
  expect(asked.status).toBe(2);
  expect(asked.stderr).toContain("--yes");
  expect(document(await gaia.gaia("secret", "rm", "KEY", "--yes", "--json"))).toEqual({ removed: "KEY" });
  expect((await gaia.gaia("secret", "get", "KEY", "--reveal")).stderr).toContain("There is no secret KEY");
});

test("no file of the home holds the value: database, journal, logs, copies of runs, backups", async () => {
  document(await gaia.gaia("db", "backup", "--json"));
  // As it is while the server runs, with what only the write-ahead log has.
  expect(existsSync(join(gaia.home, "gaia.db-wal"))).toBe(true);
  await gaia.until("the runs have their readable copies", () =>
    readdirSync(join(gaia.home, "workflows", "executions")).some((name) => name.endsWith(".json")),
  );
  expect(filesWith("uses")).not.toEqual([]);
  expect(filesWith(TOKEN)).toEqual([]);
  expect(filesWith(Buffer.from(TOKEN).toString("base64"))).toEqual([]);
  expect(filesWith(ALLOWED)).toEqual([]);
});

test("without the key the server starts, says so, refuses such runs, and opens when it is back", async () => {
  const key = join(gaia.home, "secrets", "vault-key");
  mkdirSync(join(gaia.folder, "kept"));
  copyFileSync(key, join(gaia.folder, "kept", "vault-key"));
  await gaia.killServer();
  renameSync(key, join(gaia.folder, "kept", "moved"));
  await gaia.startServer();
  expect(readFileSync(join(gaia.home, "logs", "server.log"), "utf8")).toContain("the secret store is locked");
  const list = await gaia.gaia("secret", "list");
  expect(list.stderr).toContain("The master key of the secret store is missing");
  const definition = workflow("locked", task("a", "true", { secrets: ["DEPLOY_TOKEN"] }));
  const refused = await gaia.runFile(definition);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/needs the secret DEPLOY_TOKEN, which cannot be read.*missing/s);
  expect((await piped("new-value", "secret", "set", "OTHER")).status).toBe(3);
  expect(existsSync(key)).toBe(false);
  expect((await gaia.run(workflow("free", task("a", "true")))).status).toBe("completed");
  copyFileSync(join(gaia.folder, "kept", "vault-key"), key);
  expect((await gaia.run(definition)).status).toBe("completed");
});

test("a key in the environment reaches neither workers nor tasks, and no file", async () => {
  const key = randomBytes(32).toString("hex");
  // When it is told to, the server starts a process as any code within it could: without naming an environment.
  const probe = `process.on("SIGUSR2", () => process.getBuiltinModule("node:child_process").spawn("sh", ["-c", 'env > "$PROBED.new" && mv "$PROBED.new" "$PROBED"']))`;
  const folder = mkdtempSync(join(tmpdir(), "gaia-probe-"));
  const probed = join(folder, "inherited");
  const preload = `--import=data:text/javascript,${encodeURIComponent(probe)}`;
  const environment = { GAIA_VAULT_KEY: key, NODE_OPTIONS: preload, PROBED: probed };
  const own = await Gaia.start({ environment });
  try {
    const file = own.write("value", "value-of-it");
    expect((await own.gaia("secret", "set", "TOKEN", "--file", file)).status).toBe(0);
    expect(existsSync(join(own.home, "secrets", "vault-key"))).toBe(false);
    const run = await own.run(
      workflow("env", task("a", "env; test $TOKEN = value-of-it", { secrets: ["TOKEN"] })),
    );
    expect(run.status).toBe("completed");
    expect((await own.log(run.id, "a")).toString()).not.toContain("GAIA_VAULT_KEY");
    const others = own.processes().filter(({ pid }) => pid !== own.serverPid);
    expect(others.length).toBeGreaterThan(0);
    for (const { pid } of others) expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain(key);
    expect(filesWith(key, own.home)).toEqual([]);
    process.kill(own.serverPid, "SIGUSR2");
    await own.until("a process that the server started has told its environment", () => existsSync(probed));
    expect(readFileSync(probed, "utf8")).toContain(`PROBED=${probed}\n`);
    expect(readFileSync(probed, "utf8")).not.toContain("GAIA_VAULT_KEY");
    const rotated = await own.gaia("secret", "rotate");
    expect(rotated.status).toBe(1);
    expect(rotated.stderr).toContain("comes from GAIA_VAULT_KEY");
  } finally {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Files below the home that hold a text. */
function filesWith(text: string, home: string = gaia.home): readonly string[] {
  const names = readdirSync(home, { recursive: true, encoding: "utf8" });
  return names.filter((name) => {
    const path = join(home, name);
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true && readFileSync(path).includes(text);
  });
}
