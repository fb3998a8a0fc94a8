import { fileURLToPath } from "node:url";
import { temporaryAuthority } from "../certificates/authority.ts";
import { openProgram } from "../open-program.ts";
import type { OpenProgramOptions, Program, StartCommand } from "../port.ts";
import { startChildProcess } from "../start/child-process.ts";

const PROGRAM = fileURLToPath(new URL("./scripted-program.ts", import.meta.url));

/** The command of a scripted program. */
export function scripted(behaviour: string): StartCommand {
  return {
    file: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", PROGRAM, behaviour],
    folder: null,
  };
}

/** Opens a program as a child of the test. */
export async function openChild(
  command: StartCommand,
  more: Partial<OpenProgramOptions> = {},
): Promise<Program> {
  return openProgram({
    command,
    environment: process.env,
    start: startChildProcess,
    authority: await temporaryAuthority(),
    ...more,
  });
}
