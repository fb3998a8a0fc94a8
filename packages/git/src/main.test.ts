import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GitHttpServer } from "./testing/http-server.ts";
import { TestRepository, temporaryFolder } from "./testing/repositories.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const folder = temporaryFolder();
let server: GitHttpServer;
let newest: string;

beforeAll(async () => {
  const root = join(folder.path, "repositories");
  newest = new TestRepository(join(root, "orders")).commit("Count <<END\n\nand more", { "pipeline.py": "" });
  server = await GitHttpServer.start(root);
  server.wants = "x-access-token:t0ken";
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env["PATH"],
      HOME: folder.path,
      GIT_CREDENTIAL: "t0ken",
      GAIA_OUTPUT: join(folder.path, "output"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes: Buffer) => (said.stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (said.stderr += bytes.toString()));
  const ended = new Promise<Ended>((resolve) => child.on("close", (status) => resolve({ status, ...said })));
  return { child, ended };
}

function foldersIn(run: string): readonly string[] {
  return ["--into", join(folder.path, run, "tree"), "--scratch", join(folder.path, run, "scratch")];
}

function lastOutput(): unknown {
  return JSON.parse(readFileSync(join(folder.path, "output"), "utf8").trim().split("\n").at(-1) ?? "");
}

test("fetches into a folder, whatever was in it, and says what", async () => {
  const into = join(folder.path, "run", "tree");
  const words = ["fetch", "--url", server.url("orders"), ...foldersIn("run"), "--token", "--commit", ""];
  for (let time = 0; time < 2; time++) {
    const { status, stdout, stderr } = await start(...words).ended;
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Count <<END");
    writeFileSync(join(into, "left-over"), "");
  }
  expect(lastOutput()).toEqual({ commit: newest, subject: "Count <<END", branch: "main" });
  expect(readdirSync(join(folder.path, "run", "scratch"))).toEqual([]);
});

test("says why it could not, as its last line and as an output", async () => {
  const { status, stderr } = await start("fetch", "--url", server.url("none"), ...foldersIn("none")).ended;
  expect(status).toBe(1);
  expect(stderr.trim()).toContain("wants credentials");
  expect(lastOutput()).toEqual({ error: stderr.trim() });
});

/** Starts a fetch that hangs, and ends it by a signal; answers with what it leaves where credentials lie. */
async function killed(
  run: string,
  signal: NodeJS.Signals,
): Promise<{ readonly status: number | null; readonly left: readonly string[] }> {
  const hanging = Promise.withResolvers<void>();
  server.answer = () => hanging.resolve();
  const { child, ended } = start("fetch", "--url", server.url("orders"), ...foldersIn(run), "--token");
  await hanging.promise;
  const scratch = join(folder.path, run, "scratch");
  expect(readdirSync(scratch)).toHaveLength(1);
  child.kill(signal);
  const { status } = await ended;
  server.answer = null;
  return { status, left: readdirSync(scratch) };
}

test("leaves no credential when it is stopped", async () => {
  expect(await killed("stopped", "SIGTERM")).toEqual({ status: 1, left: [] });
});

test("removes the credential that a killed one has left, before it does anything else", async () => {
  expect((await killed("killed", "SIGKILL")).left).toHaveLength(1);
  expect(await killed("killed", "SIGTERM")).toEqual({ status: 1, left: [] });
});

test("refuses what it does not understand with its usage", async () => {
  for (const words of [[], ["push"], ["fetch"], ["fetch", "--url", "x", ...foldersIn("y"), "--force"]]) {
    const { status, stderr } = await start(...words).ended;
    expect([status, stderr.includes("usage: gaia-git")]).toEqual([2, true]);
  }
});
