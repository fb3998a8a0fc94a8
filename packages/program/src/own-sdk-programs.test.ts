import { afterEach, describe, expect, test, vi } from "vitest";
import { LIMITS } from "@gaia/contracts/limits.ts";
import type { JobHooks, JobOutcome, OpenProgramOptions, Program } from "./port.ts";
import { ProgramError } from "./program-error.ts";
import { startChildProcess } from "./start/child-process.ts";
import { beginJob, callJob } from "./testing/call-job.ts";
import { openChild, performing } from "./testing/open-scripted.ts";
import { verifyProgram } from "./verify/index.ts";

const PATIENCE = { timeout: 20_000 };

const opened: Program[] = [];
afterEach(async () => {
  for (const program of opened.splice(0)) await program.close();
});

async function open(behaviour = "good", more: Partial<OpenProgramOptions> = {}): Promise<Program> {
  const program = await openChild(performing(behaviour), more);
  opened.push(program);
  return program;
}

function outputsOf(outcome: JobOutcome): unknown {
  return outcome.kind === "succeeded" ? outcome.outputs : outcome;
}

describe("a program on one of Gaia's own SDKs", () => {
  test("describes itself", async () => {
    const { sdk, maxParallel, jobs } = await (await open()).describe();
    expect({ sdk, maxParallel }).toEqual({ sdk: "gaia-test/1.2.3", maxParallel: 7 });
    expect(jobs[0]).toEqual({
      id: 1,
      title: "Echo",
      description: "gives back what it was sent",
      dependsOn: [],
      arguments: [
        {
          key: "name",
          type: "text",
          declaredType: "text",
          description: "who",
          value: "world",
          choices: [],
          required: true,
        },
        {
          key: "tone",
          type: "choice",
          declaredType: "choice",
          description: "",
          value: "calm",
          choices: ["calm", "wild"],
          required: false,
        },
        {
          key: "TOKEN",
          type: "vault",
          declaredType: "vault",
          description: "",
          value: "",
          choices: [],
          required: false,
        },
      ],
      onDemand: false,
      attempts: 1,
      timeoutMs: null,
    });
    expect(jobs[1]).toMatchObject({ dependsOn: [1], attempts: 3, timeoutMs: 1500 });
    expect(jobs[2]).toMatchObject({ title: "Part", onDemand: true });
  });

  test("is a published one to a host that knows no more", async () => {
    const { sdk, jobs } = await (await open("good", { protocol: "published" })).describe();
    expect(sdk).toBe(null);
    expect(jobs.map(({ title }) => title)).not.toContain("Part");
  });

  test.each([
    ["on-demand-dependency", "on_demand_dependency", "`Build` depends on `Part`"],
    ["only-on-demand", "no_jobs", "its graph is empty"],
    ["many-attempts", "bad_policy", "`Build` has 101 attempts, past the limit of 100 (retryAttempts)"],
    ["long-timeout", "bad_policy", "(timeoutMsMax)"],
  ])("%s: is refused", async (behaviour, code, sentence) => {
    const error: unknown = await (await open(behaviour)).describe().catch((reason: unknown) => reason);
    if (!(error instanceof ProgramError)) throw new Error(`expected a ProgramError, got ${String(error)}`);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(sentence) as string]);
    expect(error.remedy).not.toBe("");
  });

  test("never describes itself: is given up after the limit", async () => {
    let pass: () => void = () => {};
    const clock: OpenProgramOptions["clock"] = {
      after: (ms, call) => {
        if (ms === 5_000) pass = call;
        return () => {};
      },
    };
    const description = (await open("silent", { limits: { jobListMs: 5_000 }, clock })).describe();
    pass();
    await expect(description).rejects.toThrow("did not list its jobs within 5 s");
  });
});

describe("a job of such a program", () => {
  test("is sent all that is known of its call", async () => {
    const outcome = await callJob(await open(), 1, [{ key: "näme", value: "☃" }], {
      title: "Echo 7",
      outputs: { Größe: { list: [1, { a: null }], ["__proto__"]: 3, text: "x" } },
      run: "run_7",
      pipeline: "release",
      attempt: 2,
    });
    expect(outputsOf(outcome)).toEqual({
      start: {
        job: 1,
        title: "Echo 7",
        arguments: { näme: "☃" },
        outputs: { Größe: { values: { list: '[1,{"a":null}]', ["__proto__"]: "3", text: '"x"' } } },
        run: "run_7",
        pipeline: "release",
        attempt: 2,
      },
    });
  });

  test("logs with levels, in order, and waits while the host is busy with a line", async () => {
    const lines: string[] = [];
    const hooks: Partial<JobHooks> = {
      log: async (level, text) => {
        await new Promise((resolve) => setImmediate(resolve));
        lines.push(`${level} ${text}`);
      },
    };
    expect((await callJob(await open(), 2, [], { hooks })).kind).toBe("succeeded");
    expect(lines).toEqual([
      ...["debug debug", "info info", "warn warn", "error error"],
      ...Array.from({ length: 200 }, (_, line) => `debug line ${line}`),
    ]);
  });

  test("whose log cannot be kept is broken off, and who called hears why", async () => {
    const program = await open();
    const hooks = { log: () => Promise.reject(new Error("the disk is full")) };
    await expect(callJob(program, 4, [], { hooks })).rejects.toThrow("the disk is full");
    expect((await callJob(program, 1)).kind).toBe("succeeded");
  });

  test("hears that it should end, with the reason and the grace", async () => {
    const program = await open();
    await program.describe();
    const log = vi.fn();
    const execution = beginJob(program, 4, [], { hooks: { log } });
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith("debug", "waiting"), PATIENCE);
    execution.cancel("run_stopped", 5_000);
    expect(await execution.outcome).toEqual({ kind: "cancelled", message: "run_stopped 5000" });
    execution.cancel("run_stopped", 5_000);
  });

  test("starts and awaits other pipelines, and is told why one is refused", async () => {
    const started: unknown[] = [];
    const hooks: Partial<JobHooks> = {
      startRun: async (...call) => {
        started.push(call.slice(0, 2));
        return { id: "run_9" };
      },
      awaitRun: () => Promise.reject(new Error("There is no run `unknown`.")),
    };
    const outcome = await callJob(await open(), 5, [], { hooks });
    expect(started).toEqual([["other", { x: "1" }]]);
    expect(outputsOf(outcome)).toEqual({
      answer_18446744073709551615: { error: "", run: { id: "run_9", status: "pending", outputs: {} } },
      answer_2: { error: "There is no run `unknown`.", run: null },
      answer_3: { error: "This version of Gaia does not know the request.", run: null },
    });
  });

  test("has a bound on what it asks for at once; the host's waiting ends with it", async () => {
    const signals: AbortSignal[] = [];
    const hooks: Partial<JobHooks> = {
      awaitRun: (_id, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    };
    expect(outputsOf(await callJob(await open(), 16, [], { hooks }))).toEqual({
      refused: 1001,
      error: "The job has more than 1000 open requests (programRequests).",
    });
    expect(signals).toHaveLength(1_000);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test.each([
    [6, { kind: "skipped", message: "not today" }],
    [7, { kind: "exited", message: "enough" }],
    [10, { kind: "errored", status: 0, message: "The program ended the call without a result." }],
    [
      14,
      {
        kind: "failed",
        message: "The job sent a message with more than 16777216 bytes (programAnswerBytes).",
      },
    ],
    [99, { kind: "errored", status: 5, message: "NOT_FOUND: no such job" }],
  ])("%i ends as %j", async (job, outcome) => {
    expect(await callJob(await open(), job)).toEqual(outcome);
  });

  test("ends in a way that a newer version has: says so", async () => {
    expect(await callJob(await open(), 13)).toMatchObject({
      kind: "errored",
      message: expect.stringContaining("outcome 9, which this version of Gaia does not know") as string,
    });
  });

  test("has a message without end: it is cut", async () => {
    const outcome = await callJob(await open(), 8);
    expect(outcome).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/^ä+… \(3000000 bytes\)$/) as string,
    });
  });

  test("ends the process: it crashed, and so has every later call", async () => {
    const program = await open();
    const crash = { kind: "crashed", exit: { code: 4, signal: null } };
    expect(await callJob(program, 9)).toMatchObject(crash);
    expect(await beginJob(program, 1).outcome).toMatchObject(crash);
  });

  test("goes on after its result: only the result counts", async () => {
    const log = vi.fn();
    expect(await callJob(await open(), 15, [], { hooks: { log } })).toEqual({
      kind: "succeeded",
      outputs: { a: 1 },
      jobs: [],
    });
    expect(log).not.toHaveBeenCalled();
  });

  test("is broken off when the caller abandons it", async () => {
    const program = await open();
    const control = new AbortController();
    await program.describe();
    const execution = beginJob(program, 17, [], { signal: control.signal });
    expect((await callJob(program, 1)).kind).toBe("succeeded");
    control.abort();
    expect(await execution.outcome).toEqual({ kind: "abandoned" });
    await vi.waitFor(() => expect(program.process.stderrTail()).toContain("broken off"), PATIENCE);
    expect(await callJob(program, 1, [], { signal: control.signal })).toEqual({ kind: "abandoned" });
  });

  test("is sent more than a published program takes, but not without end", async () => {
    const program = await open();
    const large = { key: "large", value: "x".repeat(2 * LIMITS.programRequestBytes) };
    expect(await callJob(program, 11, [large])).toMatchObject({ kind: "failed" });
    const values = Array.from({ length: 9 }, () => large).map((one, index) => ({
      ...one,
      key: `large${index}`,
    }));
    await expect(callJob(program, 1, values)).rejects.toThrow("(programCallBytes)");
  });
});

describe("a success", () => {
  test.each([
    ["a", '{"b": [1.5, true, null, "☃"]}', { a: { b: [1.5, true, null, "☃"] } }],
    ["__proto__", "1", JSON.parse('{"__proto__": 1}')],
    ["big", "1000000000000000000000", { big: 1e21 }],
    ["big", "1234567890.1234567890", { big: 1234567890.1234567 }],
  ])("with the output %s %s is taken", async (name, json, outputs) => {
    const outcome = await callJob(await open(), 11, [{ key: name, value: json }]);
    expect(outcome).toEqual({ kind: "succeeded", outputs, jobs: [] });
  });

  test.each([
    ["a", "", "its output `a` is no JSON"],
    ["a", "NaN", "its output `a` is no JSON"],
    ["my key", "1", "`my key` is no name of an output: names begin with a letter"],
    ["a", "[9007199254740993]", "has the number 9007199254740993, which is no exact double: give it as text"],
    [
      "a",
      `${"[".repeat(102)}${"]".repeat(102)}`,
      "is nested deeper than the limit of 100 levels (outputDepth)",
    ],
    ["a", `"${"x".repeat(100_000)}"`, "has 100002 bytes, past the limit of 100000 (outputValueBytes)"],
  ])("with the output %s has failed: %#", async (name, json, sentence) => {
    const outcome = await callJob(await open(), 11, [{ key: name, value: json }]);
    expect(outcome).toEqual({
      kind: "failed",
      message: expect.stringContaining(`The job succeeded, but `) as string,
    });
    expect(outcome).toMatchObject({ message: expect.stringContaining(sentence) as string });
  });

  test("with too many outputs, or too much in them, has failed", async () => {
    const program = await open();
    const many = Array.from({ length: 1_001 }, (_, index) => ({ key: `o${index}`, value: "1" }));
    expect(await callJob(program, 11, many)).toMatchObject({
      message: "The job succeeded, but has 1001 outputs, past the limit of 1000 (outputsPerTask).",
    });
    const large = many.slice(0, 20).map(({ key }) => ({ key, value: `"${"x".repeat(90_000)}"` }));
    expect(await callJob(program, 11, large)).toMatchObject({
      message: expect.stringContaining("(outputsBytes)") as string,
    });
  });

  test("brings jobs", async () => {
    const jobs = JSON.stringify([
      { title: "Part 1", job: 3, arguments: { index: "1" } },
      { title: "Join", job: 1, depends_on: ["Part 1", "part 1", "Part 1"] },
    ]);
    expect(await callJob(await open(), 12, [{ key: "jobs", value: jobs }])).toEqual({
      kind: "succeeded",
      outputs: {},
      jobs: [
        { title: "Part 1", job: 3, values: [{ key: "index", value: "1" }], dependsOn: [] },
        { title: "Join", job: 1, values: [], dependsOn: ["Part 1", "part 1"] },
      ],
    });
  });

  test.each([
    [
      [
        { title: "A", job: 3 },
        { title: "a", job: 3 },
      ],
      "it adds two jobs that are called `a`",
    ],
    [
      [{ title: "A", job: 98 }],
      "it adds `A`, performed by a job with id 98, which the program does not have",
    ],
    [[{ title: "A", job: 3, depends_on: ["a"] }], "it adds `A`, which depends on itself"],
    [[{ title: " ", job: 3 }], "one that it adds is refused: A job has no title"],
    [
      Array.from({ length: 10_001 }, (_, index) => ({ title: `Part ${index}`, job: 3 })),
      "it adds 10001 jobs, past the limit of 10000 (growthJobs)",
    ],
  ])("that brings others than can be: %#", async (jobs, sentence) => {
    const outcome = await callJob(await open(), 12, [{ key: "jobs", value: JSON.stringify(jobs) }]);
    expect(outcome).toEqual({ kind: "failed", message: `The job succeeded, but ${sentence}.` });
  });
});

describe("`gaia sdk verify`", () => {
  async function verify(
    behaviour: string,
    ...run: readonly string[]
  ): Promise<Readonly<Record<string, string>>> {
    const { checks } = await verifyProgram({
      command: performing(behaviour),
      environment: process.env,
      start: startChildProcess,
      run,
      values: {},
      jobMs: 60_000,
      onCheck: () => {},
    });
    return Object.fromEntries(checks.map(({ name, status, text }) => [name, `${status}: ${text}`]));
  }

  test("names the SDK, and checks what it serves", async () => {
    expect(await verify("good", "echo", "logs")).toMatchObject({
      jobs: "ok: 20 jobs over mutual TLS",
      sdk: "ok: gaia-test/1.2.3, at most 7 jobs at once",
      published: "ok: the same jobs over the published protocol",
      perform: "ok: a job that it does not have is refused",
      "run Echo": "ok: succeeded; outputs: start",
      "run Logs": "ok: succeeded",
    });
  });

  test("tells a program that says something else to another host", async () => {
    expect(await verify("lists-on-demand")).toMatchObject({
      published: "failed: proto.Plugin lists other jobs",
    });
  });

  test("tells a program that performs what it does not have", async () => {
    expect(await verify("takes-unknown")).toMatchObject({
      perform: "warning: a job that it does not have ended as succeeded",
    });
  });
});
