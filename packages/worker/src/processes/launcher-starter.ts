import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { SpawnerName } from "@gaia/launcher";

/** Which launcher to start. */
export interface LauncherProgram {
  readonly socketPath: string;
  readonly journalPath: string;
  /** What the launcher says about itself goes there. */
  readonly logPath: string;
  /** The launcher's entry file: main.ts from source unless told otherwise, main.js in a packed installation. */
  readonly entryPath?: string;
  /** Koffi where it loads, unless told otherwise. */
  readonly spawner?: SpawnerName;
  /** More arguments of the launcher, such as `--cgroup always`. */
  readonly extraArguments?: readonly string[];
}

/** What the launcher needs of the environment; the jobs' own comes with each start. */
const PASSED_VARIABLES = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "NODE_COMPILE_CACHE",
];

/** Exit status of a launcher that found another one at work. */
export const LAUNCHER_TAKEN = 75;

/** Starts a launcher in a session of its own: a Ctrl-C or the end of the worker does not reach it. */
export function startLauncher(program: LauncherProgram): ChildProcess {
  const entryPath = program.entryPath ?? fileURLToPath(import.meta.resolve("@gaia/launcher/main.ts"));
  for (const path of [program.socketPath, program.journalPath, program.logPath]) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }
  const log = openSync(program.logPath, "a", 0o600);
  try {
    const child = spawn(
      process.execPath,
      [
        entryPath,
        "--socket",
        program.socketPath,
        "--journal",
        program.journalPath,
        ...(program.spawner === undefined ? [] : ["--spawner", program.spawner]),
        ...(program.extraArguments ?? []),
      ],
      { detached: true, stdio: ["ignore", log, log], env: passedEnvironment(), cwd: "/" },
    );
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function passedEnvironment(): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}
