import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  CommandLine,
  endCommands,
  gaia,
  temporaryHome,
  waitFor,
  type Ended,
} from "./testing/command-line.ts";
import { TmuxTerminal } from "./testing/tmux-terminal.ts";

/** The command line with the real server, worker and launcher. */

let place: ReturnType<typeof temporaryHome>;
const ENV = { GAIA_PORT: "0" };

beforeAll(async () => {
  place = temporaryHome();
  workflow("good", [
    "- {id: first, command: echo one}",
    "- {id: second, command: echo two, dependencies: [first]}",
  ]);
  workflow("bad", [
    "- {id: test, command: echo FAIL; exit 7}",
    "- {id: package, command: echo x, dependencies: [test]}",
  ]);
  workflow("long", ["- {id: slow, command: echo begun; sleep 300}"]);
  workflow("counted", ["- {id: count, command: echo x >> marks; sleep 2; echo y >> marks}"]);
  expect(await command("up")).toMatchObject({ status: 0, stderr: "" });
});

afterAll(async () => {
  await endCommands();
  await gaia(place.home, "down", "--now");
  // The worker and the launcher outlive their server by design; those of this home end with the test.
  const pids = processesOf(place.home);
  for (const pid of pids) process.kill(pid, "SIGTERM");
  await waitFor("the end of the worker and the launcher", () => processesOf(place.home).length === 0).catch(
    () => {
      for (const pid of processesOf(place.home)) process.kill(pid, "SIGKILL");
    },
  );
  place.remove();
});

function workflow(name: string, tasks: readonly string[]): void {
  writeFileSync(
    join(place.home, `${name}.yaml`),
    `name: ${name}\ntasks:\n${tasks.map((task) => `  ${task}\n`).join("")}`,
  );
}

function command(...words: readonly string[]): Promise<Ended> {
  return new CommandLine(place.home, words, { env: ENV }).ended;
}

/** Processes whose command line names this home, and no other: found by their exact folder. */
function processesOf(home: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words.some((word) => word === home || word.startsWith(`${home}/worker/`));
      } catch {
        return false;
      }
    });
}

test("a run that succeeds exits 0, and its tasks' logs can be read", async () => {
  const end = await command("run", "good.yaml");
  expect(end.status).toBe(0);
  expect(end.stdout).toMatch(/^ {2}✓ good completed in /);
  expect(await command("logs", "@", "second")).toMatchObject({ status: 0, stdout: "two\n" });
  expect((await command("show", "good#1")).stdout).toContain("✓ first");
});

test("a run that fails exits 1 with the last lines, the reason and the way on", async () => {
  const end = await command("run", "bad.yaml");
  expect(end).toMatchObject({ status: 1 });
  expect(end.stdout).toMatch(/✗ bad failed in .*: test exited with 7/);
  expect(end.stderr).toContain("    FAIL\n");
  expect(end.stderr).toContain("gaia retry @ --failed");
  expect((await command("why", "@failed", "package")).stdout).toContain("package is skipped");
});

test("a server that is killed under a watching run is started again, and the task runs once", async () => {
  const watching = new CommandLine(place.home, ["run", "counted.yaml"], { env: ENV });
  await watching.said("count     running");
  const status: { pid: number } = JSON.parse((await command("status", "--json")).stdout);
  process.kill(status.pid, "SIGKILL");
  const end = await watching.ended;
  expect(end.status).toBe(0);
  expect(end.stderr).toContain("starting it again");
  expect(readFileSync(join(place.home, "marks"), "utf8")).toBe("x\ny\n");
});

test("Ctrl-C in a terminal stops the run and its processes, and exits 130", async () => {
  const terminal = await TmuxTerminal.open({ columns: 80, rows: 20 }, place.home, [
    "run",
    join(place.home, "long.yaml"),
  ]);
  try {
    await terminal.shows("begun");
    await terminal.press("C-c");
    await terminal.shows("[status 130]");
    expect((await terminal.lines()).join("\n")).toContain("long cancelled");
    expect(await terminal.hasCursor()).toBe(true);
  } finally {
    await terminal.close();
  }
});

test("a file is checked without asking the server", async () => {
  writeFileSync(join(place.home, "wrong.yaml"), "name: wrong\ntasks:\n  - id: ship\n    comand: ./ship.sh\n");
  const end = await command("validate", "wrong.yaml");
  expect(end).toMatchObject({ status: 2, stdout: "" });
  expect(end.stderr).toContain("wrong.yaml:4:5");
  expect(end.stderr).toContain("did you mean `command`?");
});

test("open prints an address that signs in once, of the dashboard, a run or a pipeline", async () => {
  await command("run", "good.yaml");
  await command("workflow", "create", "good.yaml");
  const front = await command("open");
  expect(front).toMatchObject({ status: 0, stderr: "  Opens signed in, once, within two minutes.\n" });
  const url = front.stdout.trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?ticket=[\w-]{43}$/);
  const first = await fetch(url, { redirect: "manual" });
  expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
  const [cookie = ""] = first.headers.getSetCookie();
  const own = await fetch(new URL("/api/v1/session", url), {
    headers: { cookie: cookie.split(";")[0] ?? "" },
  });
  expect(await own.json()).toMatchObject({ actor: { id: "session" } });
  const second = await fetch(url, { redirect: "manual" });
  expect([second.headers.get("location"), second.headers.getSetCookie()]).toEqual([
    "/sign-in?problem=used&to=%2F",
    [],
  ]);
  const run = JSON.parse((await command("show", "@", "--json")).stdout).id;
  for (const [ref, path] of [
    ["@", `/runs/${run}`],
    ["good#1", /^\/runs\/run_/],
    ["good", "/pipelines/good"],
  ] as const) {
    const { stdout } = await command("open", ref, "--json");
    const document: { url: string; expires_at: string } = JSON.parse(stdout);
    expect(new URL(document.url).pathname).toMatch(path);
    expect(Date.parse(document.expires_at)).toBeGreaterThan(Date.now());
  }
  expect(await command("open", "goood")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("Did you mean `good`?"),
  });
});

test("up shows the address that opens signed in on a terminal, and the plain one to a pipe", async () => {
  const terminal = await TmuxTerminal.open({ columns: 200, rows: 10 }, place.home, ["up"]);
  await terminal.shows("(opens signed in, once)");
  expect((await terminal.lines()).join("\n")).toMatch(
    /http:\/\/127\.0\.0\.1:\d+\/\?ticket=[\w-]{43} {3}\(opens/,
  );
  await terminal.close();
  expect((await command("up")).stdout).toMatch(/ {3}http:\/\/127\.0\.0\.1:\d+\n$/);
  const document: { url: string } = JSON.parse((await command("up", "--json")).stdout);
  expect(new URL(document.url).searchParams.get("ticket")).toMatch(/^[\w-]{43}$/);
  for (const name of readdirSync(join(place.home, "logs")))
    expect(readFileSync(join(place.home, "logs", name), "utf8")).not.toContain("ticket=");
});
