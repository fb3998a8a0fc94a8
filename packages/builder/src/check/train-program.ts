import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramCommand } from "@gaia/contracts/program-build.ts";
import { BuildError } from "../build-error.ts";
import type { Training } from "../recipes/recipe.ts";
import { type CheckOptions, checkProgram } from "./check-program.ts";

/** Writing it takes seconds on a slow machine; the program ends when it is done. */
const STOP_GRACE_MS = 60_000;

/**
 * Makes what makes later starts faster, and tries it out. The command that is the fastest: the plain one when there is
 * nothing to gain, since a program that runs is more than one that starts quickly.
 */
export async function trainProgram(
  check: Omit<CheckOptions, "command">,
  plain: ProgramCommand,
  { start, file, trained }: Training,
): Promise<ProgramCommand> {
  const made = join(check.folder, file);
  try {
    await checkProgram({ ...check, command: start, stopGraceMs: STOP_GRACE_MS });
    if (!existsSync(made)) return plain;
    await checkProgram({ ...check, command: trained });
    return trained;
  } catch (reason) {
    if (!(reason instanceof BuildError)) throw reason;
    await rm(made, { force: true });
    return plain;
  }
}
