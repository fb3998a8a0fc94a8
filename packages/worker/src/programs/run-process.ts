import {
  type CertificateAuthority,
  openProgram,
  type Program,
  type ProgramDescription,
  type StartCommand,
} from "@gaia/program";
import type { LaunchedProgram, ProgramLauncher } from "./launched-program.ts";
import { ProgramLog } from "./program-log.ts";

/** What is started, and in which surroundings: processes of equal wishes do for each other. */
export interface ProgramWish {
  /** Id of the build. */
  readonly build: string;
  readonly command: StartCommand;
  readonly environment: Readonly<Record<string, string>>;
}

/** A program that runs and has said what it is made of. */
export class RunProcess {
  readonly program: Program;
  readonly process: LaunchedProgram;
  readonly description: ProgramDescription;
  readonly log: ProgramLog;
  /** Why it was ended for the sake of one of its jobs; null: it was not. */
  #endedFor: string | null = null;
  readonly #waiting = new Set<() => void>();
  #performing = 0;
  #closed: Promise<void> | null = null;

  private constructor(program: Program, process: LaunchedProgram, description: ProgramDescription) {
    this.program = program;
    this.process = process;
    this.description = description;
    this.log = new ProgramLog(process.logPath);
  }

  /** @throws ProgramError */
  static async open(
    wish: ProgramWish,
    launcher: ProgramLauncher,
    authority: CertificateAuthority,
  ): Promise<RunProcess> {
    let process: LaunchedProgram | null = null;
    const start: ProgramLauncher["start"] = async (...order) => (process = await launcher.start(...order));
    try {
      const program = await openProgram({ ...wish, start, authority, folder: launcher.folder });
      const started: LaunchedProgram = process ?? never();
      try {
        return new RunProcess(program, started, await program.describe());
      } catch (reason) {
        await program.close();
        throw reason;
      }
    } catch (reason) {
      (process as LaunchedProgram | null)?.remove();
      throw reason;
    }
  }

  get isOver(): boolean {
    return this.process.ended !== null || this.#endedFor !== null || this.#closed !== null;
  }

  get endedFor(): string | null {
    return this.#endedFor;
  }

  /** Whether its jobs hear of a cancellation. */
  get canCancel(): boolean {
    return this.description.sdk !== null;
  }

  /** How many jobs it performs; when it has ended, how many it performed then. */
  get performing(): number {
    return this.#performing;
  }

  /** A job is called. */
  called(): void {
    this.#performing += 1;
  }

  /** It did not take the job after all. Whoever waits is not told: there is no more room than before. */
  refused(): void {
    this.#performing -= 1;
  }

  /** One of its calls has ended. */
  over(): void {
    if (this.process.ended === null) this.#performing -= 1;
    for (const resume of this.#waiting) resume();
  }

  /** Resolves when one of its calls has ended, after so long, or with the signal. */
  async whenFreer(withinMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const resume = (): void => resolve();
    const timer = setTimeout(resume, withinMs);
    signal.addEventListener("abort", resume, { once: true });
    this.#waiting.add(resume);
    await promise;
    this.#waiting.delete(resume);
    signal.removeEventListener("abort", resume);
    clearTimeout(timer);
  }

  /** Ends the process because one job has to end and cannot be ended otherwise: with all jobs that it performs. */
  async endFor(title: string, graceMs: number): Promise<void> {
    this.#endedFor ??= title;
    await this.process.stop(graceMs);
  }

  /** Ends it, and leaves nothing behind. */
  close(): Promise<void> {
    return (this.#closed ??= (async () => {
      await this.program.close();
      await this.log.close();
      this.process.remove();
    })());
  }
}

function never(): never {
  throw new Error("a program was opened without a process");
}
