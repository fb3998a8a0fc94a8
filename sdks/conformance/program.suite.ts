import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { JobHooks, StartCommand } from "@gaia/program";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { EXPECTED_JOBS, titleHash } from "./expected-jobs.ts";
import type { Language } from "./languages.ts";
import { outputsOf, Session } from "./session.ts";
import { field, varint } from "./wire-fields.ts";

const PATIENCE = { timeout: 60_000 };
const SUCCEEDED = { kind: "succeeded", outputs: {}, jobs: [] };

/** The cases of `gaia.program.v1.Program`. */
export function programSuite(language: Language, command: () => StartCommand): void {
  describe("over gaia.program.v1.Program", () => {
    let session: Session;
    beforeAll(async () => (session = await Session.open(command())), PATIENCE.timeout);
    afterAll(() => session.close());

    test("describes its jobs", () => {
      const { sdk, jobs } = session.description;
      expect(sdk).toMatch(new RegExp(`^gaia-${language.name}/\\d+\\.\\d+\\.\\d+$`));
      const titles = new Map(jobs.map(({ id, title }) => [id, title]));
      const described = jobs.map(({ id, dependsOn, ...job }) => ({
        ...job,
        dependsOn: dependsOn.map((one) => titles.get(one)),
        hash: id === titleHash(job.title),
      }));
      const defaults = { description: "", dependsOn: [], arguments: [], onDemand: false, attempts: 1 };
      const expected = EXPECTED_JOBS.map((job) => ({ timeoutMs: null, ...defaults, ...job, hash: true }));
      // The order is the author's; in some languages one job refers to another only behind it.
      expect(byTitle(described)).toEqual(byTitle(expected));
    });

    test("arguments that are not given have their defaults", async () => {
      const performed = await session.perform("Greet");
      expect(performed.log).toEqual(["INFO hello world"]);
      expect(outputsOf(performed)).toEqual({
        greeting: "hello world",
        note: "",
        times: 2,
        loud: false,
        tone: "calm",
        token_length: 0,
      });
    });

    test("arguments are converted; any text comes as it is; others are passed over", async () => {
      const note = 'two\nlines\t"quoted" \u0001 𝄞';
      const values = {
        name: "Größe ☃",
        note,
        loud: "true",
        times: "3",
        tone: "wild",
        TOKEN: "süß☃",
        more: "x",
      };
      const performed = await session.perform("Greet", values);
      expect(performed.log).toEqual(["INFO hello Größe ☃"]);
      expect(outputsOf(performed)).toEqual({
        greeting: "hello Größe ☃",
        note,
        times: 3,
        loud: true,
        tone: "wild",
        token_length: 4,
      });
    });

    test.each([
      ["times", "x", 'argument "times" is "x", which is no number'],
      ["loud", "perhaps", 'argument "loud" is "perhaps"'],
      ["tone", "loud", 'argument "tone" is "loud"'],
    ])("%s=%s fails the job, in words", async (key, value, sentence) => {
      const { outcome } = await session.perform("Greet", { [key]: value });
      expect(outcome).toEqual({ kind: "failed", message: expect.stringContaining(sentence) as string });
    });

    test("a required argument has to be given", async () => {
      for (const values of [{}, { what: "" }])
        expect((await session.perform("Needs", values)).outcome).toEqual({
          kind: "failed",
          message: expect.stringContaining('argument "what" is required') as string,
        });
      expect(outputsOf(await session.perform("Needs", { what: "this" }))).toEqual({ what: "this" });
    });

    test("outputs of dependencies are read, by title; one process performs all jobs", async () => {
      const outputs = { Greet: { greeting: "hello ☃" } };
      expect(outputsOf(await session.perform("Read", {}, { outputs }))).toEqual({
        echo: "hello ☃",
        count: 1,
      });
      expect(outputsOf(await session.perform("Read"))).toEqual({ echo: null, count: 2 });
      expect(outputsOf(await session.perform("Read", {}, { outputs: { Greet: {} } }))).toEqual({
        echo: null,
        count: 3,
      });
    });

    test("log lines come through the stream with their levels, and nowhere else", async () => {
      const performed = await session.perform("Levels");
      expect(performed).toEqual({
        outcome: SUCCEEDED,
        log: [
          "DEBUG a debug line",
          "INFO an info line",
          "WARN a warning",
          "ERROR an error",
          "INFO two\nlines",
        ],
      });
      expect(session.stderr()).not.toContain("an info line");
    });

    test("a job fails, is tried again, ends the pipeline, is skipped: four things", async () => {
      expect((await session.perform("Fail")).outcome).toEqual({ kind: "failed", message: "it broke: ☃" });
      expect((await session.perform("Flaky")).outcome).toEqual({ kind: "failed", message: "not yet" });
      expect((await session.perform("Flaky", {}, { attempt: 2 })).outcome).toEqual(SUCCEEDED);
      expect((await session.perform("Exit")).outcome).toEqual({ kind: "exited", message: "enough" });
      expect((await session.perform("Skip")).outcome).toEqual({ kind: "skipped", message: "not today" });
    });

    test("whatever is thrown is a failure, and the process lives on", async () => {
      const { outcome } = await session.perform("Throw");
      expect(outcome).toEqual({ kind: "failed", message: expect.stringMatching(/\S/) as string });
      expect((await session.perform("Levels")).outcome).toEqual(SUCCEEDED);
    });

    test("what was thrown, and where, goes to the log of the job", async () => {
      const traces: string[] = [];
      for (const title of ["Fail", "Throw"]) {
        const { outcome, log } = await session.perform(title);
        const message = outcome.kind === "failed" ? outcome.message : "";
        traces.push(...log.filter((text) => text.startsWith("ERROR ") && text.includes(message)));
      }
      expect(traces).not.toEqual([]);
      if (language.source !== null) expect(traces.join("\n")).toContain(language.source);
    });

    test("jobs are added", async () => {
      const part = session.job("Part").id;
      const parts = [1, 2, 3].map((index) => ({
        title: `Part ${index}`,
        job: part,
        values: [{ key: "index", value: String(index) }],
        dependsOn: [],
      }));
      const join = { title: "Join", job: session.job("Sum").id, values: [] };
      for (const [values, expected] of [
        [{ parts: "3" }, parts],
        [{}, parts.slice(0, 2)],
      ] as const)
        expect((await session.perform("Grow", values)).outcome).toEqual({
          kind: "succeeded",
          outputs: { parts: expected.length },
          jobs: [...expected, { ...join, dependsOn: expected.map(({ title }) => title) }],
        });
    });

    test("an added job has its own title and arguments, and outputs of what it depends on", async () => {
      const values = { index: "7", TOKEN: "süß☃" };
      expect(outputsOf(await session.perform("Part", values, { title: "Part 7" }))).toEqual({
        index: 7,
        title: "Part 7",
        token_length: 4,
      });
      const outputs = { "Part 1": { index: 1 }, "Part 2": { index: 20 }, "Part ☃": { index: 300 } };
      expect(outputsOf(await session.perform("Sum", {}, { title: "Join", outputs }))).toEqual({ sum: 321 });
      expect(outputsOf(await session.perform("Sum", {}, { title: "Join" }))).toEqual({ sum: 0 });
    });

    test("another pipeline is started and awaited", async () => {
      const calls: unknown[] = [];
      const hooks: Partial<JobHooks> = {
        startRun: async (pipeline, values) => {
          calls.push([pipeline, values]);
          return { id: "run_7" };
        },
        awaitRun: async (id) => {
          calls.push(id);
          return { status: "failed", outputs: { answer: { deep: [42, "☃", null] } } };
        },
      };
      const performed = await session.perform("Call", { pipeline: "release" }, { hooks });
      expect(calls).toEqual([["release", { x: "1" }], "run_7"]);
      expect(outputsOf(performed)).toEqual({
        run: "run_7",
        status: "failed",
        answer: { deep: [42, "☃", null] },
      });
    });

    test("another pipeline has no such output; cannot be started; cannot be awaited", async () => {
      const startRun: JobHooks["startRun"] = async () => ({ id: "run_7" });
      const awaitRun: JobHooks["awaitRun"] = async () => ({ status: "completed", outputs: {} });
      expect(outputsOf(await session.perform("Call", {}, { hooks: { startRun, awaitRun } }))).toEqual({
        run: "run_7",
        status: "completed",
        answer: null,
      });
      for (const hooks of [{}, { startRun }])
        expect((await session.perform("Call", {}, { hooks })).outcome).toEqual({
          kind: "failed",
          message: expect.stringMatching(/this case (starts|has) no runs/) as string,
        });
    });

    test("titles, keys and values are any text", async () => {
      expect(outputsOf(await session.perform("Größe ☃"))).toEqual({ wert: "ü", title: "Größe ☃" });
      expect(outputsOf(await session.perform("Größe ☃", { wert: "" }))).toEqual({
        wert: "",
        title: "Größe ☃",
      });
    });

    test("jobs run at the same time, as many as are called, and hear when they should end", async () => {
      const waiting = await Promise.all(Array.from({ length: 40 }, () => session.beginWaiting("Wait")));
      for (const execution of waiting) execution.cancel("run_stopped", 60_000);
      const outcomes = await Promise.all(waiting.map(({ outcome }) => outcome));
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["cancelled"]));
    });

    test("a job that ignores its cancellation runs on, and holds nobody up", async () => {
      const control = new AbortController();
      const stubborn = await session.beginWaiting("Stubborn", control.signal);
      stubborn.cancel("run_stopped", 60_000);
      expect((await session.perform("Levels")).outcome).toEqual(SUCCEEDED);
      control.abort();
      expect(await stubborn.outcome).toEqual({ kind: "abandoned" });
      expect((await session.perform("Levels")).outcome).toEqual(SUCCEEDED);
    });

    test("the host keeps the timeout, and the job hears of it", async () => {
      const execution = session.begin("Slow");
      execution.cancel("timed_out", 60_000);
      expect((await execution.outcome).kind).toBe("cancelled");
    });

    test("a job sleeps as long as it is told", async () => {
      expect((await session.perform("Sleep", { ms: "1" })).outcome).toEqual(SUCCEEDED);
    });

    test("what jobs print holds nothing up; stderr is the log of all", async () => {
      const before = session.program.lostBytes();
      expect((await session.perform("Noise")).outcome).toEqual(SUCCEEDED);
      // Byte by byte: what is no text comes as it is.
      const onStderr = Buffer.from("\0\xff\xfe\non stderr\n", "latin1");
      await vi.waitFor(() => expect(session.stderrBytes().includes(onStderr)).toBe(true), PATIENCE);
      // Some SDKs turn what is printed to stdout over to the log.
      await vi.waitFor(() => {
        const isLogged = session.stderr().includes("on stdout\n");
        expect(isLogged || session.program.lostBytes() - before === 14).toBe(true);
      }, PATIENCE);
      expect((await session.perform("Levels")).outcome).toEqual(SUCCEEDED);
    });

    test("what jobs start does not inherit the certificates", async () => {
      const certificates = language.hidesCertificates ? "" : (expect.stringContaining("/") as string);
      expect(outputsOf(await session.perform("Child"))).toEqual({ certificates });
    });

    test("outputs that are no JSON are INVALID_ARGUMENT", async () => {
      const title = "Read";
      // Start.outputs: { Greet: { greeting: "{" } }
      const values = field(1, Buffer.concat([field(1, Buffer.from("greeting")), field(2, Buffer.from("{"))]));
      const outputs = field(4, Buffer.concat([field(1, Buffer.from("Greet")), field(2, values)]));
      const start = Buffer.concat([Buffer.from([8]), varint(session.job(title).id), outputs]);
      const client = await session.rawClient();
      try {
        const call = client.converse("/gaia.program.v1.Program/Perform", field(1, start));
        await expect(call).rejects.toMatchObject({ code: 3 });
      } finally {
        client.close();
      }
    });

    test("messages of more than 4 MiB go both ways", async () => {
      // What comes back is past what Gaia keeps of an output; that it says so proves that it came.
      const { outcome } = await session.perform("Greet", { note: "x".repeat(6_000_000) });
      expect(outcome).toEqual({
        kind: "failed",
        message: expect.stringContaining("`note` has 6000002 bytes, past the limit") as string,
      });
    });

    test("a message is cut at 64 KiB", async () => {
      const { outcome } = await session.perform("Greet", { times: "ü".repeat(100_000) });
      const message = outcome.kind === "failed" ? outcome.message : "";
      expect(Buffer.byteLength(message)).toBeGreaterThan(60_000);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(LIMITS.programMessageBytes);
      expect(message).not.toContain("\ufffd");
    });

    test("a job that does not exist is NOT_FOUND", async () => {
      const call = { job: 1, title: "", values: [], outputs: {}, run: "", pipeline: "", attempt: 1 };
      const hooks: JobHooks = {
        log: () => {},
        startRun: () => Promise.reject(new Error("no")),
        awaitRun: () => Promise.reject(new Error("no")),
      };
      expect(await session.program.execute(call, hooks).outcome).toMatchObject({
        kind: "errored",
        status: 5,
      });
    });
  });
}

function byTitle<Job extends { readonly title: string }>(jobs: readonly Job[]): readonly Job[] {
  return jobs.toSorted((left, right) => (left.title < right.title ? -1 : 1));
}
