import { runFolder } from "@gaia/contracts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LiveRuns } from "../engine/live-runs.ts";
import type { Logger } from "../observe/port.ts";
import type { RetentionPolicy, Store } from "../store/port.ts";
import type { ExecutionCopies } from "./execution-copies.ts";

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
/** A packed run has left the feed of all events: cursors that are younger than this stay good. */
const PACK_AFTER_MS = 3_600_000;

/** Packs and removes what has ended, in small steps while nothing else is to do. */
export class Duties {
  readonly #options: DutiesOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DutiesOptions) {
    this.#options = options;
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
      this.#running = this.#step().then((more) => this.#in(more ? STEP_PAUSE_MS : EVERY_MS));
    }, ms);
    this.#timer.unref();
  }

  async #step(): Promise<boolean> {
    const { store, now, policy, log, isBusy } = this.#options;
    if (isBusy()) return false;
    try {
      const packed = await store.upkeep.pack(now() - PACK_AFTER_MS, STEP_RUNS);
      const pruned = await store.upkeep.prune(policy, now(), STEP_RUNS);
      for (const run of pruned.removed) await this.#removeFiles(run);
      await store.upkeep.sweep(now());
      return packed.left || pruned.left;
    } catch (caught) {
      log.warn({ err: caught }, "upkeep could not be done; it is tried again");
      return false;
    }
  }

  /** A folder that is left behind by a crash in between costs space, nothing else. */
  async #removeFiles(run: { readonly id: string; readonly createdAt: number }): Promise<void> {
    this.#options.live.drop(run.id);
    await rm(join(this.#options.home, runFolder(run.id, run.createdAt)), { recursive: true, force: true });
    await this.#options.copies.removed(run.id);
  }
}
