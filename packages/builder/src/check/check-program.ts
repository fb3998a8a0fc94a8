import { join, resolve } from "node:path";
import type { ProgramCommand, ProgramJobDefinition } from "@gaia/contracts/program-build.ts";
import {
  type ChildProgram,
  openProgram,
  type ProgramJob,
  startChildProcess,
  temporaryAuthority,
} from "@gaia/program";
import { ProgramError } from "@gaia/program";
import { BuildError, Interrupted } from "../build-error.ts";
import { lastWords } from "./last-words.ts";

export interface CheckOptions {
  /** The build's folder. */
  readonly folder: string;
  readonly command: ProgramCommand;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly out: NodeJS.WritableStream;
  /** From SIGTERM to the kill; the usual when left out. */
  readonly stopGraceMs?: number;
}

/** What a program says of itself. */
export interface CheckedProgram {
  readonly sdk: string | null;
  /** Jobs of one process at once; null: any number, or it does not say. */
  readonly maxParallel: number | null;
  readonly jobs: readonly ProgramJobDefinition[];
}

/** Starts a built program, asks for its jobs, and stops it. Throws a `BuildError` that says what is wrong with it. */
export async function checkProgram(options: CheckOptions): Promise<CheckedProgram> {
  const { folder, command, signal, out, stopGraceMs } = options;
  const started: ChildProgram[] = [];
  const interrupt = (): void => {
    for (const child of started) child.kill();
  };
  signal.addEventListener("abort", interrupt);
  try {
    const program = await openProgram({
      command: {
        file: command.file.includes("/") ? resolve(folder, command.file) : command.file,
        args: command.args,
        folder: join(folder, command.folder),
      },
      environment: { ...options.environment, ...command.environment },
      authority: await temporaryAuthority(),
      start: async (start, environment) => {
        const child = await startChildProcess(start, environment, {
          onStderr: (bytes) => void out.write(bytes),
          ...(stopGraceMs === undefined ? {} : { stopGraceMs }),
        });
        started.push(child);
        if (signal.aborted) child.kill();
        return child;
      },
    });
    try {
      const { sdk, maxParallel, jobs } = await program.describe();
      return { sdk, maxParallel: maxParallel === 0 ? null : maxParallel, jobs: jobs.map(definitionOf) };
    } finally {
      await program.close();
    }
  } catch (reason) {
    if (signal.aborted) throw new Interrupted(String(signal.reason));
    if (!(reason instanceof ProgramError)) throw reason;
    const words = lastWords(reason.stderrTail);
    // A remedy follows, which begins a sentence of its own.
    const said = words === null ? "" : ` It said: ${words.replace(/(?<![.!?…])$/, ".")}`;
    const sentence = `The program was built, but Gaia cannot use it: ${reason.message}${said}`;
    throw new BuildError(sentence, reason.remedy, { cause: reason });
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}

function definitionOf(job: ProgramJob): ProgramJobDefinition {
  return {
    id: job.id,
    title: job.title,
    description: job.description,
    dependsOn: [...job.dependsOn],
    arguments: job.arguments.map(({ key, type, description, value, choices, required }) => ({
      key,
      type,
      description,
      default: value,
      choices: [...choices],
      required,
    })),
    onDemand: job.onDemand,
    attempts: job.attempts,
    timeoutMs: job.timeoutMs,
  };
}
