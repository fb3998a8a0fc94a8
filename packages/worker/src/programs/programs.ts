import { join } from "node:path";
import type { AttemptView } from "@gaia/launcher";
import { type CertificateAuthority, temporaryAuthority } from "@gaia/program";
import type { Logger } from "pino";
import type { Processes } from "../processes/index.ts";
import { ProgramLauncher } from "./launched-program.ts";
import { type ProgramWish, RunProcess } from "./run-process.ts";
import { Standbys } from "./standbys.ts";

interface Preparing {
  readonly wish: ProgramWish;
  readonly timer: NodeJS.Timeout;
}

export interface ProgramsOptions {
  readonly processes: Processes;
  /** Where the worker keeps what is private to it. */
  readonly stateFolder: string;
  readonly stamp: string;
  readonly slots: number;
  readonly log: Logger;
}

/** The next run's process is started when a run has ended, or has gone on for so long: sooner, both would be slower. */
const PREPARE_MS = 1_000;
const ENDING = "the worker is ending";

/** The processes of pipeline programs: one for each run, that all of its jobs share. */
export class Programs {
  readonly #launcher: ProgramLauncher;
  readonly #standbys: Standbys;
  /** Of this process of the worker: no program outlives it. */
  #authority: Promise<CertificateAuthority> | null = null;
  readonly #byRun = new Map<string, Promise<RunProcess>>();
  readonly #preparing = new Map<string, Preparing>();
  #isClosed = false;

  constructor(options: ProgramsOptions) {
    const { processes, stateFolder, stamp, slots, log } = options;
    this.#launcher = new ProgramLauncher({ processes, folder: join(stateFolder, "programs"), stamp, slots });
    this.#standbys = new Standbys((wish) => this.#open(wish), log);
  }

  /** Runs for which there is a process. */
  get runs(): readonly string[] {
    return [...this.#byRun.keys()];
  }

  /** What the launcher holds without the programs of an earlier process of this worker, which are ended first. */
  takeOver(): Promise<readonly AttemptView[]> {
    return this.#launcher.takeOver();
  }

  /**
   * The process of a run: the one that it has, a new one when that has ended.
   *
   * @throws ProgramError when it cannot be started, or is no pipeline program; Error when the worker ends
   */
  async ofRun(run: string, wish: ProgramWish): Promise<RunProcess> {
    if (this.#isClosed) throw new Error(ENDING);
    const known = this.#byRun.get(run);
    if (known !== undefined) {
      const process = await known;
      if (!process.isOver) return process;
      if (this.#byRun.get(run) === known) {
        this.#byRun.delete(run);
        void process.close();
      }
      return this.ofRun(run, wish);
    }
    const opening = this.#standbys.take(wish).then((ready) => ready ?? this.#open(wish));
    this.#byRun.set(run, opening);
    try {
      const process = await opening;
      if (this.#byRun.get(run) === opening) this.#prepareAfter(run, wish);
      return process;
    } catch (reason) {
      if (this.#byRun.get(run) === opening) this.#byRun.delete(run);
      throw reason;
    }
  }

  /** The run has ended. */
  release(run: string): void {
    const process = this.#byRun.get(run);
    this.#byRun.delete(run);
    this.#prepare(run);
    void process?.then((opened) => opened.close()).catch(() => undefined);
  }

  /** Ends all of them: the next process of the worker could not go on with their jobs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const processes = [...this.#byRun.values()];
    this.#byRun.clear();
    for (const { timer } of this.#preparing.values()) clearTimeout(timer);
    this.#preparing.clear();
    const ends = processes.map(async (process) => (await process.catch(() => null))?.close());
    await Promise.all([...ends, this.#standbys.close()]);
  }

  #prepareAfter(run: string, wish: ProgramWish): void {
    if (this.#preparing.has(run)) return;
    this.#preparing.set(run, { wish, timer: setTimeout(() => this.#prepare(run), PREPARE_MS) });
  }

  #prepare(run: string): void {
    const preparing = this.#preparing.get(run);
    if (preparing === undefined) return;
    clearTimeout(preparing.timer);
    this.#preparing.delete(run);
    this.#standbys.prepare(preparing.wish);
  }

  async #open(wish: ProgramWish): Promise<RunProcess> {
    this.#authority ??= temporaryAuthority();
    const opened = await RunProcess.open(wish, this.#launcher, await this.#authority);
    if (!this.#isClosed) return opened;
    await opened.close();
    throw new Error(ENDING);
  }
}
