import { fileURLToPath } from "node:url";
import { temporaryAuthority } from "../certificates/authority.ts";
import { openProgram } from "../open-program.ts";
import type { OpenProgramOptions, Program, StartCommand } from "../port.ts";
import { startChildProcess } from "../start/child-process.ts";

/** The command of a scripted program that speaks the published protocol. */
export function scripted(behaviour: string): StartCommand {
  return commandOf("./scripted-program.ts", behaviour);
}

/** The command of a scripted program that speaks that of Gaia's own SDKs as well. */
export function performing(behaviour: string): StartCommand {
  return commandOf("./performing-program.ts", behaviour);
}

function commandOf(file: string, behaviour: string): StartCommand {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return {
    file: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", path, behaviour],
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
