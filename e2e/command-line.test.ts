import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandLine } from "../packages/cli/src/testing/command-line.ts";
import { Gaia, workflow } from "./gaia.ts";
import { ownSeconds, processesOf } from "./processes.ts";

/** What scripts rely on: exit statuses, streams, JSON, and that nothing is done twice or forgotten. */

const BIN = fileURLToPath(new URL("../packages/cli/bin/gaia.mjs", import.meta.url));
const execute = promisify(execFile);
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.run(workflow("seen", "{id: first, command: echo one}", "{id: second, command: echo two}"));
});
afterAll(() => gaia.close());

describe("the exit status of `gaia run`", () => {
  test("is 0 when the run completed, 1 when it failed, 2 when it was not started", async () => {
    expect((await gaia.runFile(workflow("good", "{id: a, command: echo}"))).status).toBe(0);
    const failed = await gaia.runFile(workflow("bad", "{id: a, command: 'echo FAIL: parse; exit 7'}"));
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("FAIL: parse");
    expect(failed.stderr).toContain("gaia retry @ --failed");
    expect((await gaia.gaia("run")).status).toBe(2);
    expect((await gaia.gaia("run", "a.yaml", "--nonsense")).status).toBe(2);
    const wrong = await gaia.runFile(workflow("good", "{id: a, command: echo}"), "--input", "none=1");
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    expect(wrong.stderr).toContain("`none`");
  });

  test("is 130 when it was interrupted, and nothing of it runs on", async () => {
    const seconds = ownSeconds();
    const task = `{id: a, command: sleep ${seconds}, grace: 100ms}`;
    const file = gaia.write("long.yaml", workflow("long", task));
    const command = gaia.command("run", file);
    await gaia.until("the task runs", () => processesOf("sleep", seconds).length > 0);
    command.process.kill("SIGINT");
    const end = await command.ended;
    expect(end.status).toBe(130);
    expect(end.stdout + end.stderr).toContain("cancelled");
    expect(processesOf("sleep", seconds)).toEqual([]);
    expect((await gaia.ask("/api/v1/runs/@")).json).toMatchObject({ pipeline: "long", status: "cancelled" });
  });

  test("is 3 where no server can be reached, and says which", async () => {
    const away = Gaia.prepare({ environment: { GAIA_URL: "http://127.0.0.1:9", GAIA_TOKEN: "x" } });
    const file = away.write("a.yaml", workflow("a", "{id: a, command: echo}"));
    for (const words of [["run", file], ["runs"], ["stop", "@"]]) {
      const end = await away.gaia(...words);
      expect(end).toMatchObject({ status: 3, stdout: "" });
      expect(end.stderr).toContain("127.0.0.1:9");
    }
    const none = Gaia.prepare();
    const end = await none.gaia("runs");
    expect(end).toMatchObject({ status: 3, stdout: "" });
    expect(end.stderr).toContain("gaia up");
    await away.close();
    await none.close();
  });
});

describe("what is mistyped", () => {
  test.each([
    [["rnu", "a.yaml"], "gaia run"],
    [["a.yaml"], "gaia run a.yaml"],
    [["workflow", "lst"], "gaia workflow list"],
    [["runs", "--stats", "failed"], "--status"],
    [["runs", "--status", "done"], "completed"],
    [["show", "sene"], "seen"],
    [["logs", "seen", "frist"], "`first`"],
    [["why", "seen", "frist"], "`first`"],
    [["retry", "seen", "--from", "frist"], "`first`"],
    [["workflow", "start", "sene"], "`seen`"],
    [["show", "seen#99"], "seen"],
    [["logs", "seen", "first", "--tail", "many"], "--tail"],
    [["run", "a.yaml", "--input", "x"], "NAME=VALUE"],
    [["completion", "tcsh"], "bash"],
    [["runs", "--limit", "100000"], "--limit wants a whole number from 1 to 500, not `100000`"],
    [["logs", "seen", "first", "-f", "--attempt", "9"], "gaia logs seen first --attempt 9"],
    [["logs", "seen", "--attempt", "1"], "gaia logs seen TASK --attempt 1"],
    [["logs", "seen", "first", "--attempt", "9"], "`first` has no attempt 9; it has attempt 1"],
    [["show", ""], "must not be empty"],
    [["show", "seen#0"], "seen"],
    [["show", "@nope"], "`@` (the last) and `@failed`"],
    [["run", "."], "it is a folder"],
    [["run", "/dev/null"], "the file is empty"],
    [["run", "a.yaml", "--priority", "11"], "at most 10"],
    [["run", "a.yaml", "--env", "=x"], "NAME=VALUE"],
    [["run", "a.yaml", "b.yaml"], "gaia run --help"],
    [["api", "FETCH", "/runs"], "GET, POST, PUT, PATCH, DELETE"],
    [["api", "POST", "/runs", "--data", "@none"], "no such file"],
    [["db", "restore"], "check, compact, backup"],
    [["debug", "seen", "first"], "gaia debug seen first -- COMMAND"],
    [["approve", "seen"], "gaia approve --help"],
  ])("gaia %j names what is near, with status 2", async (words, near) => {
    gaia.write("a.yaml", workflow("a", "{id: a, command: echo}"));
    const end = await gaia.gaia(...words);
    expect(end).toMatchObject({ status: 2, stdout: "" });
    expect(end.stderr).toContain(near);
    expect(end.stderr).not.toMatch(/\n\s+at /);
  });
});

test("the seed's names are the same program", async () => {
  const link = join(gaia.folder, "gaia-workflow");
  symlinkSync(BIN, link);
  const environment = { ...process.env, ...gaia.environment, GAIA_HOME: gaia.home };
  const file = gaia.write("aliased.yaml", workflow("aliased", "{id: a, command: echo through the alias}"));
  const alias = async (...words: readonly string[]): Promise<string> =>
    (await execute(link, words, { env: environment })).stdout;
  await alias("create", file);
  const { run_id: run } = JSON.parse(await alias("start", "aliased", "--json"));
  await gaia.ended(run);
  expect(await alias("logs", "aliased", "a")).toBe("through the alias\n");
  expect(await alias("status", "aliased")).toContain("completed");
  expect(JSON.parse(await alias("list", "--json")).items).toContainEqual(
    expect.objectContaining({ name: "aliased", status: "completed" }),
  );
  await alias("stop", "aliased");
  expect(await alias("show", "aliased", "--source")).toContain("through the alias");
});

describe("--json", () => {
  test.each([
    ["runs"],
    ["show", "seen"],
    ["show", "seen", "first"],
    ["why", "seen"],
    ["logs", "seen", "first"],
    ["graph", "seen"],
    ["workflow", "list"],
    ["workflow", "show", "seen"],
    ["workflow", "status", "seen"],
    ["worker", "list"],
    ["status"],
    ["up"],
    ["db", "check"],
    ["db", "backup"],
    ["version"],
    ["stop", "seen"],
  ])("of `gaia %s %s` is one document", async (...words) => {
    const end = await gaia.gaia(...words, "--json");
    expect(end).toMatchObject({ status: 0, stderr: "" });
    expect(typeof JSON.parse(end.stdout)).toBe("object");
  });

  test.each([
    [["show", "sene"], "not_found"],
    [["run", "none.yaml"], "invalid_request"],
    [["run", "wrong.yaml"], "invalid_definition"],
    [["nonsense"], "invalid_request"],
  ])("of an error is one on stderr: %j", async (words, code) => {
    gaia.write("wrong.yaml", workflow("wrong", "{id: a, comand: echo}"));
    const end = await gaia.gaia(...words, "--json");
    expect(end).toMatchObject({ status: 2, stdout: "" });
    expect(JSON.parse(end.stderr).error).toMatchObject({ code, message: expect.any(String) });
  });

  test("of a run is one object a line, from its start to its end", async () => {
    const end = await gaia.runFile(workflow("lines", "{id: a, command: 'echo out; exit 2'}"), "--json", "-v");
    expect(end).toMatchObject({ status: 1, stderr: "" });
    const objects = end.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects[0]).toMatchObject({ type: "started", number: 1 });
    expect(objects.at(-1)).toMatchObject({ type: "end", run: { status: "failed" }, exit_status: 1 });
    const text = objects.filter(({ type }) => type === "log").map((object) => object.text);
    expect(text.join("")).toBe("out\n");
  });
});

describe("a server that is killed during `gaia run`", () => {
  async function killedWhile(command: CommandLine, said: string): Promise<void> {
    await command.said(said);
    const { pid } = (await gaia.ask("/api/v1/system")).json;
    process.kill(pid, "SIGKILL");
  }

  test("is started again; the command goes on, and the task ran once", async () => {
    const file = gaia.write(
      "once.yaml",
      workflow(
        "once",
        "{id: a, command: 'echo begun >> marks; while [ ! -e go ]; do sleep 0.05; done; echo ended >> marks'}",
      ),
    );
    const command = gaia.command("run", file);
    await killedWhile(command, "running");
    await command.said("starting it again");
    gaia.write("go", "");
    const end = await command.ended;
    expect(end.status).toBe(0);
    expect(gaia.read("marks")).toBe("begun\nended\n");
    const job = await gaia.job("@", "a");
    expect(job.attempts).toHaveLength(1);
  });
});

describe("gaia retry", () => {
  test("--failed keeps what completed, and runs the rest", async () => {
    const definition = workflow(
      "half",
      "{id: build, command: echo built >> count; echo v=7 > $GAIA_OUTPUT}",
      "{id: test, command: 'test -e mended', dependencies: [build]}",
      "{id: ship, command: 'echo ${tasks.build.outputs.v}', dependencies: [test]}",
    );
    expect((await gaia.runFile(definition)).status).toBe(1);
    gaia.write("mended", "");
    expect((await gaia.gaia("retry", "@failed", "--failed")).status).toBe(0);
    expect(gaia.read("count")).toBe("built\n");
    expect((await gaia.log("half", "ship")).toString()).toBe("7\n");
    const { json } = await gaia.ask("/api/v1/runs/half");
    expect(json).toMatchObject({ number: 2, status: "completed", trigger: "retry" });
    const again = await gaia.gaia("retry", "half", "--failed");
    expect(again.status).toBe(1);
    expect(again.stderr).toContain("Nothing failed");
  });

  test("--from a task with --ignore counts a failure as success", async () => {
    const definition = workflow(
      "ignored",
      "{id: lint, command: exit 1}",
      "{id: ship, command: echo shipped, dependencies: [lint]}",
    );
    expect((await gaia.runFile(definition)).status).toBe(1);
    expect((await gaia.gaia("retry", "ignored", "--from", "ship", "--ignore", "lint")).status).toBe(0);
    expect((await gaia.log("ignored", "ship")).toString()).toBe("shipped\n");
  });
});
