import { spawnSync } from "node:child_process";
import { ProgramError } from "@gaia/program";
import { expect, test } from "vitest";
import { startRefusal } from "./start-refusal.ts";

const SHELLS = ["dash", "bash"].filter((shell) => spawnSync(shell, ["-c", "true"]).error === undefined);

function stderrOf(shell: string, file: string): string {
  const { stderr } = spawnSync(shell, ["-c", 'exec "$@"', "sh", file], { encoding: "utf8", argv0: "sh" });
  return stderr;
}

test.each(SHELLS)("%s says what cannot be started", (shell) => {
  const words = ["no-such-toolchain", "/etc/passwd"].map((file) => {
    const early = new ProgramError("exited_early", "It ended.", `before\n${stderrOf(shell, file)}`);
    return startRefusal(early).message;
  });
  expect(words).toEqual([
    "`no-such-toolchain` cannot be started: not found.",
    "`/etc/passwd` cannot be started: permission denied.",
  ]);
});

test("what the program itself says is left to it", () => {
  const early = new ProgramError("exited_early", "It ended.", "Traceback: no module named six\n");
  expect(startRefusal(early)).toBe(early);
});
