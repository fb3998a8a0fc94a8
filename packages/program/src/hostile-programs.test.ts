import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { ProgramError } from "./program-error.ts";
import type { OpenProgramOptions, Program, ProgramClock, ProgramExit, StartProcess } from "./port.ts";
import { startChildProcess } from "./start/child-process.ts";
import { beginJob, callJob } from "./testing/call-job.ts";
import { openChild, scripted } from "./testing/open-scripted.ts";

const SUCCEEDED = { kind: "succeeded", outputs: {}, jobs: [] };

const opened: Program[] = [];
afterEach(async () => {
  for (const program of opened.splice(0)) await program.close();
});

async function open(behaviour: string, more: Partial<OpenProgramOptions> = {}): Promise<Program> {
  const program = await openChild(scripted(behaviour), more);
  opened.push(program);
  return program;
}

async function errorOf(promise: Promise<unknown>): Promise<ProgramError> {
  const reason: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (reason instanceof ProgramError) return reason;
  throw new Error(`expected a ProgramError, got ${String(reason)}`);
}

/** A clock on which the limit has passed as soon as it is set. */
const impatient: ProgramClock = {
  after: (_ms, call) => {
    const timer = setImmediate(call);
    return () => clearImmediate(timer);
  },
};

describe("a program that does not come to serve", () => {
  test.each([
    ["noise", "noise_before_handshake", 'before its handshake line: "Hello from the pipeline"'],
    ["binary", "binary_output", "binary data"],
    ["long-line", "line_too_long", "4096 bytes (programHandshakeLineBytes)"],
    ["wrong-core", "wrong_core_version", "core protocol 2"],
    ["wrong-app", "wrong_app_version", "version `7`, Gaia speaks 2"],
    ["netrpc", "wrong_protocol", "`netrpc`"],
    ["foreign-address", "bad_address", "203.0.113.7:443"],
    ["exits-early", "exited_early", "with exit code 3"],
  ])("%s: says so", async (behaviour, code, sentence) => {
    const error = await errorOf(open(behaviour));
    expect(error.code).toBe(code);
    expect(error.message).toContain(sentence);
    expect(error.remedy).not.toBe("");
  });

  test("tells the end of its stderr", async () => {
    expect((await errorOf(open("exits-early"))).stderrTail).toContain("no module named six");
  });

  test("is given up after the limit", async () => {
    const error = await errorOf(open("hangs", { clock: impatient }));
    expect(error.code).toBe("start_timeout");
    expect(error.message).toContain("within 60 s");
  });

  test("leaves neither its process nor its certificates", async () => {
    const certificates: string[] = [];
    const ends: Promise<ProgramExit>[] = [];
    const start: StartProcess = async (command, environment) => {
      certificates.push(environment["GAIA_PLUGIN_CERT"] ?? "", environment["GAIA_PLUGIN_KEY"] ?? "");
      const child = await startChildProcess(command, environment);
      expect(certificates.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
      ends.push(child.exited);
      return child;
    };
    await errorOf(open("noise", { start }));
    expect(await Promise.all(ends)).toEqual([{ code: null, signal: "SIGTERM" }]);
    expect(certificates.filter((path) => existsSync(dirname(path)))).toEqual([]);
  });

  test("cannot be started: says why", async () => {
    const error = await errorOf(openChild({ file: "/nonexistent/program", args: [], folder: null }));
    expect(error.code).toBe("start_refused");
    expect(error.message).toBe("`/nonexistent/program` cannot be started: there is no such file.");
  });
});

describe("a program whose jobs are wrong", () => {
  test.each([
    ["duplicate", "duplicate_title", "Two jobs are called `build`."],
    ["duplicate-id", "duplicate_id", "`Build` and `Test` have the same id, 1."],
    ["cycle", "cycle", "Build → Test → Ship → Build"],
    ["unknown", "unknown_dependency", "`Build` depends on a job with id 99"],
    ["self", "self_dependency", "`Build` depends on itself."],
    ["none", "no_jobs", "no jobs"],
    ["untitled", "bad_title", "no title"],
    ["too-many", "too_many_jobs", "10,000 (programJobs)"],
    ["too-large", "job_list_too_large", "(programAnswerBytes)"],
    ["dies-in-list", "job_list_failed", "with exit code 9"],
    ["dead-address", "not_connected", "cannot connect"],
  ])("%s: says so", async (behaviour, code, sentence) => {
    const error = await errorOf((await open(behaviour)).describe());
    expect({ code: error.code, message: error.message }).toEqual({
      code,
      message: expect.stringContaining(sentence) as string,
    });
  });

  test("has 10,000 of them in a row: all are taken", async () => {
    const { jobs } = await (await open("many")).describe();
    expect(jobs).toHaveLength(LIMITS.programJobs);
    expect(jobs.at(-1)).toMatchObject({ title: "Job 10000", dependsOn: [9_999] });
  });

  test("never lists them: is given up after the limit", async () => {
    let pass: () => void = () => {};
    const program = await open("silent-list", {
      limits: { jobListMs: 5_000 },
      clock: {
        after: (ms, call) => {
          if (ms === 5_000) pass = call;
          return () => {};
        },
      },
    });
    const error = errorOf(program.describe());
    pass();
    expect((await error).message).toBe("The program did not list its jobs within 5 s; 0 came.");
  });
});

describe("a job", () => {
  test("keeps the program's memory from call to call, and its stderr is the log", async () => {
    const program = await open("good");
    expect(await callJob(program, 1)).toEqual(SUCCEEDED);
    expect(await callJob(program, 1)).toEqual(SUCCEEDED);
    await program.close();
    expect(program.process.stderrTail()).toContain("count 1\ncount 2\n");
  });

  test("fails, or asks to end the pipeline: two things", async () => {
    const program = await open("good");
    expect(await callJob(program, 2)).toEqual({ kind: "failed", message: "it broke" });
    expect(await callJob(program, 3)).toEqual({
      kind: "exited",
      message: "pipeline exit requested by job",
    });
  });

  test("is sent its id and its arguments in their order, and nothing else", async () => {
    const program = await open("good");
    const values = [
      { key: "b", value: "Größe ☃" },
      { key: "a", value: "" },
    ];
    const outcome = await callJob(program, 9, values);
    const request: unknown = JSON.parse(outcome.kind === "failed" ? outcome.message : "null");
    expect(request).toMatchObject({
      unique_id: 9,
      title: "",
      description: "",
      dependson: [],
      interaction: null,
    });
    expect(request).toMatchObject({ args: values.map((one) => ({ ...one, description: "", type: "" })) });
  });

  test("ends the process: it crashed, and so has every later call", async () => {
    const program = await open("good");
    const crash = { kind: "crashed", exit: { code: 4, signal: null } };
    expect(await callJob(program, 4)).toMatchObject(crash);
    expect(await beginJob(program, 1).outcome).toMatchObject(crash);
  });

  test("is refused for lack of threads: it has not failed", async () => {
    expect((await callJob(await open("good"), 6)).kind).toBe("refused");
  });

  test("is answered with an error: it failed, and the program lives on", async () => {
    const program = await open("good");
    expect(await callJob(program, 7)).toEqual({
      kind: "errored",
      status: 2,
      message: "UNKNOWN: NameError: uninitialized constant",
    });
    expect((await callJob(program, 1)).kind).toBe("succeeded");
  });

  test("never answers: the caller calls it off", async () => {
    const program = await open("good");
    const control = new AbortController();
    const outcome = callJob(program, 5, [], { signal: control.signal });
    expect((await callJob(program, 1)).kind).toBe("succeeded");
    control.abort();
    expect(await outcome).toEqual({ kind: "abandoned" });
  });

  test("has a message without end: it is cut between characters", async () => {
    const outcome = await callJob(await open("good"), 8);
    const message = outcome.kind === "failed" ? outcome.message : "";
    expect(Buffer.byteLength(message)).toBeLessThan(LIMITS.programMessageBytes + 100);
    expect(message).toMatch(/^ä+… \(3000000 bytes\)$/);
  });

  test("is not called with more than a program takes", async () => {
    const program = await open("good");
    const values = [
      { key: "small", value: "x" },
      { key: "large", value: "x".repeat(LIMITS.programRequestBytes) },
    ];
    const error = await errorOf(callJob(program, 1, values));
    expect(error.code).toBe("request_too_large");
    expect(error.message).toContain("the largest argument is `large`");
    const most = [{ key: "k", value: "x".repeat(LIMITS.programRequestBytes - 20) }];
    expect((await callJob(program, 1, most)).kind).toBe("succeeded");
  });
});

describe("a connection", () => {
  test("is not answered without a certificate, and a program that does is told apart", async () => {
    expect(await (await open("good")).answersStrangers()).toBe(false);
    expect(await (await open("no-client-certificate")).answersStrangers()).toBe(true);
  });

  test("goes past a proxy that the environment names", async () => {
    process.env["grpc_proxy"] = "http://127.0.0.1:1";
    try {
      expect((await (await open("good")).describe()).jobs).toHaveLength(9);
    } finally {
      delete process.env["grpc_proxy"];
    }
  });
});

test("what a program prints after its handshake does not hold it up", async () => {
  const program = await open("chatty");
  expect((await program.describe()).jobs).toHaveLength(9);
  await vi.waitFor(() => expect(program.lostBytes()).toBe(1_000_000), 20_000);
});

test("a program that SIGTERM does not end is killed", async () => {
  const program = await open("ignores-sigterm");
  await program.close();
  expect(await program.process.exited).toEqual({ code: null, signal: "SIGKILL" });
});
