import { describe, expect, test } from "vitest";
import type { StartCommand } from "@gaia/program";
import { EXPECTED_JOBS } from "./expected-jobs.ts";
import { type Ended, runToEnd } from "./run-to-end.ts";

/** A program that hangs is killed before the test gives up, and leaves nothing running. */
const RUN_MS = 50_000;

/** The cases of the local runner: the program as a person starts it. */
export function localSuite(command: () => StartCommand): void {
  function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const program = command();
    return runToEnd(
      { ...program, args: [...program.args, ...args] },
      { ...process.env, LANG: "C.UTF-8", ...environment },
      RUN_MS,
    );
  }

  describe("as its own local runner", () => {
    test("lists jobs, dependencies and arguments", async () => {
      const { status, stdout } = await run(["list"]);
      expect(status).toBe(0);
      const words = EXPECTED_JOBS.flatMap(({ title, arguments: declared = [] }) => [
        title,
        ...declared.map(({ key }) => key),
      ]);
      expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
    });

    test("runs a job and what it depends on, with arguments; secrets come from the environment", async () => {
      const args = ["run", "--job", "read", "--arg", "name=Größe ☃"];
      const { status, stdout } = await run(args, { TOKEN: "secret" });
      expect(status).toBe(0);
      expect(stdout).toContain("hello Größe ☃");
      expect(stdout).toMatch(/Read/);
      expect(stdout).not.toMatch(/Levels/);
      expect(stdout).toMatch(/token_length\W+6/);
    });

    test.each([
      ["the environment", [], { TOKEN: "secret" }],
      ["an argument", ["--arg", "TOKEN=secret"], {}],
    ])("runs the jobs that a job adds, with their secrets out of %s", async (_, args, environment) => {
      const { status, stdout } = await run(
        ["run", "--job", "Grow", "--arg", "parts=3", ...args],
        environment,
      );
      expect(status).toBe(0);
      for (const title of ["Part 1", "Part 2", "Part 3", "Join"]) expect(stdout).toContain(title);
      expect(stdout.match(/token_length\W+6/g)).toHaveLength(3);
      expect(stdout).toMatch(/sum\W+6/);
    });

    test("what runs goes on to its end when another job has ended the pipeline", async () => {
      const titles = ["Exit", "Sleep"].flatMap((title) => ["--job", title]);
      const { status, stdout } = await run(["run", ...titles, "--arg", "ms=1500"]);
      expect(status).toBe(0);
      expect(stdout).toMatch(/Sleep\W+succeeded/);
    });

    test.each([
      [0, ["Flaky"]],
      [0, ["Skip"]],
      [0, ["Exit"]],
      [1, ["Fail"]],
      [1, ["Throw"]],
      [1, ["Slow"]],
      [1, ["Stubborn"]],
      [1, ["Call"]],
      [1, ["Fail", "Levels"]],
    ])("ends with status %i after %s", async (expected, titles) => {
      const { status } = await run(["run", ...titles.flatMap((title) => ["--job", title])]);
      expect(status).toBe(expected);
    });

    test("does without what is required neither well nor silently", async () => {
      const { status, stdout, stderr } = await run(["run", "--job", "Needs"]);
      expect([1, 2]).toContain(status);
      expect(stdout + stderr).toMatch(/\bwhat\b/);
    });

    test.each([
      [["walk"]],
      [["run", "--job", "Nothing"]],
      [["run", "--arg", "nothing"]],
      [["run", "--arg", "nothing=1"]],
      [["run", "--unknown"]],
      [[]],
    ])("ends with status 2 for wrong usage: %j", async (args) => {
      const { status, stdout, stderr } = await run(args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).not.toBe("");
    });
  });
}
