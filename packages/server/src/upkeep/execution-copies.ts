import { executionFile, EXECUTIONS_FOLDER } from "@gaia/contracts";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../observe/port.ts";
import type { Store } from "../store/port.ts";

export interface ExecutionCopiesOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly home: string;
  /** So many of the newest ended runs have a copy; 0: none. */
  readonly kept: number;
  /** What is written; null: there is no such run any more. */
  readonly read: (run: string) => Promise<object | null>;
  /** Copies wait while much is going on. That jobs wait for a place is no reason: they may do so for hours. */
  readonly isBusy: () => boolean;
  /** Milliseconds until the next step; tests hurry. */
  readonly pauses?: Pauses;
}

interface Pauses {
  /** After the start: whoever waits for the server does not wait for this. */
  readonly startMs: number;
  /** From the end of a run to its copy, and while the engine is busy. */
  readonly waitMs: number;
  readonly stepMs: number;
  /** After a failure, such as a full disk. */
  readonly failedMs: number;
}

const PAUSES: Pauses = { startMs: 2_000, waitMs: 1_000, stepMs: 200, failedMs: 60_000 };
/** A step is a few milliseconds: each run is read, and written to a new file that takes the old one's place. */
const STEP_RUNS = 10;
/** More runs than that are not remembered one by one: the folder is compared with the store instead. */
const REMEMBERED = 1_000;
/** Ids read at a time while the folder is compared with the store. */
const PAGE = 200;
/** What we wrote: foreign files in the folder are left alone. */
const OURS = /^(run_[0-9A-Za-z]+)\.json(\.new)?$/;

/** The comparison of the folder with the store: where it is, and the files that it has not met yet. */
interface Comparison {
  readonly unmet: Set<string>;
  cursor: string | null;
  seen: number;
}

/**
 * Readable copies of ended runs, `workflows/executions/{id}.json`. The store is the truth and these follow it, in small
 * steps while the engine has nothing to do, so that no commit and no job ever waits for one. What is missing after a
 * crash is made up for at the next start. Copies are not flushed to the disk: what a power cut takes is written again.
 */
export class ExecutionCopies {
  readonly #options: ExecutionCopiesOptions;
  readonly #pauses: Pauses;
  readonly #ended = new Set<string>();
  #comparison: Comparison | null = null;
  #mustCompare = true;
  #writtenSince = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ExecutionCopiesOptions) {
    this.#options = options;
    this.#pauses = options.pauses ?? PAUSES;
  }

  start(): void {
    this.#in(this.#pauses.startMs);
  }

  /** A run has ended: it will be copied. */
  ended(run: string): void {
    if (this.#options.kept === 0) return;
    if (this.#ended.size < REMEMBERED) this.#ended.add(run);
    else this.#mustCompare = true;
    if (this.#timer === null) this.#in(this.#pauses.waitMs);
  }

  /** A run was removed, and its copy goes with it. */
  async removed(run: string): Promise<void> {
    this.#ended.delete(run);
    await this.#running;
    await rm(this.#path(run), { force: true });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #in(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#step().then((pauseMs) => {
        this.#timer = null;
        if (pauseMs !== null) this.#in(pauseMs);
        else if (this.#hasWork) this.#in(this.#pauses.waitMs);
      });
    }, ms);
    this.#timer.unref();
  }

  /** Answers with the time until the next step; null: there is nothing to do. */
  async #step(): Promise<number | null> {
    const { isBusy, log } = this.#options;
    if (isBusy()) return this.#pauses.waitMs;
    try {
      if (this.#ended.size > 0) await this.#copy();
      else if (this.#mustCompare || this.#comparison !== null) await this.#compare();
    } catch (caught) {
      log.warn({ err: caught }, "readable copies of runs could not be written; they are tried again");
      this.#mustCompare = true;
      this.#comparison = null;
      return this.#pauses.failedMs;
    }
    return this.#hasWork ? this.#pauses.stepMs : null;
  }

  get #hasWork(): boolean {
    return this.#ended.size > 0 || this.#mustCompare || this.#comparison !== null;
  }

  async #copy(): Promise<void> {
    for (const run of [...this.#ended].slice(0, STEP_RUNS)) {
      this.#ended.delete(run);
      const copy = await this.#options.read(run);
      if (copy === null) continue;
      await this.#write(run, `${JSON.stringify(copy, null, 2)}\n`);
      this.#writtenSince += 1;
    }
    if (this.#writtenSince > Math.max(100, this.#options.kept / 10)) this.#mustCompare = true;
  }

  /** One page: what has no copy is to be copied; what is left at the end is of runs that are gone or too old. */
  async #compare(): Promise<void> {
    this.#comparison ??= await this.#begin();
    const comparison = this.#comparison;
    const left = this.#options.kept - comparison.seen;
    if (left > 0) {
      const page = await this.#options.store.runs.ended(comparison.cursor, Math.min(PAGE, left));
      for (const run of page.items) if (!comparison.unmet.delete(`${run}.json`)) this.#ended.add(run);
      comparison.seen += page.items.length;
      comparison.cursor = page.nextCursor;
      if (page.nextCursor !== null && comparison.seen < this.#options.kept) return;
    }
    for (const name of [...comparison.unmet].slice(0, STEP_RUNS)) {
      await rm(join(this.#options.home, EXECUTIONS_FOLDER, name), { force: true });
      comparison.unmet.delete(name);
    }
    comparison.seen = this.#options.kept;
    if (comparison.unmet.size === 0) this.#comparison = null;
  }

  async #begin(): Promise<Comparison> {
    this.#mustCompare = false;
    this.#writtenSince = 0;
    const names = await readdir(join(this.#options.home, EXECUTIONS_FOLDER));
    return { unmet: new Set(names.filter((name) => OURS.test(name))), cursor: null, seen: 0 };
  }

  async #write(run: string, text: string): Promise<void> {
    const path = this.#path(run);
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  #path(run: string): string {
    return join(this.#options.home, executionFile(run));
  }
}
