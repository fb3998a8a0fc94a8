import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandLine, endCommands, temporaryHome, type Ended } from "../testing/command-line.ts";
import { GaiaClient } from "./api.ts";
import { startLogFile } from "./ensure-server.ts";

const GAIA = fileURLToPath(new URL("../testing/gaia-with-scripted-server.ts", import.meta.url));
let place: ReturnType<typeof temporaryHome>;

beforeEach(() => {
  place = temporaryHome();
  writeFileSync(join(place.home, "ci.yaml"), "name: ci\ntasks: []\n");
});

afterEach(async () => {
  await endCommands();
  const client = new GaiaClient({ kind: "socket", home: place.home, path: place.socket });
  if (await client.answers()) {
    const { pid } = await client.system();
    await client.shutdown(true);
    for (let alive = true; alive; ) {
      try {
        process.kill(pid, 0);
        await new Promise((resolve) => setTimeout(resolve, 10));
      } catch {
        alive = false;
      }
    }
  }
  client.close();
  place.remove();
});

function gaia(script: string, ...words: readonly string[]): Promise<Ended> {
  return new CommandLine(place.home, words, { env: { SCRIPT: script }, main: GAIA }).ended;
}

test("gaia run starts the server when there is none, and says so", async () => {
  const end = await gaia("serve", "run", "ci.yaml");
  expect(end).toMatchObject({ status: 0, stdout: "  ✓ ci completed in 8.0 s\n" });
  expect(end.stderr).toMatch(/✓ server and worker {4}\d\.\d s/);
});

test("a server that is killed while gaia run watches is started again, and the run goes on from the cursor", async () => {
  const end = await gaia("die", "run", "ci.yaml");
  expect(end).toMatchObject({ status: 0, stdout: "  ✓ ci completed in 8.0 s\n" });
  const lines = end.stderr.split("\n").map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ""));
  expect(lines).toContain("The server is gone: starting it again. The run goes on.");
  expect(lines).toContain("connected again");
  expect(lines.filter((line) => line === "install   completed in 3.1 s")).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("test ") && line.endsWith("running"))).toHaveLength(1);
  expect(readdirSync(place.home).filter((name) => name.startsWith("life-"))).toHaveLength(2);
});

test("a server that does not start is told with the end of its log, and exits 3", async () => {
  const end = await gaia("refuse", "run", "ci.yaml");
  expect(end).toMatchObject({ status: 3, stdout: "" });
  expect(end.stderr).toContain("✗ The server did not start: it ended with status 3.");
  expect(end.stderr).toContain("gaia.db was written by a newer Gaia (schema 9)");
  expect(end.stderr).toContain("gaia doctor");
});

test("of two commands that start a server at once, both use the one that got the home", async () => {
  const ends = await Promise.all([gaia("serve", "run", "ci.yaml"), gaia("serve", "run", "ci.yaml")]);
  expect(ends.map((end) => end.status)).toEqual([0, 0]);
  expect(readdirSync(place.home).filter((name) => name.startsWith("life-"))).toEqual(["life-0"]);
});

test("up starts it once, down ends it, and its session is not that of the terminal", async () => {
  expect(await gaia("serve", "up")).toMatchObject({
    stdout: expect.stringMatching(/✓ server and worker/),
    stderr: "",
  });
  const again = await gaia("serve", "up", "--json");
  const answer: { started: boolean; pid: number } = JSON.parse(again.stdout);
  expect(answer.started).toBe(false);
  const session = readFileSync(`/proc/${answer.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[3];
  expect(session).toBe(String(answer.pid));
  expect(readFileSync(startLogFile(place.home), "utf8")).toBe("");
  const down = await gaia("serve", "down");
  expect(down).toMatchObject({ status: 0, stdout: "  ✓ the server has ended\n" });
  expect(() => process.kill(answer.pid, 0)).toThrow();
  expect(await gaia("serve", "down")).toMatchObject({ status: 0, stderr: "  The server is not running.\n" });
});

test("up does not claim a worker that is not there", async () => {
  const up = await gaia("alone", "up");
  expect(up.stdout).toMatch(/^ {2}✓ server {2,}\d/);
  expect(up.stderr).toBe("  ! No worker is connected.   gaia doctor\n");
  await gaia("alone", "down");
});

test("without a server, commands that only look exit 3 and name the command that starts it", async () => {
  const end = await gaia("serve", "runs");
  expect(end.status).toBe(3);
  expect(end.stderr).toContain("The Gaia server is not running");
  expect(end.stderr).toContain("gaia up");
  expect(await gaia("serve", "show", "@", "--json").then(({ stderr }) => JSON.parse(stderr))).toMatchObject({
    error: { code: "unavailable" },
  });
});
