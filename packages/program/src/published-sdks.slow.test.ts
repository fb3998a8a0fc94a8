import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Program, ProgramJob, StartCommand } from "./port.ts";
import { startChildProcess } from "./start/child-process.ts";
import { callJob } from "./testing/call-job.ts";
import { openChild } from "./testing/open-scripted.ts";
import {
  BUILD_MS,
  hasToolchain,
  publishedProgram,
  type PublishedLanguage,
} from "./testing/published-programs.ts";
import { verifyProgram } from "./verify/index.ts";

interface Expected {
  readonly exit: string;
  /** The Java SDK does not send defaults. */
  readonly value: string;
}

const EXPECTED: Readonly<Record<PublishedLanguage, Expected>> = {
  golang: { exit: "pipeline exit requested by job", value: "Größe ☃" },
  python: { exit: "enough", value: "Größe ☃" },
  java: { exit: "enough", value: "" },
  nodejs: { exit: "pipeline exit requested by job", value: "Größe ☃" },
};

/** Java needs Maven, a JDK and 15 s: it runs where they are. The others have to be there. */
const LANGUAGES = (["golang", "python", "java", "nodejs"] as const).filter(
  (language) => language !== "java" || hasToolchain(language),
);

describe.each(LANGUAGES)("a pipeline on the published SDK: %s", (language) => {
  let command: StartCommand;
  const opened: Program[] = [];

  beforeAll(async () => {
    command = await publishedProgram(language);
  }, BUILD_MS);

  afterEach(async () => {
    for (const program of opened.splice(0)) await program.close();
  });

  async function open(): Promise<{ program: Program; job: (title: string) => ProgramJob }> {
    const program = await openChild(command);
    opened.push(program);
    const { sdk, jobs } = await program.describe();
    expect(sdk).toBe(null);
    return {
      program,
      job: (title) => {
        const found = jobs.find((one) => one.title === title);
        if (found === undefined) throw new Error(`no job ${title}`);
        return found;
      },
    };
  }

  test("lists its jobs, with dependencies and arguments", async () => {
    const { job } = await open();
    const count = job("Count");
    expect(count).toMatchObject({ description: "says how often it ran", dependsOn: [] });
    const { value } = EXPECTED[language];
    expect(count.arguments).toEqual([
      {
        key: "name",
        type: "text",
        declaredType: "textfield",
        description: "whom to greet",
        value,
        choices: [],
        required: false,
      },
    ]);
    expect(job("Fail").dependsOn).toEqual([count.id]);
  });

  test("runs jobs in one process, and its stderr is the log", async () => {
    const { program, job } = await open();
    for (const value of ["Größe ☃", ""])
      expect(await callJob(program, job("Count").id, [{ key: "name", value }])).toEqual({
        kind: "succeeded",
        outputs: {},
        jobs: [],
      });
    await program.close();
    const log = program.process.stderrTail();
    expect(log).toContain("count 1 name=Größe ☃");
    expect(log).toMatch(/count 2 name=$/m);
  });

  test("tells failures, wishes to end and crashes apart", async () => {
    const { program, job } = await open();
    const failure = await callJob(program, job("Fail").id);
    expect(failure).toEqual({ kind: "failed", message: expect.stringContaining("it broke") as string });
    expect(await callJob(program, job("Exit").id)).toEqual({
      kind: "exited",
      message: EXPECTED[language].exit,
    });
    const crash = await callJob(program, job("Crash").id);
    expect(crash).toMatchObject({ kind: "crashed", exit: { code: 4, signal: null } });
  });

  test("answers nobody without a certificate", async () => {
    const { program } = await open();
    expect(await program.answersStrangers()).toBe(false);
  });

  test("passes `gaia sdk verify`", async () => {
    const { ok, checks } = await verifyProgram({
      command,
      environment: process.env,
      start: startChildProcess,
      run: ["count"],
      values: {},
      jobMs: 60_000,
      onCheck: () => {},
    });
    expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(ok).toBe(true);
  });
});
