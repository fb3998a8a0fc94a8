import { spawn } from "node:child_process";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { systemClock } from "../clock.ts";
import { ProgramError } from "../program-error.ts";
import type { ProgramExit, ProgramProcess, StartCommand } from "../port.ts";

const STOP_GRACE_MS = 2_000;

export interface ChildProcessOptions {
  /** What the program writes to stderr, as it comes. */
  readonly onStderr?: (bytes: Buffer) => void;
  /** From SIGTERM to SIGKILL; 2 s. */
  readonly stopGraceMs?: number;
}

/** A process of our own that was started for a program, and how to end it without waiting. */
export interface ChildProgram extends ProgramProcess {
  kill(): void;
}

/** Starts a program as a child of this process, in a process group of its own: for tools; workers have the launcher. */
export function startChildProcess(
  command: StartCommand,
  environment: Readonly<Record<string, string>>,
  options: ChildProcessOptions = {},
): Promise<ChildProgram> {
  const child = spawn(command.file, command.args, {
    cwd: command.folder ?? undefined,
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let tail: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  child.stderr.on("data", (bytes: Buffer) => {
    tail = Buffer.concat([tail, bytes]).subarray(-LIMITS.programErrorTailBytes);
    options.onStderr?.(bytes);
  });
  let ended = false;
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = true;
      // Its children that outlived it. Later the number of the group may be that of another.
      signalGroup(child.pid, "SIGKILL");
      const told = (): void => resolve({ code, signal });
      // Who left the group may hold stderr open, and is not waited for longer than this.
      const callOff = systemClock.after(STOP_GRACE_MS, told);
      const read = (): void => {
        callOff();
        told();
      };
      if (child.stderr.closed) read();
      else child.stderr.once("close", read);
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!ended) signalGroup(child.pid, name);
  };
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(refused(command, error)));
    child.once("spawn", () =>
      resolve({
        stdout: child.stdout,
        exited,
        stderrTail: () => tail.toString("utf8"),
        kill: () => signal("SIGKILL"),
        async stop() {
          signal("SIGTERM");
          const callOff = systemClock.after(options.stopGraceMs ?? STOP_GRACE_MS, () => signal("SIGKILL"));
          await exited;
          callOff();
          child.stdout.destroy();
          child.stderr.destroy();
        },
      }),
    );
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}

function refused(command: StartCommand, error: Error): ProgramError {
  const code = "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT:
      command.folder === null
        ? "there is no such file"
        : `there is no such file, or no folder ${command.folder}`,
    EACCES: "permission is denied",
    ENOEXEC: "it is not a program of this machine",
  };
  const sentence = `\`${command.file}\` cannot be started: ${reasons[code] ?? error.message}.`;
  return new ProgramError("start_refused", sentence, "", { cause: error });
}
