import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { connect } from "node:tls";
import { all, ask, Host } from "./support/host.js";

const SERVED = new URL("./programs/served.js", import.meta.url);

const host = new Host();
after(() => host.close());
const program = await host.open(SERVED);
const jobs = await all(program.plugin.GetJobs({}));
const description = await ask(program.program, "Describe", {});
/** @param {string} title */
const idOf = (title) => description.jobs.find((/** @type {any} */ job) => job.title === title).id;

/** @param {string} title @param {object[]} [args] */
const execute = (title, args = []) => ask(program.plugin, "ExecuteJob", { unique_id: idOf(title), args });

/**
 * Performs a job: `onMessage` may answer.
 * @param {string} title
 * @param {object} [start]
 * @param {(message: any, stream: any) => void} [onMessage]
 */
async function perform(title, start = {}, onMessage = () => {}) {
  const stream = program.program.Perform();
  stream.write({ start: { job: idOf(title), ...start } });
  /** @type {any[]} */
  const log = [];
  let result;
  for await (const message of stream) {
    if (message.message === "log") log.push([message.log.level, message.log.text]);
    if (message.message === "result") result = message.result;
    onMessage(message, stream);
  }
  return { log, result };
}

test("the first line on stdout is the handshake", () => {
  assert.match(program.line, /^1\|2\|tcp\|127\.0\.0\.1:\d+\|grpc$/);
});

test("a client without a certificate is refused, over TLS 1.2 and 1.3", async () => {
  await assert.rejects(all(program.stranger().GetJobs({})), { code: 14 });
  const port = Number(program.line.split("|")[3].split(":")[1]);
  for (const version of /** @type {const} */ (["TLSv1.2", "TLSv1.3"])) {
    const socket = connect({
      port,
      host: "127.0.0.1",
      minVersion: version,
      maxVersion: version,
      rejectUnauthorized: false,
    });
    // With TLS 1.3 the client is told after its own handshake.
    await assert.rejects(once(socket, "end"), /handshake failure|certificate required/i);
  }
});

test("GetJobs lists the graph as the published protocol has it", () => {
  assert.equal(jobs.length, description.jobs.length - 1);
  assert.ok(!jobs.some(({ title }) => title === "Part"));
  assert.deepEqual(jobs[0], {
    unique_id: idOf("Echo"),
    title: "Echo",
    description: "gives back what it is given",
    dependson: [],
    args: [
      { key: "name", type: "textfield", description: "Who", value: "wörld" },
      { key: "times", type: "textfield", description: "", value: "2" },
      { key: "TOKEN", type: "vault", description: "", value: "" },
    ],
    interaction: null,
  });
  assert.deepEqual(jobs[1].dependson, [idOf("Echo")]);
});

test("Describe tells the rest", () => {
  assert.equal(description.sdk, "gaia-node/0.1.0");
  assert.equal(description.max_parallel, 0);
  const [echo, levels, part] = description.jobs;
  assert.deepEqual(echo.arguments[1], {
    key: "times",
    type: "NUMBER",
    description: "",
    default_value: "2",
    choices: [],
    required: false,
  });
  assert.deepEqual([levels.attempts, levels.timeout_ms, levels.depends_on], [3, 60_000, [idOf("Echo")]]);
  assert.equal(part.on_demand, true);
});

test("health is told for the server and for go-plugin's name", async () => {
  const health = { path: "/grpc.health.v1.Health/Check", pass: (/** @type {Buffer} */ bytes) => bytes };
  /** @param {string} service @returns {Promise<Buffer>} */
  const check = (service) =>
    new Promise((resolve, reject) => {
      const request = Buffer.from([10, service.length, ...Buffer.from(service)]);
      program.plugin.makeUnaryRequest(
        health.path,
        health.pass,
        health.pass,
        request,
        (/** @type {any} */ error, /** @type {Buffer} */ answer) =>
          error === null ? resolve(answer) : reject(error),
      );
    });
  for (const service of ["", "plugin"]) assert.deepEqual([...(await check(service))], [8, 1]);
  await assert.rejects(check("other"), { code: 5 });
});

test("Perform sends all that is known, and the log through the stream alone", async () => {
  const { log, result } = await perform("Echo", {
    title: "Echo 2",
    arguments: { name: "you", other: "x", TOKEN: "s" },
    outputs: { Build: { values: { file: '{"a":1}' } } },
    run: "r1",
    pipeline: "p1",
    attempt: 2,
  });
  assert.deepEqual(log, [["INFO", "hello you"]]);
  assert.equal(result.outcome, "SUCCEEDED");
  assert.deepEqual(parsed(result.outputs), {
    args: { name: "you", times: 2, TOKEN: "s" },
    outputs: { Build: { file: { a: 1 } } },
    context: { title: "Echo 2", run: "r1", pipeline: "p1", attempt: 2 },
  });
  assert.doesNotMatch(program.stderr(), /hello you/);
});

test("ExecuteJob performs with defaults, and its log is stderr", async () => {
  const success = { unique_id: 0, failed: false, exit_pipeline: false, message: "" };
  assert.deepEqual(await execute("Echo", [{ key: "name", value: "Größe ☃" }]), success);
  assert.deepEqual(await execute("Levels"), success);
  await until(() =>
    program
      .stderr()
      .includes("INFO hello Größe ☃\nDEBUG debug\nINFO info\nWARN warn\nERROR error\nINFO two\nINFO lines\n"),
  );
});

test("levels are levels, and a text of two lines is one message", async () => {
  assert.deepEqual((await perform("Levels")).log, [
    ["DEBUG", "debug"],
    ["INFO", "info"],
    ["WARN", "warn"],
    ["ERROR", "error"],
    ["INFO", "two\nlines"],
  ]);
});

for (const [title, message] of [
  ["Fail", "it broke: ☃"],
  ["Reject late", "nobody waits for it"],
  ["Throw late", "a string"],
]) {
  test(`${title}: is a failure in both protocols, and the process lives on`, async () => {
    const { log, result } = await perform(title);
    assert.deepEqual([result.outcome, result.message, log.length], ["FAILED", message, 1]);
    assert.deepEqual(await execute(title), {
      unique_id: idOf(title),
      failed: true,
      exit_pipeline: true,
      message,
    });
  });
}

test("what cannot be looked at fails its job, and the program lives on", async () => {
  const { result } = await perform("Throw odd");
  assert.equal(result.message, "the job threw something that throws when it is looked at");
  assert.equal((await perform("Echo")).result.outcome, "SUCCEEDED");
});

test("what a job throws when it has ended is told on stderr, and nothing else", async () => {
  assert.equal((await perform("Throw too late")).result.outcome, "SUCCEEDED");
  await until(() => program.stderr().includes("ERROR thrown by a job that had ended: Error: after the end"));
  assert.equal((await perform("Echo")).result.outcome, "SUCCEEDED");
});

test("exit and skip are what each protocol has for them", async () => {
  assert.equal((await perform("Exit")).result.outcome, "EXIT_PIPELINE");
  assert.deepEqual(await execute("Exit"), {
    unique_id: idOf("Exit"),
    failed: false,
    exit_pipeline: true,
    message: "enough",
  });
  const { result } = await perform("Skip");
  assert.deepEqual([result.outcome, result.message], ["SKIPPED", "not today"]);
  assert.equal((await execute("Skip")).exit_pipeline, false);
  await until(() => program.stderr().includes('INFO "Skip" is skipped: not today'));
});

test("jobs are added; in the old protocol that is a failure that says what it takes", async () => {
  const { result } = await perform("Grow");
  assert.deepEqual(result.jobs, [
    { title: "Part 1", job: idOf("Part"), arguments: {}, depends_on: ["Echo"] },
  ]);
  assert.match(
    (await execute("Grow")).message,
    /to add jobs to a run takes a Gaia that speaks gaia\.program\.v1/,
  );
});

test("another pipeline is started and awaited; in the old protocol that is a failure", async () => {
  /** @type {any[]} */
  const requests = [];
  const { result } = await perform("Call", {}, (message, stream) => {
    if (message.message !== "request") return;
    requests.push(message.request);
    const run = {
      id: "r7",
      status: "failed",
      outputs: message.request.what === "await_run" ? { answer: "[42]" } : {},
    };
    stream.write({ answer: { request: message.request.id, run } });
  });
  assert.deepEqual(
    requests.map((request) => request[request.what]),
    [{ pipeline: "other", arguments: { x: "1" } }, { run: "r7" }],
  );
  assert.deepEqual(parsed(result.outputs), {
    ended: { id: "r7", status: "failed", outputs: { answer: [42] } },
  });
  assert.match((await execute("Call")).message, /to start another pipeline takes a Gaia/);
});

for (const [name, answer, message] of /** @type {[string, object, string][]} */ ([
  ["is refused", { error: "there is no pipeline `other`" }, "there is no pipeline `other`"],
  ["has no run", {}, "Gaia's answer names no run"],
])) {
  test(`a request that ${name} fails the job, with the reason`, async () => {
    const { result } = await perform("Call", {}, ({ request }, stream) => {
      if (request !== undefined) stream.write({ answer: { request: request.id, ...answer } });
    });
    assert.deepEqual([result.outcome, result.message], ["FAILED", message]);
  });
}

test("a host that ends its side answers nothing more", async () => {
  const { result } = await perform("Call", {}, ({ message }, stream) => {
    if (message === "request") stream.end();
  });
  assert.deepEqual([result.outcome, result.message], ["FAILED", "Gaia answers no more requests of this job"]);
});

/** How often a job of the title `Wait` has ended. */
const waits = () => program.stderr().split("cleaned up").length - 1;

test("a job that is cancelled ends as cancelled", async () => {
  const before = waits();
  const { result } = await perform("Wait", {}, ({ message }, stream) => {
    if (message === "log") stream.write({ cancel: { reason: "run_stopped", grace_ms: 5_000 } });
  });
  assert.deepEqual([result.outcome, result.message], ["CANCELLED", "run_stopped"]);
  // Else the next test would count it.
  await until(() => waits() === before + 1);
});

test("a broken stream, and a broken call, cancel the job", async () => {
  const before = waits();
  const stream = program.program.Perform();
  stream.on("error", () => {});
  stream.write({ start: { job: idOf("Wait") } });
  await once(stream, "data");
  stream.cancel();
  await until(() => waits() === before + 1);
  const call = program.plugin.ExecuteJob({ unique_id: idOf("Wait") }, () => {});
  await until(() => program.stderr().includes("INFO waiting"));
  call.cancel();
  await until(() => waits() === before + 2);
});

test("the timeout of a job is kept where Gaia does not keep it", async () => {
  assert.match((await execute("Slow")).message, /^timed out after 50 ms$/);
});

test("a job that does not exist is NOT_FOUND, and a stream has to begin with a start", async () => {
  await assert.rejects(ask(program.plugin, "ExecuteJob", { unique_id: 1 }), {
    code: 5,
    details: "there is no job with the id 1",
  });
  const stream = program.program.Perform();
  stream.write({ start: { job: 1 } });
  await assert.rejects(all(stream), { code: 5 });
  const silent = program.program.Perform();
  silent.end();
  await assert.rejects(all(silent), { code: 3 });
  const broken = program.program.Perform();
  broken.write({ start: { job: idOf("Echo"), outputs: { A: { values: { a: "{" } } } } });
  await assert.rejects(all(broken), { code: 3, details: "outputs of a dependency are no JSON" });
});

test("jobs run at the same time, and bytes on stdout hold nothing up", async () => {
  const control = program.program.Perform();
  control.on("error", () => {});
  control.write({ start: { job: idOf("Stubborn") } });
  await once(control, "data");
  assert.equal((await perform("Noise")).result.outcome, "SUCCEEDED");
  const ends = await Promise.all(Array.from({ length: 48 }, () => perform("Echo")));
  assert.ok(ends.every(({ result }) => result.outcome === "SUCCEEDED"));
  control.cancel();
});

test("messages of more than 4 MiB go both ways", async () => {
  const { result } = await perform("Large", { arguments: { x: "y".repeat(6_000_000) } });
  assert.equal(result.outputs.large.length, 6_000_002);
});

test("what a job starts is not given the certificates", async () => {
  const { result } = await perform("Environment");
  const { names } = parsed(result.outputs);
  assert.deepEqual(
    names.filter((/** @type {string} */ name) => name.startsWith("GAIA_PLUGIN")),
    [],
  );
});

test("SIGTERM ends the process, after what its jobs have to clean up, whether they end or not", async () => {
  for (const title of ["Wait", "Stubborn", null]) {
    const other = await host.open(SERVED);
    if (title !== null) {
      const stream = other.program.Perform();
      stream.on("error", () => {});
      stream.write({ start: { job: idOf(title) } });
      await once(stream, "data");
    }
    other.child.kill("SIGTERM");
    assert.deepEqual(await other.exited, { code: null, signal: "SIGTERM" });
    assert.equal(other.stderr().includes("cleaned up"), title === "Wait");
  }
});

test("what is wrong with the jobs is told before the handshake, all of it, with status 2", () => {
  const broken = fileURLToPath(new URL("./programs/broken.js", import.meta.url));
  for (const env of [{ ...process.env, GAIA_PLUGIN_CERT: "/nonexistent" }, process.env]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [broken, "run"], {
      encoding: "utf8",
      env,
    });
    assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
    assert.deepEqual(stderr.trimEnd().split("\n").toSorted(), [
      'argument "times" of job "Test" has the default "NaN", which is no number',
      'job "BUILD": `attempts` has to be a whole number from 1 to 100, not 0',
      'job "Test" depends on "Deploy", which is not in the list',
      "the jobs wait for each other: Build → Test → Build",
      'two jobs are called "BUILD"',
    ]);
  }
});

test("files that are not there are told, with status 2", () => {
  const env = { ...process.env, GAIA_PLUGIN_CERT: "/nonexistent" };
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(SERVED)], { encoding: "utf8", env });
  assert.equal(status, 2);
  assert.match(stderr, /^GAIA_PLUGIN_CERT has to name a PEM file, because GAIA_PLUGIN_CERT is set: ENOENT/);
});

/** @param {Readonly<Record<string, string>>} outputs @returns {any} */
function parsed(outputs) {
  return Object.fromEntries(Object.entries(outputs).map(([name, json]) => [name, JSON.parse(json)]));
}

/** @param {() => boolean} fact */
async function until(fact) {
  for (let tries = 0; !fact(); tries += 1) {
    assert.ok(tries < 2_000, `did not come true: ${fact.toString()}\n${program.stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
