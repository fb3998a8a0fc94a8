import { setTimeout as pause } from "node:timers/promises";
import type { LiveRuns } from "../engine/live-runs.ts";
import type { Logger } from "../observe/port.ts";
import type { MeasuredFiles, RetentionPolicy, Store } from "../store/port.ts";
import type { ExecutionCopies } from "./execution-copies.ts";
import { type FolderOwner, RunFolders } from "./run-folders.ts";

export interface DutiesOptions {
  readonly store: Store;
  readonly live: LiveRuns;
  readonly log: Logger;
  readonly policy: RetentionPolicy;
  readonly home: string;
  readonly copies: Pick<ExecutionCopies, "removed">;
  readonly now: () => number;
  /** Duties wait while the engine is busy: an unsynced delete of many files made runs take three times as long. */
  readonly isBusy: () => boolean;
}

const EVERY_MS = 10_000;
/** A step is short, and there is a pause behind it. */
const STEP_RUNS = 20;
const STEP_PAUSE_MS = 200;
const STEP_MEASURED_RUNS = 200;
const STEP_REMOVED_FILES = 500;
/** A packed run has left the feed of all events: cursors that are younger than this stay good. */
const PACK_AFTER_MS = 3_600_000;

/** Packs, measures and removes what has ended, in small steps while nothing else is to do. */
export class Duties {
  readonly #options: DutiesOptions;
  readonly #folders: RunFolders;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DutiesOptions) {
    this.#options = options;
    this.#folders = new RunFolders(options.home);
  }

  start(): void {
    this.#in(EVERY_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #in(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.step().then((more) => this.#in(more ? STEP_PAUSE_MS : EVERY_MS));
    }, ms);
    this.#timer.unref();
  }

  /** A short step of everything. True: there is more to do. */
  async step(): Promise<boolean> {
    const { store, now, policy, log, isBusy } = this.#options;
    if (isBusy()) return false;
    try {
      const packed = await store.upkeep.pack(now() - PACK_AFTER_MS, STEP_RUNS);
      const isMeasured = await this.#measure();
      const pruned = await store.upkeep.prune(policy, now(), STEP_RUNS);
      for (const run of pruned.removed) await this.#removeFiles(run);
      const isRemoved = !(await this.#folders.removeSome(STEP_REMOVED_FILES));
      await store.upkeep.sweep(now());
      return packed.left || pruned.left || !isMeasured || !isRemoved;
    } catch (caught) {
      log.warn({ err: caught }, "upkeep could not be done; it is tried again");
      return false;
    }
  }

  /** Notes how large the folders of runs are that have ended; they stay so. True: all that there are. */
  async #measure(): Promise<boolean> {
    const { store } = this.#options;
    const runs = await store.upkeep.unmeasured(STEP_MEASURED_RUNS);
    const sizes: MeasuredFiles[] = [];
    for (const run of runs) {
      const bytes = await this.#folders.bytesOf(run, () => this.#rest());
      if (bytes === null) break;
      sizes.push({ id: run.id, bytes });
    }
    if (sizes.length > 0) await store.upkeep.measured(sizes);
    return runs.length < STEP_MEASURED_RUNS;
  }

  /** Lets what is more urgent go first. False: the server is ending. */
  async #rest(): Promise<boolean> {
    do await pause(STEP_PAUSE_MS / 10);
    while (this.#options.isBusy() && !this.#closed);
    return !this.#closed;
  }

  /** A folder that is left behind by a crash in between costs space, nothing else. */
  async #removeFiles(run: FolderOwner): Promise<void> {
    this.#options.live.drop(run.id);
    await this.#folders.discard(run);
    await this.#options.copies.removed(run.id);
  }
}
