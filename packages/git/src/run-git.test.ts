import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { GitError } from "./git-error.ts";
import { type GitResult, runProgram } from "./run-git.ts";
import { temporaryFolder } from "./testing/repositories.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const run = (program: string, ...args: readonly string[]): Promise<GitResult> =>
  runProgram(program, args, { environment: { PATH: process.env["PATH"] ?? "" }, timeoutMs: 60_000 });

/** The problem, and what is said of it. */
async function failing(running: Promise<GitResult>): Promise<readonly [string, string]> {
  const caught: unknown = await running.catch((error: unknown) => error);
  if (!(caught instanceof GitError)) throw new Error("it is no GitError", { cause: caught });
  return [caught.problem, caught.message];
}

test("a program that is not there is to be installed; one that may not be run is not", async () => {
  expect(await failing(run("no-such-git"))).toEqual([
    "no_program",
    expect.stringContaining("apt-get install"),
  ]);
  const file = join(folder.path, "git");
  writeFileSync(file, "", { mode: 0o600 });
  expect(await failing(run(file))).toEqual(["other", `\`${file}\` cannot be started (EACCES).`]);
});

test("what is more than can be read is refused, not cut short", async () => {
  const zeros = (bytes: number): Promise<GitResult> => run("head", "-c", String(bytes), "/dev/zero");
  expect((await zeros(16 * 1_048_576)).stdout).toHaveLength(16 * 1_048_576);
  expect(await failing(zeros(16 * 1_048_576 + 1))).toEqual(["other", expect.stringContaining("16 MiB")]);
});
