import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandLine, endCommands, gaia, temporaryHome, waitFor } from "../testing/command-line.ts";
import { endedWith, jobView, runningSince, runView } from "../testing/objects.ts";
import { ScriptedServer, type ScriptedRun } from "../testing/scripted-server.ts";

let place: ReturnType<typeof temporaryHome>;
let server: ScriptedServer;
let file: string;

beforeEach(async () => {
  place = temporaryHome();
  server = new ScriptedServer(place.socket);
  await server.listen();
  file = join(place.home, "ci.yaml");
  writeFileSync(file, "name: ci\ntasks: []\n");
});

afterEach(async () => {
  await endCommands();
  await server.close();
  place.remove();
});

function ci(): ScriptedRun {
  return server.add(runView(), [
    jobView(0, "install"),
    jobView(1, "test", { dependencies: ["install"], max_attempts: 2 }),
    jobView(2, "package", { dependencies: ["test"] }),
  ]);
}

function fail(run: ScriptedRun): void {
  run.job("install", runningSince(new Date().toISOString()));
  run.job("install", endedWith("completed", 3100, 0));
  run.print("test", "FAIL src/parse.test.ts > rejects a cycle\n\u001B[31mexpected\u001B[0m 'a → b'\n", true);
  run.job("test", { ...endedWith("failed", 8000, 1), attempt: 2 });
  run.job("package", { status: "skipped", reason: "needs test" });
  run.run({ status: "failed", ended_at: "2026-11-21T09:35:12.700Z", duration_ms: 12_700 });
}

test("a failed run prints one line per change, the last lines of what failed, and what to do next", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", "ci.yaml"]);
  await command.said("ci · run #14");
  fail(run);
  const end = await command.ended;
  expect(end.status).toBe(1);
  expect(end.stdout).toBe("  ✗ ci failed in 12.7 s: test exited with 1\n");
  const lines = end.stderr
    .split("\n")
    .map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ""))
    .filter((line) => line !== "");
  expect(lines).toEqual([
    "ci · run #14 (run_0199aa00b7c07000a000000000000014)",
    "install   running",
    "install   completed in 3.1 s",
    "test      failed in 8.0 s: exit 1, attempt 2 of 2",
    "package   skipped: needs test",
    "  test · last lines (gaia logs @ test)",
    "    FAIL src/parse.test.ts > rejects a cycle",
    "    expected 'a → b'",
    "    again gaia retry @ --failed      why gaia why @ package      in its folder gaia debug @ test",
  ]);
});

test("no shell is offered in the place of a job that has no process, such as a program's", async () => {
  const run = ci();
  server.route(({ path }) =>
    path.endsWith("/jobs/test/environment")
      ? {
          status: 422,
          body: { error: { code: "unsupported", message: "no process", details: {}, request_id: "r" } },
        }
      : null,
  );
  const command = new CommandLine(place.home, ["run", "ci.yaml"]);
  await command.said("ci · run #14");
  fail(run);
  const { stderr } = await command.ended;
  expect(stderr).toMatch(/again gaia retry @ --failed +why gaia why @ package +look gaia show @\n$/);
});

test("a task that no worker can take is told of once, with what it needs and how to go on", async () => {
  const run = ci();
  const reason = "no worker with tag `gpu` is connected";
  const because = [reason, "it needs tag `gpu`; `local` has `linux`, `x64`"];
  server.route(({ path }) =>
    path.endsWith("/ci#14/why")
      ? { status: 200, body: { subject: "test", status: "queued", sentence: "", because, actions: [] } }
      : null,
  );
  const command = new CommandLine(place.home, ["run", "ci.yaml"]);
  await command.said("ci · run #14");
  run.job("install", { status: "queued", reason });
  run.job("test", { status: "queued", reason });
  const sentence =
    "No worker can take `install`: it needs tag `gpu`; `local` has `linux`, `x64`. The run waits. " +
    "Add a worker with what it needs, or stop it:  gaia stop ci#14";
  await command.said(sentence);
  run.run({ status: "cancelled", ended_at: "2026-11-21T09:35:01.000Z", duration_ms: 1000 });
  const end = await command.ended;
  expect(end.stderr.split("No worker can take")).toHaveLength(2);
});

test("an attempt after a lost one is not counted against the policy", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", "ci.yaml"]);
  await command.said("ci · run #14");
  run.job("test", { ...runningSince(new Date().toISOString()), attempt: 2, max_attempts: 2 });
  await command.said("test      running, attempt 2 of 2");
  run.job("test", { attempt: 3, max_attempts: 2 });
  await command.said("test      running, attempt 3: one before it was lost");
  run.run({ status: "completed", ended_at: "2026-11-21T09:35:01.000Z", duration_ms: 1000 });
  await command.ended;
});

test("everything that is wrong with the inputs is told, not only the first", async () => {
  const problems = ["unknown input `zz`; there are n, b", "the input `n` does not fit: 7 is larger than 5"];
  const error = { code: "invalid_input", message: `${problems[0]} (and 1 more)`, details: { problems } };
  server.route(({ method }) =>
    method === "POST" ? { status: 400, body: { error: { ...error, request_id: "r" } } } : null,
  );
  const end = await gaia(place.home, "run", file);
  expect(end.status).toBe(2);
  expect(end.stderr).toBe(problems.map((problem) => `  ✗ ${problem}\n`).join(""));
});

test("a run whose child run failed points at that run, which has the output", async () => {
  const run = server.add(runView(), [jobView(0, "call", { kind: "child", max_attempts: 2 })]);
  const reason = "its run run_1_0-2 failed, attempt 2 of 2";
  run.job("call", {
    ...endedWith("failed", 8000, 0),
    exit_code: null,
    reason,
    attempt: 2,
    child_run: "run_1_0-2",
  });
  run.run({ status: "failed", ended_at: "2026-11-21T09:35:12.700Z", duration_ms: 12_700 });
  const end = await gaia(place.home, "run", "ci.yaml");
  expect(end.stdout).toBe("  ✗ ci failed in 12.7 s: call: its run run_1_0-2 failed, attempt 2 of 2\n");
  expect(end.stderr).toContain("  call · its run run_1_0-2 failed, attempt 2 of 2 (gaia why run_1_0-2)\n");
});

test("what is sent: the definition, its folder, inputs, variables, the caller's environment, an idempotency key", async () => {
  ci().run({ status: "completed", ended_at: "2026-11-21T09:35:01.000Z", duration_ms: 1000 });
  writeFileSync(join(place.home, "token"), "s3cret\n");
  const words = [
    "run",
    file,
    "-i",
    "target=a=b",
    "--input",
    "token=@token",
    "--var",
    "x=@@y",
    "--env",
    "EXTRA=1",
    "--env",
    "HOME",
  ];
  const end = await new CommandLine(place.home, words, { env: { COLUMNS: "200" } }).ended;
  expect(end.status).toBe(0);
  const post = server.received.find((one) => one.method === "POST");
  expect(post?.path).toBe("/api/v1/runs");
  expect(post?.headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
  const body: Record<string, Record<string, string>> = JSON.parse(post?.body ?? "{}");
  expect(body).toMatchObject({
    definition: "name: ci\ntasks: []\n",
    file: "ci.yaml",
    work_dir: place.home,
    inputs: { target: "a=b", token: "s3cret" },
    variables: { x: "@y" },
    environment: { EXTRA: "1", HOME: process.env["HOME"], PATH: process.env["PATH"] },
  });
  expect(body["environment"]).not.toHaveProperty("COLUMNS");
});

test("a completed run exits 0 and tells its outputs on stdout", async () => {
  const run = ci();
  run.run({
    status: "completed",
    ended_at: "2026-11-21T09:35:04.600Z",
    duration_ms: 4600,
    outputs: { url: "http://x", n: 3 },
  });
  const end = await gaia(place.home, "run", file);
  expect(end.status).toBe(0);
  expect(end.stdout).toBe("  ✓ ci completed in 4.6 s\nurl=http://x\nn=3\n");
});

test("--detach prints the run's id and nothing else on stdout", async () => {
  const run = ci();
  const end = await gaia(place.home, "run", file, "--detach");
  expect(end).toMatchObject({ status: 0, stdout: `${run.view.id}\n` });
  expect(end.stderr).toBe("    watch gaia watch ci#14      stop gaia stop ci#14\n");
});

test("--json is one object a line, the last one the end with the exit status", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", file, "--json", "--verbose"]);
  await command.said('"snapshot"');
  fail(run);
  const end = await command.ended;
  const objects: { type: string; exit_status?: number; text?: string }[] = end.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(objects[0]).toEqual({ type: "started", run_id: run.view.id, number: 14, status: "running" });
  expect(objects.filter((one) => one.type === "job")).toHaveLength(4);
  expect(objects.find((one) => one.type === "log")?.text).toContain("rejects a cycle");
  expect(objects.at(-1)).toMatchObject({ type: "end", exit_status: 1 });
  expect(end).toMatchObject({ status: 1, stderr: "" });
});

test("Ctrl-C stops the run, shows the stopping, and exits 130", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", file]);
  await command.said("ci · run #14");
  run.onStop = () => {
    run.job("install", { status: "cancelled", reason: "the run was stopped" });
    run.run({
      status: "cancelled",
      ended_at: "2026-11-21T09:35:02.000Z",
      duration_ms: 2000,
      reason: "stopped by ada",
    });
  };
  command.process.kill("SIGINT");
  const end = await command.ended;
  expect(end.status).toBe(130);
  expect(end.stderr).toContain("stopping the run");
  expect(end.stderr).toContain("cancelled: the run was stopped");
  expect(end.stdout).toContain("ci cancelled in 2.0 s: stopped by ada");
});

test("a second Ctrl-C leaves at once while the run is still stopping", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", file]);
  await command.said("ci · run #14");
  run.onStop = () => run.job("install", { status: "stopping" });
  command.process.kill("SIGINT");
  await command.said("install   stopping");
  command.process.kill("SIGINT");
  const end = await command.ended;
  expect(end.status).toBe(130);
  expect(end.stderr).toContain("The server goes on stopping the run.");
});

test("a connection that breaks is taken up again where it was, without a line twice", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", file]);
  await command.said("ci · run #14");
  run.job("install", runningSince(new Date().toISOString()));
  await command.said("install   running");
  run.cut();
  run.job("install", endedWith("completed", 3100, 0));
  await command.said("install   completed");
  expect(server.received.at(-1)?.headers["last-event-id"]).toBe("2");
  run.run({ status: "completed", ended_at: "2026-11-21T09:35:04.600Z", duration_ms: 4600 });
  const end = await command.ended;
  expect(end.status).toBe(0);
  expect(end.stderr.match(/install {3}running/g)).toHaveLength(1);
});

test("a server that shuts down in good order and stays away ends the command with status 3", async () => {
  const run = ci();
  const command = new CommandLine(place.home, ["run", file]);
  await command.said("ci · run #14");
  await waitFor("the watcher", () => run.watchers === 1);
  run.finishStreams();
  await server.close();
  const end = await command.ended;
  expect(end.status).toBe(3);
  expect(end.stderr).toContain("The server is being stopped.");
  expect(end.stderr).toContain("gaia up");
});

test("an invalid file is told with its line, and exits 2", async () => {
  const problem = {
    severity: "error",
    message: "unknown key `tsaks`; did you mean `tasks`?",
    file: "ci.yaml",
    line: 2,
    column: 1,
    length: 5,
    path: [],
  };
  const error = {
    code: "invalid_definition",
    message: "The file has a problem.",
    details: { problems: [problem] },
    request_id: "r",
  };
  server.route(({ method }) => (method === "POST" ? { status: 400, body: { error } } : null));
  const end = await gaia(place.home, "run", file);
  expect(end.status).toBe(2);
  expect(end.stderr).toContain("✗ ci.yaml:2:1  unknown key `tsaks`; did you mean `tasks`?");
  expect(end.stderr).toContain("^^^^^");
  expect(end.stderr).toContain("1 problem. Nothing was started.");
});

test.each([
  [["run", "absent.yaml"], "absent.yaml cannot be read: there is no such file."],
  [["run", "."], ". cannot be read: it is a folder."],
  [["run", "ci.yaml", "--input", "novalue"], "--input wants NAME=VALUE, not `novalue`."],
  [["run", "ci.yaml", "--env", "GAIA_TEST_ABSENT"], "--env GAIA_TEST_ABSENT: there is no such variable"],
  [["run", "ci.yaml", "--priority", "11"], "--priority is at most 10"],
  [["run", "ci.yaml", "--priority", "high"], "--priority wants a whole number"],
])("%j is refused before anything is started", async (words, sentence) => {
  const end = await gaia(place.home, ...words);
  expect(end.status).toBe(2);
  expect(end.stderr).toContain(sentence);
  expect(server.received).toEqual([]);
});

test("a log that cannot be read is never called empty, and leaves no stack trace", async () => {
  const run = ci();
  const error = {
    code: "internal",
    message: "Something went wrong inside Gaia.",
    details: {},
    request_id: "r",
  };
  server.route(({ path }) => (path.endsWith("/log") ? { status: 500, body: { error } } : null));
  const command = new CommandLine(place.home, ["run", file, "--verbose"]);
  await command.said("ci · run #14");
  fail(run);
  const end = await command.ended;
  expect(end.status).toBe(1);
  expect(end.stderr).toContain("the log of test cannot be read: Something went wrong inside Gaia.");
  expect(end.stderr).toContain("test · exit 1, attempt 2 of 2; its log cannot be read");
  expect(end.stderr).not.toContain("printed nothing");
  expect(end.stderr).not.toMatch(/\n\s+at /);
});
