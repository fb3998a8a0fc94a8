import assert from "node:assert/strict";
import { test } from "node:test";
import { Cancelled, ERR_EXIT_PIPELINE, ExitPipeline, job, number, skip, text } from "@gaia/sdk";
import { runJob } from "@gaia/sdk/testing";

/** @param {() => unknown} run */
async function endOf(run) {
  const { outcome, message } = await runJob(job("Job", run));
  return [outcome, message];
}

for (const [name, thrown, message] of /** @type {[string, unknown, string][]} */ ([
  ["an Error", new Error("it broke: ☃"), "it broke: ☃"],
  ["an Error without a message", new RangeError(), "RangeError"],
  ["a text", "broken", "broken"],
  ["an empty text", "", "the job threw ''"],
  ["undefined", undefined, "the job threw undefined"],
  ["an object", { code: 7 }, "the job threw { code: 7 }"],
])) {
  test(`${name} that is thrown, rejected with or thrown where nobody waits is a failure`, async () => {
    const fail = () => {
      throw thrown;
    };
    assert.deepEqual(await endOf(fail), ["failed", message]);
    assert.deepEqual(await endOf(async () => fail()), ["failed", message]);
  });
}

for (const [name, thrown, message] of /** @type {[string, unknown, string][]} */ ([
  ["whose message is a number", Object.assign(new Error(), { message: 7 }), "7"],
  ["whose message is a symbol", Object.assign(new Error(), { message: Symbol("odd") }), "Symbol(odd)"],
  [
    "that throws when it is looked at",
    unspeakable(),
    "the job threw something that throws when it is looked at",
  ],
])) {
  test(`an odd value ${name} fails its job, and no other`, async () => {
    const end = await endOf(() => {
      throw thrown;
    });
    assert.deepEqual(end, ["failed", message]);
  });
}

/** Neither its class nor its properties can be asked for. */
function unspeakable() {
  const refuse = () => {
    throw new Error("do not look");
  };
  return new Proxy({}, { get: refuse, getPrototypeOf: refuse, ownKeys: refuse });
}

test("a failure's trace is in the log: the author's own lines, and causes", async () => {
  const { log } = await runJob(
    job("Job", () => {
      throw new Error("outer", { cause: new Error("inner") });
    }),
  );
  assert.equal(log.length, 1);
  assert.match(log[0].text, /Error: outer\n\s+at .*jobs\.test\.js/);
  assert.match(log[0].text, /\[cause\]: Error: inner/);
  assert.doesNotMatch(log[0].text, /perform\.js|node:internal/);
});

test("a message is cut at 64 KiB, between two characters", async () => {
  const [, message] = await endOf(() => {
    throw new Error(`x${"☃".repeat(30_000)}`);
  });
  assert.equal(message, `x${"☃".repeat(21_845)}`);
});

test("a job ends the pipeline, in our form and in the published one", async () => {
  const exit = (/** @type {unknown} */ thrown) => () => {
    throw thrown;
  };
  assert.deepEqual(await endOf(exit(new ExitPipeline("enough"))), ["exited", "enough"]);
  assert.deepEqual(await endOf(exit(new ExitPipeline())), ["exited", "pipeline exit requested by job"]);
  assert.deepEqual(await endOf(exit(ERR_EXIT_PIPELINE)), ["exited", "pipeline exit requested by job"]);
});

test("a condition is asked before the job", async () => {
  const deploy = job("Deploy", {
    args: { env: text() },
    when: async ({ args }) => args.env === "live" || (args.env === "" ? false : skip(`not for ${args.env}`)),
    run: ({ setOutput }) => setOutput("done", true),
  });
  const endFor = async (/** @type {string} */ env) => {
    const { outcome, message, outputs } = await runJob(deploy, { args: { env } });
    return [outcome, message, outputs];
  };
  assert.deepEqual(await endFor("live"), ["succeeded", "", { done: true }]);
  assert.deepEqual(await endFor("test"), ["skipped", "not for test", {}]);
  assert.deepEqual(await endFor(""), ["skipped", "its condition does not hold", {}]);
});

test("a job knows what it is, and what its dependencies have left", async () => {
  const build = job("Build", () => {});
  const { outputs } = await runJob(
    job("Test", {
      dependsOn: [build],
      run: ({ title, attempt, output, setOutput, outputs }) =>
        setOutput("seen", [
          title,
          attempt,
          output(build, "file"),
          output("BUILD", "size"),
          output("X", "y") ?? null,
          outputs,
        ]),
    }),
    { title: "Test 2", attempt: 3, outputs: { Build: { file: "a.tar", size: 7 } } },
  );
  assert.deepEqual(outputs["seen"], ["Test 2", 3, "a.tar", 7, null, { Build: { file: "a.tar", size: 7 } }]);
});

for (const [name, value, message] of /** @type {[string, any, string][]} */ ([
  [
    "my key",
    1,
    "'my key' is no name of an output: names begin with a letter or _, and go on with letters, digits, _ . -",
  ],
  ["a", undefined, 'output "a" is undefined, which JSON has no form for'],
  ["a", { b: [Number.NaN] }, 'output "a" cannot be written as JSON: NaN is no number of JSON'],
  ["a", 1n, 'output "a" cannot be written as JSON: Do not know how to serialize a BigInt'],
])) {
  test(`an output that cannot be fails the job: ${message}`, async () => {
    const {
      outcome,
      message: said,
      outputs,
    } = await runJob(job("Job", ({ setOutput }) => setOutput(name, value)));
    assert.deepEqual([outcome, said, outputs], ["failed", message, {}]);
  });
}

test("a job that fails leaves neither outputs nor jobs", async () => {
  const part = job("Part", () => {});
  const { outputs, added } = await runJob(
    job("Job", ({ setOutput, addJob }) => {
      setOutput("a", 1);
      addJob(part, "Part 1");
      throw new Error("no");
    }),
  );
  assert.deepEqual([outputs, added], [{}, []]);
});

test("jobs are added with arguments and dependencies", async () => {
  const part = job("Part", { onDemand: true, args: { index: number() }, run: () => {} });
  const { added } = await runJob(
    job("Grow", ({ addJob }) => {
      addJob(part, "Part 1", { args: { index: 1 } });
      addJob(part, "Join", { dependsOn: ["Part 1", "Part 1", part] });
    }),
  );
  assert.deepEqual(added, [
    { title: "Part 1", job: "Part", args: { index: "1" }, dependsOn: [] },
    { title: "Join", job: "Part", args: {}, dependsOn: ["Part 1", "Part"] },
  ]);
});

for (const [titles, args, message] of /** @type {[string[], any, string][]} */ ([
  [["A", "a"], {}, '"a" was added already'],
  [[" "], {}, "a job cannot be added: a job has no title"],
  [["A"], { x: 1 }, '"A" cannot be added: "Part" has no argument "x"'],
  [["A"], { index: null }, 'the value of argument "index" is null: give text, a number or a boolean'],
])) {
  test(`a job that cannot be added fails the one that adds it: ${message}`, async () => {
    const part = job("Part", { args: { index: number() }, run: () => {} });
    const grow = job("Grow", ({ addJob }) => titles.forEach((title) => addJob(part, title, { args })));
    const { outcome, message: said } = await runJob(grow);
    assert.deepEqual([outcome, said], ["failed", message]);
  });
}

const call = job("Call", async ({ startPipeline, setOutput }) => {
  const run = await startPipeline("other", { x: 1, y: true });
  setOutput("id", run.id);
  setOutput("ended", await run.ended());
});

test("another pipeline is answered as the test says", async () => {
  const other = (/** @type {Readonly<Record<string, string>>} */ args) => ({
    status: "failed",
    outputs: { got: args },
  });
  const { outputs } = await runJob(call, { pipelines: { other } });
  assert.deepEqual(outputs, {
    id: "other-1",
    ended: { id: "other-1", status: "failed", outputs: { got: { x: "1", y: "true" } } },
  });
  const { outputs: plain } = await runJob(call, { pipelines: { other: { outputs: { a: 1 } } } });
  assert.deepEqual(plain["ended"], { id: "other-1", status: "completed", outputs: { a: 1 } });
});

test("another pipeline that the test does not answer for fails the job", async () => {
  const { outcome, message } = await runJob(call, { pipelines: {} });
  assert.equal(outcome, "failed");
  assert.equal(message, 'pipeline "other" cannot be started without Gaia; a test gives an answer for it');
});

test("a job that is asked to end ends as cancelled, by the reason or by an AbortError", async () => {
  for (const thrown of [null, new DOMException("aborted", "AbortError")]) {
    const control = new AbortController();
    const wait = job("Wait", async ({ signal }) => {
      setImmediate(() => control.abort(new Cancelled("run_stopped")));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw thrown ?? signal.reason;
    });
    const { outcome, message, log } = await runJob(wait, { signal: control.signal });
    assert.deepEqual([outcome, message, log], ["cancelled", "run_stopped", []]);
  }
});

test("a job that is asked to end, and breaks otherwise or succeeds, says so", async () => {
  const ends = async (/** @type {() => void} */ end) => {
    const control = new AbortController();
    const { outcome, message } = await runJob(
      job("Job", () => {
        control.abort(new Cancelled("run_stopped"));
        end();
      }),
      { signal: control.signal },
    );
    return [outcome, message];
  };
  assert.deepEqual(await ends(() => {}), ["succeeded", ""]);
  const fail = () => {
    throw new Error("cannot clean up");
  };
  assert.deepEqual(await ends(fail), ["failed", "cannot clean up"]);
});

test("a job that is asked to end before it began does not begin", async () => {
  const { outcome, message } = await runJob(
    job("Job", () => assert.fail()),
    { signal: AbortSignal.abort(new Cancelled("run_stopped")) },
  );
  assert.deepEqual([outcome, message], ["cancelled", "run_stopped"]);
});

test("waiting for another pipeline ends with the job", async () => {
  const control = new AbortController();
  const started = job("Call", async ({ startPipeline }) => {
    const run = await startPipeline("other");
    control.abort(new Cancelled("run_stopped"));
    await run.ended();
  });
  assert.equal(
    (await runJob(started, { signal: control.signal, pipelines: { other: {} } })).outcome,
    "cancelled",
  );
});

test("a handler of the published SDK is a job", async () => {
  /** @type {unknown} */
  let given;
  const published = {
    title: "Build",
    description: "Builds",
    args: [{ type: "textfield", description: "what", key: "what", value: "all" }],
    handler: (/** @type {{ key: string, value: string }[]} */ args) => {
      given = args;
      throw ERR_EXIT_PIPELINE;
    },
  };
  assert.equal((await runJob(published, { args: { what: "docs" } })).outcome, "exited");
  assert.deepEqual(given, [{ key: "what", value: "docs" }]);
});

test("runJob refuses arguments that the job does not have", async () => {
  await assert.rejects(runJob(call, { args: { z: 1 } }), /job "Call" has no argument "z"/);
});
