import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ActivityEntry, InboxItem, TriggerView } from "@gaia/contracts/screens.ts";
import { CommandLine, endCommands, gaia, temporaryHome, waitFor } from "../testing/command-line.ts";
import { endedWith, jobView, runningSince, runView } from "../testing/objects.ts";
import { ScriptedServer, type ScriptedRun } from "../testing/scripted-server.ts";

let place: ReturnType<typeof temporaryHome>;
let server: ScriptedServer;
let run: ScriptedRun;

beforeEach(async () => {
  place = temporaryHome();
  server = new ScriptedServer(place.socket);
  await server.listen();
  run = server.add(runView({ inputs: { target: "staging" } }), [
    jobView(0, "install", { ...endedWith("completed", 3100, 0), outputs: { url: "http://x" } }),
    jobView(1, "test", { ...endedWith("failed", 8000, 1), attempt: 2, max_attempts: 2 }),
    jobView(2, "package", { status: "skipped", reason: "needs test", dependencies: ["test"] }),
  ]);
  run.print("install", "added 212 packages\n", true);
});

afterEach(async () => {
  await endCommands();
  await server.close();
  place.remove();
});

test("runs: a table, ids only with --quiet, the document with --json", async () => {
  const table = await gaia(place.home, "runs", "--status", "running");
  expect(table.stdout.split("\n")[0]).toMatch(/^RUN +STATUS +TASKS +TOOK +STARTED +ID$/);
  expect(table.stdout).toMatch(/ci#14 {2}◐ running {4}3\/3 .* run_0199aa00b7c07000a000000000000014\n/);
  expect((await gaia(place.home, "runs", "-q")).stdout).toBe("run_0199aa00b7c07000a000000000000014\n");
  const document: { items: { id: string }[] } = JSON.parse((await gaia(place.home, "runs", "--json")).stdout);
  expect(document.items[0]?.id).toBe(run.view.id);
  expect((await gaia(place.home, "runs", "--status", "faild")).stderr).toContain("Did you mean `failed`?");
});

test("show: the tree, then facts; of a task its command and outputs", async () => {
  const shown = await gaia(place.home, "show", "@");
  expect(shown.stdout).toContain("  ✓ install          3.1 s   added 212 packages\n");
  expect(shown.stdout).toContain("  ✗ test             8.0 s   exit 1, attempt 2 of 2\n");
  expect(shown.stdout).toContain("input      target = staging");
  const task = await gaia(place.home, "show", "ci#14", "inst");
  expect(task.stdout).toContain("✓ install completed");
  expect(task.stdout).toContain("command    make install");
  expect(task.stdout).toContain("output     url = http://x");
});

test("an unknown run or task names the nearest one", async () => {
  expect((await gaia(place.home, "show", "ci#41")).stderr).toContain("Did you mean `ci#14`?");
  const task = await gaia(place.home, "logs", "@", "isntall");
  expect(task).toMatchObject({ status: 2, stdout: "" });
  expect(task.stderr).toContain("The run `@` has no task `isntall`. Did you mean `install`?");
});

test("what is missing of a task that is there is not taken for the task", async () => {
  const message = "`test` has no attempt 9; it has attempts 1 to 2.";
  server.route(({ path, query }) =>
    path.endsWith("/jobs/test/log") && query.get("attempt") === "9"
      ? { status: 404, body: { error: { code: "not_found", message, details: {}, request_id: "r" } } }
      : null,
  );
  const end = await gaia(place.home, "logs", "@", "test", "--attempt", "9");
  expect(end).toMatchObject({ status: 2, stdout: "", stderr: `  ✗ ${message}\n` });
});

test.each([
  [["--json", "runs"]],
  [["-q", "--json", "workflow", "--json", "status", "ci"]],
  [["workflow", "--json", "status", "ci"]],
])("%j: a flag of every command may stand before the command", async (words) => {
  const end = await gaia(place.home, ...words);
  expect(end).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(end.stdout)).toHaveProperty(words.includes("runs") ? "items" : "jobs");
});

test("logs of one task are what it wrote, byte by byte; --tail cuts lines", async () => {
  run.print("test", "one\r\n\u001B[31mtwo\u001B[0m\nthree, without an end", true);
  expect((await gaia(place.home, "logs", "@", "test")).stdout).toBe(
    "one\r\n\u001B[31mtwo\u001B[0m\nthree, without an end",
  );
  expect((await gaia(place.home, "logs", "@", "test", "--tail", "2")).stdout).toBe(
    "\u001B[31mtwo\u001B[0m\nthree, without an end",
  );
  expect((await gaia(place.home, "logs", "@", "test", "--tail", "0")).stdout).toBe("");
  const document: unknown = JSON.parse(
    (await gaia(place.home, "logs", "@", "test", "--tail", "1", "--json")).stdout,
  );
  expect(document).toMatchObject({ job: "test", attempt: 2, ended: true, text: "three, without an end" });
});

test("debug runs a command where the task ran, with what it was given, and leaves nothing", async () => {
  const given = {
    key: "test",
    work_dir: place.home,
    shell: ["sh", "-c"],
    command: 'echo "again ${GAIA_VALUE_1}"',
    environment: { PATH: process.env["PATH"], GAIA_VALUE_1: "a; b", GAIA_TASK: "test" },
    secrets: { TOKEN: "NPM_TOKEN", HIDDEN: "NOT_THERE" },
  };
  server.route(({ path }) => (path.endsWith("/jobs/test/environment") ? { status: 200, body: given } : null));
  const script =
    'pwd; sh -c "$GAIA_COMMAND"; echo "$TOKEN [$HIDDEN] $GAIA_OUTPUT"; test -w "$GAIA_OUTPUT"; exit 7';
  const words = ["debug", "@", "te", "--", "sh", "-c", script];
  const end = await new CommandLine(place.home, words, { env: { NPM_TOKEN: "s3cret", OTHER: "1" } }).ended;
  const [folder, again, values = ""] = end.stdout.split("\n");
  expect([end.status, folder, again]).toEqual([7, place.home, "again a; b"]);
  const [, output = ""] = /^s3cret \[\] (\/.*\/output)$/.exec(values) ?? [];
  expect(output).not.toBe("");
  expect(existsSync(dirname(output))).toBe(false);
  expect(end.stderr).toBe(
    "  ! Not set: HIDDEN (secret NOT_THERE). Secrets come from your environment here.\n",
  );
  const killed = await gaia(place.home, "debug", "@", "test", "--", "sh", "-c", "kill -TERM $$");
  expect(killed.status).toBe(143);
  expect(JSON.parse((await gaia(place.home, "debug", "@", "test", "--json")).stdout)).toEqual(given);
});

test("debug without a terminal asks for a command; without the folder or the program it says so", async () => {
  const given = { key: "test", work_dir: "/nowhere", shell: [], command: "", environment: {}, secrets: {} };
  server.route(({ path }) => (path.endsWith("/environment") ? { status: 200, body: given } : null));
  const bare = await gaia(place.home, "debug", "@", "test");
  expect(bare).toMatchObject({ status: 2, stdout: "" });
  expect(bare.stderr).toContain("gaia debug @ test -- COMMAND");
  expect((await gaia(place.home, "debug", "@", "test", "--", "true")).stderr).toContain(
    "The folder /nowhere of `test` is not on this machine.",
  );
  given.work_dir = place.home;
  expect((await gaia(place.home, "debug", "@", "test", "--", "no-such-program")).stderr).toContain(
    "`no-such-program` cannot be started: there is no such program.",
  );
});

test("logs of all tasks carry the task before each line", async () => {
  run.print("test", "FAIL\n", true);
  expect((await gaia(place.home, "logs")).stdout).toBe("install │ added 212 packages\ntest    │ FAIL\n");
});

test("logs -f goes on until the run ends, and ends with Ctrl-C by 130", async () => {
  run.job("test", { ...runningSince(new Date().toISOString()), ended_at: null });
  const command = new CommandLine(place.home, ["logs", "@", "test", "-f"]);
  run.print("test", "first\n");
  await command.said("first");
  run.print("test", "second\n");
  await command.said("second");
  command.process.kill("SIGINT");
  expect((await command.ended).status).toBe(130);
  const other = new CommandLine(place.home, ["logs", "@", "test", "-f"]);
  await other.said("second");
  run.job("test", endedWith("completed", 10, 0));
  run.run({ status: "completed", ended_at: "2026-11-21T09:35:12.700Z", duration_ms: 12_700 });
  expect(await other.ended).toMatchObject({ status: 0, stdout: "first\nsecond\n" });
});

test("a log of many megabytes passes through, and a reader that leaves early ends it without a word", async () => {
  run.print("test", "0123456789abcdef\n".repeat(400_000), true);
  const whole = await gaia(place.home, "logs", "@", "test");
  expect(whole.stdout.length).toBe(6_800_000);
  const command = new CommandLine(place.home, ["logs", "@", "test"]);
  command.process.stdout?.once("data", () => command.process.stdout?.destroy());
  expect(await command.ended).toMatchObject({ status: 0, stderr: "" });
});

test("why and its actions", async () => {
  const body = {
    subject: "package",
    status: "skipped",
    sentence: "package is skipped.",
    because: ["test failed (exit 1)"],
    actions: [{ label: "to run it anyway", command: "gaia retry @ --from package --ignore test" }],
  };
  server.route(({ path }) => (path.endsWith("/why") ? { status: 200, body } : null));
  expect((await gaia(place.home, "why", "@", "package")).stdout).toBe(
    "  package is skipped.\n    because  test failed (exit 1)\n    to run it anyway:  gaia retry @ --from package --ignore test\n",
  );
});

test("logs of a task that starts child runs say where their output is, and those of the run pass it over", async () => {
  run.job("test", {
    kind: "child",
    attempt: 2,
    child_run: "run_1_1-2",
    started_at: new Date().toISOString(),
  });
  run.print("install", "installed\n", true);
  run.job("install", { ...endedWith("completed", 900, 0), attempt: 1 });
  const one = await gaia(place.home, "logs", "@", "test");
  expect([one.status, one.stderr]).toEqual([
    0,
    "  What test started prints in its own run: gaia logs run_1_1-2\n",
  ]);
  const all = await gaia(place.home, "logs", "@");
  expect([all.status, all.stdout.includes("installed"), all.stderr]).toEqual([0, true, ""]);
});

test("stop waits until the run has ended, and names what could not be stopped", async () => {
  run.job("test", { ...runningSince(new Date().toISOString()), ended_at: null });
  run.onStop = () => {
    run.job("test", { status: "cancelled", survivors: [4711], ended_at: "2026-11-21T09:35:12.700Z" });
    run.run({
      status: "cancelled",
      ended_at: "2026-11-21T09:35:12.700Z",
      duration_ms: 12_700,
      reason: "stopped by ada",
    });
  };
  const end = await gaia(place.home, "stop", "@", "-m", "wrong branch");
  expect(end.status).toBe(1);
  expect(end.stdout).toBe("  ⊘ ci cancelled in 12.7 s: stopped by ada\n");
  expect(end.stderr).toContain("test could not be stopped: pid 4711");
  const post = server.received.find((one) => one.path.endsWith("/stop"));
  expect(JSON.parse(post?.body ?? "")).toEqual({ comment: "wrong branch", force: false });
  expect((await gaia(place.home, "stop", "@")).stderr).toContain("ci #14 has ended already: cancelled.");
});

test("stop of a task waits until it has ended, and leaves the run alone", async () => {
  const reason = "stopped by ada at 2026-11-21T09:35:12Z: stuck";
  run.job("test", { ...runningSince(new Date().toISOString()), ended_at: null, status: "stopping" });
  run.onStop = () =>
    setImmediate(() =>
      run.job("test", { status: "cancelled", ended_at: "2026-11-21T09:35:12.700Z", reason }),
    );
  const end = await gaia(place.home, "stop", "ci#14", "tes", "-m", "stuck");
  expect(end).toMatchObject({ status: 0, stdout: `  ⊘ test cancelled: ${reason}\n` });
  expect(end.stderr).toBe("  Stopping test …\n");
  const post = server.received.find((one) => one.path.endsWith("/jobs/test/stop"));
  expect(JSON.parse(post?.body ?? "")).toEqual({ comment: "stuck", force: false });
  run.job("test", { survivors: [4711] });
  const again = await gaia(place.home, "stop", "@", "test", "--json");
  expect(again.status).toBe(1);
  expect(JSON.parse(again.stdout)).toMatchObject({ key: "test", status: "cancelled", survivors: [4711] });
  expect((await gaia(place.home, "stop", "@", "tset")).stderr).toContain("Did you mean `test`?");
});

test("watch leaves the run alone on Ctrl-C", async () => {
  const command = new CommandLine(place.home, ["watch"]);
  await command.said("ci · run #14");
  await waitFor("the watcher", () => run.watchers === 1);
  command.process.kill("SIGINT");
  const end = await command.ended;
  expect(end.status).toBe(130);
  expect(end.stderr).toContain("The run goes on.");
  expect(server.received.some((one) => one.method === "POST")).toBe(false);
});

test("retry sends what to keep, and approve its comment", async () => {
  server.route(({ path, method }) =>
    method === "POST" && path.endsWith("/retry")
      ? { status: 201, body: { run_id: run.view.id, number: 15, status: "running" } }
      : null,
  );
  const retried = await gaia(place.home, "retry", "@", "--from", "package", "--ignore", "test", "--detach");
  expect(retried).toMatchObject({ status: 0, stdout: `${run.view.id}\n` });
  const post = server.received.find((one) => one.path.endsWith("/retry"));
  expect(JSON.parse(post?.body ?? "")).toEqual({ from: "package", ignore: ["test"] });
  expect((await gaia(place.home, "approve", "@", "package", "-m", "seen")).stdout).toBe(
    "  ✓ package approved\n",
  );
  expect(server.received.at(-1)).toMatchObject({
    path: "/api/v1/runs/@/jobs/package/approve",
    body: '{"comment":"seen"}',
  });
});

test("inbox: what waits, for how long, and how to answer", async () => {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const item: InboxItem = {
    id: "run_1.2",
    kind: "approval",
    run: { id: "run_1", number: 3, pipeline: "release" },
    task: { key: "gate", name: "Ship it?" },
    question: "Ship 1.2\nto everybody?",
    description: "",
    asked_at: at(-5),
    due_at: at(55.5),
    on_timeout: "reject",
    unblocks: ["deploy"],
    started_by: { kind: "user", id: "local", via: "cli" },
  };
  let items: readonly InboxItem[] = [item];
  server.route(({ path }) =>
    path === "/api/v1/inbox" ? { status: 200, body: { items, next_cursor: null } } : null,
  );
  const told = await gaia(place.home, "inbox");
  expect(told.stdout).toMatch(
    /^RUN +TASK +ASKED +LEFT +QUESTION\nrelease#3 +gate +5 min ago +55m\d\ds +Ship 1.2 to everybody\?\n$/,
  );
  expect(told.stderr).toContain("gaia approve release#3 gate");
  expect((await gaia(place.home, "inbox", "-q")).stdout).toBe("release#3 gate\n");
  expect(JSON.parse((await gaia(place.home, "inbox", "--json")).stdout)).toEqual({
    items,
    next_cursor: null,
  });
  items = [];
  expect(await gaia(place.home, "inbox")).toMatchObject({ stdout: "", status: 0 });
});

test("triggers: what starts by itself, soonest first", async () => {
  const trigger: TriggerView = {
    id: "trg_1",
    pipeline: "nightly",
    kind: "cron",
    text: "every day at 02:30, Europe/Berlin",
    armed: true,
    schedule: "30 2 * * *",
    timezone: "Europe/Berlin",
    missed: "once",
    paused: false,
    next: ["2026-11-22T01:30:00.000Z"],
    last_at: new Date(Date.now() - 7_200_000).toISOString(),
    last_run: null,
    address: null,
    last_delivery: null,
    status_problem: null,
  };
  const idle = { paused: false, next: [], last_at: null };
  const unscheduled = { ...trigger, ...idle, schedule: null, timezone: null, missed: null };
  const items: readonly TriggerView[] = [
    trigger,
    { ...trigger, ...idle, pipeline: "off", paused: true },
    { ...unscheduled, pipeline: "after", kind: "pipeline", text: "when a run of build has completed" },
    { ...unscheduled, pipeline: "hook", kind: "webhook", text: "webhook push", armed: false },
    {
      ...unscheduled,
      pipeline: "ship",
      kind: "webhook",
      text: "webhook POST /api/v1/hooks/ship/push, signed with PUSH",
      address: "/api/v1/hooks/ship/push",
      last_delivery: {
        at: new Date(Date.now() - 7_200_000).toISOString(),
        status: "refused",
        event: null,
        message: "its signature is missing",
        run: null,
      },
    },
  ];
  server.route(({ path }) =>
    path === "/api/v1/triggers" ? { status: 200, body: { items, next_cursor: null } } : null,
  );
  const told = await gaia(place.home, "triggers", "--pipeline", "nightly");
  expect(told.stderr).toContain("ship: the last delivery was refused: its signature is missing");
  const lines = told.stdout.split("\n");
  expect(lines[0]).toMatch(/^PIPELINE +NEXT +LAST +WHEN$/);
  expect(lines[1]).toMatch(/^nightly +2026-11-2\d \d\d:30:00 +2 h ago +every day at 02:30, Europe\/Berlin$/);
  expect(lines[2]).toMatch(/^off +paused +every day/);
  expect(lines[3]).toMatch(/^after +when a run of build has completed$/);
  expect(lines[4]).toMatch(/^hook +not armed +webhook push$/);
  expect(lines[5]).toMatch(
    /^ship +2 h ago, refused +webhook POST \/api\/v1\/hooks\/ship\/push, signed with PUSH$/,
  );
  expect(server.received.at(-1)?.query.get("pipeline")).toBe("nightly");
});

test("activity: who did what, in words, and by its name what this version does not know", async () => {
  const entry = (kind: string, subject: string, body: unknown): ActivityEntry => ({
    cursor: "c",
    at: "2026-11-21T09:35:04.000Z",
    actor: { kind: "user", id: "ana", via: "cli" },
    kind,
    subject,
    body,
  });
  const items = [
    entry("run.started", "ci", { number: 2, trigger: "manual" }),
    entry("run.started", "ci", { number: 3, trigger: "cron" }),
    entry("run.retried", "ci", { number: 4, trigger: "retry" }),
    entry("run.stopped", "ci", { number: 4, comment: "wrong\nbranch" }),
    entry("job.approved", "ci", { number: 5, task: "gate", comment: "" }),
    entry("job.rejected", "ci", { number: 6, task: "gate", comment: "no" }),
    entry("pipeline.saved", "ci", { version: 7 }),
    entry("pipeline.paused", "ci", { version: 7 }),
    entry("trigger.fired", "ci", { webhook: "push", from: "10.0.0.1", delivery: "msg_1" }),
    entry("trigger.fired", "ci", { ref: "refs/heads/main", commit: "4f2a".repeat(10) }),
    entry("trigger.failed", "ci", { run: "run_1", message: "`target` is missing" }),
    entry("database.backed_up", "", { path: "/b.db" }),
    entry("planet.moved", "mars", null),
  ];
  server.route(({ path }) =>
    path === "/api/v1/activity" ? { status: 200, body: { items, next_cursor: null } } : null,
  );
  expect((await gaia(place.home, "activity", "--actor", "ana", "-q")).stdout.trimEnd().split("\n")).toEqual([
    "started ci#2",
    "started ci#3 (cron)",
    "retried a run as ci#4",
    "stopped ci#4: wrong branch",
    "approved gate of ci#5",
    "rejected gate of ci#6: no",
    "saved version 7 of ci",
    "paused ci",
    "took a delivery for ci at its webhook push, from 10.0.0.1: msg_1",
    "saw 4f2a4f2a4f2a at the branch main, and started ci",
    "could not start ci: `target` is missing",
    "copied the database to /b.db",
    "planet.moved mars",
  ]);
  expect(server.received.at(-1)?.query.get("actor")).toBe("ana");
  expect((await gaia(place.home, "activity")).stdout).toMatch(/^WHEN +WHO +WHAT\n.* ana +started ci#2\n/);
});

test("runs are asked for by what they were", async () => {
  const words = ["--started-by", "ana", "--trigger", "cron", "--took-min", "5m", "--took-max", "1h"];
  await gaia(place.home, "runs", ...words, "--sort", "longest");
  const { query } = server.received.at(-1) ?? {};
  const asked = ["started_by", "trigger", "took_min", "took_max", "sort"].map((name) => query?.get(name));
  expect(asked).toEqual(["ana", "cron", "5m", "1h", "longest"]);
});

test("api passes method, path and body on, and exits by the answer", async () => {
  server.route(({ path, method, body }) =>
    path === "/api/v1/echo" ? { status: 200, body: { method, body } } : null,
  );
  const end = await gaia(place.home, "api", "post", "/echo", "--data", "name: ci");
  expect(JSON.parse(end.stdout)).toEqual({ method: "POST", body: "name: ci" });
  expect(server.received.at(-1)?.headers["content-type"]).toBe("application/yaml");
  const missing = await gaia(place.home, "api", "GET", "/api/orchestration/none");
  expect(missing.status).toBe(2);
  expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: "not_found" } });
  expect((await gaia(place.home, "api", "GTE", "/runs")).stderr).toContain("Did you mean `GET`?");
});

test("completion knows commands, flags, runs, tasks, files, and never fails", async () => {
  const words = async (...typed: string[]) =>
    (await gaia(place.home, "__complete", "--", ...typed)).stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")[0]);
  expect(await words("sto")).toEqual(["stop"]);
  expect(await words("workflow", "s")).toEqual(["show", "start", "stop", "status"]);
  expect(await words("logs", "@", "te")).toEqual(["test"]);
  expect(await words("show", "")).toEqual(["@", "@failed", "ci#14"]);
  expect(await words("run", "")).toEqual([":files"]);
  expect(await words("retry", "@", "--from", "pa")).toEqual(["package"]);
  expect(await words("logs", "@", "--fo")).toEqual(["--follow"]);
  expect(await words("runs", "--status", "fa")).toEqual(["failed"]);
  await server.close();
  expect(await words("show", "")).toEqual([""]);
});

test("doctor names files of the programs folder whose names do not say what they are", async () => {
  const folder = join(place.home, "pipelines");
  mkdirSync(join(folder, "builds"), { recursive: true });
  writeFileSync(join(folder, "orders_golang"), "");
  expect((await gaia(place.home, "doctor")).stdout).toContain(`✓ programs    1 file in ${folder}`);
  writeFileSync(join(folder, "orders_go"), "");
  const told = (await gaia(place.home, "doctor")).stdout;
  expect(told).toContain("! program     not taken: orders_go: its name does not say its language");
  expect(told).toContain(`mv ${join(folder, "orders_go")} NAME_golang`);
});

test("doctor names files of the definitions folder that are not taken", async () => {
  const folder = join(place.home, "workflows", "definitions");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "good.yaml"), "name: good\ntasks: [{id: a, command: x}]\n");
  expect((await gaia(place.home, "doctor")).stdout).toContain(`✓ definitions 1 file in ${folder}`);
  writeFileSync(join(folder, "bad.yaml"), "name: bad\ntasks: [{id: a, comand: x}]\n");
  const told = (await gaia(place.home, "doctor")).stdout;
  expect(told).toContain(
    "! definition  not taken: bad.yaml:2:17 unknown key `comand`; did you mean `command`?",
  );
  expect(told).toContain(`gaia validate ${join(folder, "bad.yaml")}`);
});

test.each([
  [["rnu", "x"], "There is no command `gaia rnu`. Did you mean `gaia run`?"],
  [["workflow", "strat"], "There is no command `gaia workflow strat`. Did you mean `gaia workflow start`?"],
  [["ci.yaml"], "a file is started with `run`."],
  [["nonsense"], "There is no command `gaia nonsense`.\n    gaia --help\n"],
  [["pipeline", "nonsense"], "There is no command `gaia pipeline nonsense`. There are: create, "],
  [["list"], "`gaia list`. Did you mean `gaia workflow list` or `gaia pipeline list`?\n    gaia --help\n"],
  [["pin"], "There is no command `gaia pin`. Did you mean `gaia pipeline pin`?\n    gaia --help\n"],
  [["runs", "--jsno"], "Unknown option `--jsno`. Did you mean `--json`?"],
  [["stop"], "Missing required argument `run`."],
  [["logs", "@", "test", "--tail", "many"], "--tail wants a whole number of at least 0, not `many`."],
  [["completion", "bsh"], "Did you mean `bash`?"],
])("%j exits 2 and says what was meant", async (words, sentence) => {
  const end = await gaia(place.home, ...words);
  expect(end).toMatchObject({ status: 2, stdout: "" });
  expect(end.stderr).toContain(sentence);
  expect(end.stderr).not.toMatch(/\n\s+at /);
});

test("help fits a screen", async () => {
  for (const words of [
    [],
    ["--help"],
    ["run", "--help"],
    ["help", "workflow"],
    ["help", "workflow", "start"],
    ["logs", "-h"],
    ["debug", "-h"],
  ]) {
    const end = await gaia(place.home, ...words);
    const lines = end.stdout.trimEnd().split("\n");
    expect(end).toMatchObject({ status: 0, stderr: "" });
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  }
});

test("the name that the program is called by stands for the noun", async () => {
  const script = join(place.home, "gaia-workflow.mjs");
  writeFileSync(
    script,
    `import { runProcess } from ${JSON.stringify(new URL("../main.ts", import.meta.url).href)};\nawait runProcess(process.argv.slice(2), process.argv[1]);\n`,
  );
  const end = await new CommandLine(place.home, ["--help"], { main: script }).ended;
  expect(end.stdout).toContain("gaia workflow COMMAND");
});
