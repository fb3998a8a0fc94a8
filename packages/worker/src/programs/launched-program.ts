import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "@gaia/contracts";
import type { AttemptView, ExitedMessage, StartedMessage } from "@gaia/launcher";
import { type ProgramExit, ProgramError, type ProgramProcess, type StartCommand } from "@gaia/program";
import type { Processes } from "../processes/index.ts";
import { stdoutOf } from "./stdout-file.ts";

/** Between SIGTERM, which ends every SDK's program within 0.4 s, and the kill. */
const STOP_GRACE_MS = 2_000;
const KEY_PREFIX = "program.";

/** A program's process, whose parent is the launcher. */
export interface LaunchedProgram extends ProgramProcess {
  readonly started: StartedMessage;
  /** Where its stderr goes. */
  readonly logPath: string;
  /** How it ended; null: it has not. */
  readonly ended: ExitedMessage | null;
  stop(graceMs?: number): Promise<void>;
  /** What it leaves on disk. Not before it has ended. */
  remove(): void;
}

export interface LauncherOptions {
  readonly processes: Processes;
  /** For what the processes write, and what they are given to read: emptied when a worker begins. */
  readonly folder: string;
  /** Distinguishes this process of the worker from earlier ones. */
  readonly stamp: string;
  /** Attempts at once, without the programs: those have places of their own. */
  readonly slots: number;
}

interface Waiting {
  started(message: StartedMessage): void;
  exited(message: ExitedMessage): void;
}

/** Starts programs through the launcher, so that each has a tree that is ended as a whole. */
export class ProgramLauncher {
  readonly folder: string;
  readonly #options: LauncherOptions;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.folder = options.folder;
    options.processes.onStarted((batch) => {
      for (const message of batch) this.#waiting.get(message.attempt)?.started(message);
    });
    options.processes.onExited((batch) => {
      for (const message of batch) this.#waiting.get(message.attempt)?.exited(message);
    });
  }

  /**
   * What the launcher holds without the programs that an earlier process of this worker has left. They are ended first:
   * nobody can say any more how their jobs went. Resolves when they are gone, before anybody hears that these jobs are
   * lost and starts them again.
   */
  async takeOver(): Promise<readonly AttemptView[]> {
    const { processes, folder } = this.#options;
    const exited = new Set<string>();
    let look = (): void => {};
    // Before the list is asked for: one may end by itself while the list is on its way, and is told of once.
    const callOff = processes.onExited((batch) => {
      for (const { attempt } of batch) exited.add(attempt);
      look();
    });
    const found = await processes.list();
    const left = found.filter(isLeftover);
    const running = left.filter(({ state }) => state !== "exited").map(({ attempt }) => attempt);
    for (const attempt of running) processes.stop(attempt, { signal: "SIGKILL", graceMs: 0 });
    await new Promise<void>((resolve) => {
      look = () => void (running.every((attempt) => exited.has(attempt)) && resolve());
      look();
    });
    callOff();
    if (left.length > 0) processes.forget(left.map(({ attempt }) => attempt));
    rmSync(folder, { recursive: true, force: true });
    return found.filter((view) => !isLeftover(view));
  }

  /** @throws ProgramError `start_refused` */
  readonly start = async (
    command: StartCommand,
    environment: Readonly<Record<string, string>>,
  ): Promise<LaunchedProgram> => {
    const { processes, folder, stamp } = this.#options;
    this.#count += 1;
    const key = `${KEY_PREFIX}${stamp}.${this.#count}`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const logPath = join(folder, `${key}.log`);
    const outPath = join(folder, `${key}.out`);
    writeFileSync(outPath, "", { mode: 0o600 });
    const exit = Promise.withResolvers<ExitedMessage>();
    let ended: ExitedMessage | null = null;
    const started = new Promise<StartedMessage>((resolve, reject) => {
      this.#waiting.set(key, {
        started: resolve,
        exited: (message) => {
          ended = message;
          this.#waiting.delete(key);
          processes.forget([key]);
          this.#resize();
          reject(refusalOf(command, message));
          exit.resolve(message);
        },
      });
    });
    this.#resize();
    processes.start({
      attempt: key,
      // Of the two streams one is the log, and the other says where the program listens.
      argv: [
        "/bin/sh",
        "-c",
        'out=$1; shift; exec "$@" >>"$out"',
        "sh",
        outPath,
        command.file,
        ...command.args,
      ],
      env: environment,
      cwd: command.folder ?? folder,
      logPath,
      meta: { program: command.file },
    });
    try {
      const message = await started;
      return {
        started: message,
        logPath,
        stdout: stdoutOf(outPath, exit.promise),
        exited: exit.promise.then(exitOf),
        get ended() {
          return ended;
        },
        stderrTail: () => tailOf(logPath),
        stop: async (graceMs = STOP_GRACE_MS) => {
          if (ended === null)
            processes.stop(key, graceMs === 0 ? { signal: "SIGKILL", graceMs } : { graceMs });
          await exit.promise;
        },
        remove: () => removeAll(logPath, outPath),
      };
    } catch (reason) {
      removeAll(logPath, outPath);
      throw reason;
    }
  };

  #resize(): void {
    this.#options.processes.setSlots(this.#options.slots + this.#waiting.size);
  }
}

/** What a program's process is called by the launcher; it is no attempt. */
function isLeftover({ attempt }: AttemptView): boolean {
  return attempt.startsWith(KEY_PREFIX);
}

function exitOf({ code, signal }: ExitedMessage): ProgramExit {
  return { code, signal };
}

function refusalOf({ file }: StartCommand, { refused }: ExitedMessage): ProgramError {
  const why = refused?.message ?? "it was ended before it was started";
  return new ProgramError("start_refused", `\`${file}\` cannot be started: ${why}.`);
}

function removeAll(...paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}

function tailOf(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const length = Math.min(size, LIMITS.programErrorTailBytes);
      const buffer = Buffer.alloc(length);
      return buffer.toString("utf8", 0, readSync(file, buffer, 0, length, size - length));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
