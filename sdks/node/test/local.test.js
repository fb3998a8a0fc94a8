import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./programs/local.js", import.meta.url));

/** @param {readonly string[]} args @param {Record<string, string>} [env] */
function run(args, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout: stdout.replaceAll(/after \d+\.\d\d s/g, "after N s"), stderr };
}

test("`run` runs all jobs, and prints what happens", () => {
  assert.deepEqual(run(["run"], { TOKEN: "abc" }), {
    status: 0,
    stderr: "",
    stdout: `Build: started
Build: INFO building all
Build: INFO with a token of 3
Build: output file = "all.tar"
Build: succeeded after N s
Test: started
Test: INFO testing "all.tar"
Test: succeeded after N s
Deploy: started
Deploy: skipped after N s: not today
run: succeeded
`,
  });
});

test("arguments come from --arg, before the environment", () => {
  const { stdout } = run(["run", "--arg", "target=docs", "--arg=TOKEN=x=y", "--job", "build"], {
    TOKEN: "abc",
  });
  assert.match(stdout, /INFO building docs\nBuild: INFO with a token of 3\n/);
  assert.match(run(["run", "--arg", "TOKEN="], { TOKEN: "abc" }).stdout, /a token of 0/);
});

test("a job is tried again, and a failure is exit status 1", () => {
  const { status, stdout } = run(["run", "--arg", "failures=1"]);
  assert.equal(status, 0);
  assert.match(stdout, /Test: attempt 1 failed: failure 1\n/);
  const failed = run(["run", "--arg", "failures=2"]);
  assert.equal(failed.status, 1);
  assert.match(failed.stdout, /Test: failed after N s: failure 2\nDeploy: not run\nrun: failed: Test\n$/);
});

test("a value that is none fails the job", () => {
  const { status, stdout } = run(["run", "--arg", "target=x"]);
  assert.equal(status, 1);
  assert.match(stdout, /Build: failed after N s: argument "target" is "x", which is none of all, docs\n/);
});

test("`--job` runs a job and what it depends on", () => {
  const { status, stdout } = run(["run", "--job", "TEST"]);
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /Deploy/);
});

test("`list` lists jobs, dependencies and arguments", () => {
  assert.deepEqual(run(["list"]), {
    status: 0,
    stderr: "",
    stdout: `Build: Builds
  --arg target=all|docs, default "all", What is built
  --arg TOKEN=vault
Test
  after Build
  --arg failures=number, default "0", How often it fails
Deploy
  after Test
Wait (on demand)
`,
  });
});

for (const [args, message] of /** @type {[string[], string][]} */ ([
  [[], "which command?"],
  [["walk"], 'there is no command "walk"'],
  [["run", "now"], '"now" is one word too many'],
  [["run", "--jobs"], "Unknown option '--jobs'"],
  [["run", "--arg", "x"], '--arg "x" is not KEY=VALUE'],
  [["run", "--arg", "x=1"], 'no job that runs has an argument "x"; there are: target, TOKEN, failures'],
  [["run", "--job", "Ship"], 'there is no job "Ship"; there are "Build", "Test", "Deploy", "Wait"'],
])) {
  test(`wrong usage is exit status 2: ${message}`, () => {
    const { status, stdout, stderr } = run(args);
    assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
    assert.ok(stderr.startsWith(message), stderr);
    assert.match(stderr, /node local\.js run \[--arg KEY=VALUE\]/);
  });
}

test("`--help` is usage, and a success", () => {
  const { status, stdout } = run(["--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /node local\.js list/);
});

test("an interruption asks jobs to end, and is exit status 130", async () => {
  const child = spawn(process.execPath, [PROGRAM, "run", "--job", "Wait"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
    if (stdout === "Wait: started\n") child.kill("SIGINT");
  });
  assert.deepEqual(await once(child, "close"), [130, null]);
  assert.match(stdout, /Wait: cancelled after .*: interrupted\nrun: interrupted\n$/);
});
