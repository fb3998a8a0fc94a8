import { createHash, randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type CacheFacts, LIMITS } from "@gaia/contracts";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import {
  type CacheFolders,
  draftFile,
  entryBytes,
  entryFile,
  newestByPrefix,
  openCacheFolders,
  removeUnused,
  type Retention,
  touch,
} from "./entries.ts";
import { cacheKey, type CacheWish } from "./key.ts";
import { recoverPlacings } from "./place.ts";
import { problemText } from "./problems.ts";
import type { CacheAnswer, CacheJob } from "./work.ts";

/** What came of looking a key up; with what it needs to save afterwards. */
export interface CacheFetch {
  readonly facts: CacheFacts;
  /** Where to save after a success; null: there is nothing to save. */
  readonly save: { readonly hash: string; readonly scope: string } | null;
}

/** Whose cache it is. */
export interface CacheOwner {
  readonly run: string;
  readonly job: number;
}

export interface TaskCachesOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly retention: Retention;
  /** Of the disk, kept free by saves; otherwise twice what lets a worker start tasks, so that there is room for logs. */
  readonly reserveBytes?: number;
}

const REMOVE_STEPS = 5;
const REMOVE_PAUSE_MS = 1_000;
const REMOVE_EACH_MS = 3_600_000;
/** Folders that are remembered to hold an entry. */
const REMEMBERED = 1_000;

/** The cache of a worker. Nothing of it ever fails a task: what goes wrong is a miss, or a save that was not, and says so. */
export class TaskCaches {
  readonly #options: TaskCachesOptions;
  readonly #folders: CacheFolders;
  readonly #threads = new Set<Worker>();
  /** By run, folder and key: content that is in its place, or on its way there. A second task must not move it away. */
  readonly #placed = new Map<string, { readonly job: number; readonly facts: Promise<CacheFacts> }>();
  #removing: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: TaskCachesOptions) {
    this.#options = options;
    this.#folders = openCacheFolders(options.folder);
    try {
      recoverPlacings(this.#folders.placing);
    } catch (error) {
      options.log.warn({ err: error }, "a restore that was cut off could not be brought to its end");
    }
    this.#removeSoon(REMOVE_PAUSE_MS);
  }

  /** Looks the key up and puts what is found in its place. */
  async fetch(owner: CacheOwner, wish: CacheWish, signal: AbortSignal): Promise<CacheFetch> {
    let key: Awaited<ReturnType<typeof cacheKey>>;
    try {
      key = await cacheKey(wish);
    } catch (error) {
      return { facts: missed("", problemText(error)), save: null };
    }
    const { hash, scope, absent } = key;
    const facts = await this.#restoreOnce(owner, wish, hash, scope, signal);
    const told = absent.length === 0 ? facts : { ...facts, note: joined(facts.note, absentText(absent)) };
    return { facts: told, save: facts.state === "hit" ? null : { hash, scope } };
  }

  /** Saves after a success, unless the key is there by now. */
  async save(owner: CacheOwner, wish: CacheWish, { facts, save }: CacheFetch): Promise<CacheFacts> {
    if (save === null) return facts;
    const { clock, log, retention } = this.#options;
    const startedAt = clock.monotonic();
    const answer = await this.#perform(
      {
        kind: "save",
        entry: entryFile(this.#folders, save.hash),
        draft: draftFile(this.#folders),
        root: wish.root,
        paths: wish.paths,
        limits: { bytes: LIMITS.cacheEntryBytes, files: LIMITS.cacheEntryFiles },
        keepBytes: retention.bytes,
        reserveBytes: this.#options.reserveBytes ?? null,
        header: { pipeline: wish.pipeline, key: wish.key, scope: save.scope, now: clock.wall() },
      },
      AbortSignal.timeout(LIMITS.cacheMs),
    );
    if (answer.kind !== "saved") {
      const why = "why" in answer ? answer.why : "";
      log.warn({ key: save.hash, why }, "a cache was not saved");
      return { ...facts, note: joined(facts.note, `not saved, ${why}`) };
    }
    this.#removeSoon(REMOVE_PAUSE_MS);
    const { bytes, files, storedBytes } = answer;
    const ms = Math.ceil(clock.monotonic() - startedAt);
    log.info({ key: save.hash, bytes, storedBytes, files, ms }, "a cache was saved");
    const saved = { bytes, stored_bytes: storedBytes, files, ms };
    this.#remember(
      placeName(owner.run, wish.root, save.hash),
      owner.job,
      Promise.resolve({ ...missed(save.hash, ""), state: "hit" }),
    );
    return { ...facts, saved };
  }

  close(): void {
    this.#isClosed = true;
    if (this.#removing !== null) clearTimeout(this.#removing);
    for (const thread of this.#threads) void thread.terminate();
  }

  async #restoreOnce(
    owner: CacheOwner,
    wish: CacheWish,
    hash: string,
    scope: string,
    signal: AbortSignal,
  ): Promise<CacheFacts> {
    const name = placeName(owner.run, wish.root, hash);
    const placed = this.#placed.get(name);
    // A further attempt of the task itself starts afresh: nobody knows what the failed one has left there.
    const before = placed === undefined || placed.job === owner.job ? undefined : await placed.facts;
    const isInPlace = wish.paths.every((path) => existsSync(join(wish.root, path)));
    if (before !== undefined && before.state !== "miss" && isInPlace)
      return { ...before, bytes: 0, files: 0, ms: 0, note: "in place from an earlier task of the run" };
    const restoring = this.#restore(wish, hash, scope, signal);
    this.#remember(name, owner.job, restoring);
    return restoring;
  }

  #remember(name: string, job: number, facts: Promise<CacheFacts>): void {
    if (this.#placed.size >= REMEMBERED) this.#placed.clear();
    this.#placed.set(name, { job, facts });
  }

  async #restore(wish: CacheWish, hash: string, scope: string, signal: AbortSignal): Promise<CacheFacts> {
    const exact = await this.#restoreEntry(wish, hash, signal);
    if (exact.kind === "restored") return { ...missed(hash, ""), ...exact.facts, state: "hit" };
    if (exact.kind === "failed") return missed(hash, exact.why);
    let other: ReturnType<typeof newestByPrefix>;
    try {
      other = newestByPrefix(this.#folders, scope, wish.restore);
    } catch (error) {
      return missed(hash, problemText(error));
    }
    if (other === null) return missed(hash, exact.why);
    const near = await this.#restoreEntry(wish, other.hash, signal);
    if (near.kind !== "restored") return missed(hash, joined(exact.why, near.why));
    return { ...missed(hash, exact.why), ...near.facts, state: "restored", from: other.prefix };
  }

  async #restoreEntry(
    wish: CacheWish,
    hash: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: "restored"; readonly facts: Pick<CacheFacts, "bytes" | "files" | "ms"> }
    /** There is none; `why` when there was a damaged one. */
    | { readonly kind: "absent"; readonly why: string }
    | { readonly kind: "failed"; readonly why: string }
  > {
    const entry = entryFile(this.#folders, hash);
    if (entryBytes(entry) === null) return { kind: "absent", why: "" };
    const { clock, log } = this.#options;
    const startedAt = clock.monotonic();
    const name = randomUUID();
    const record = join(this.#folders.placing, name);
    const { root, paths } = wish;
    const answer = await this.#perform({ kind: "restore", entry, root, paths, record, name }, signal);
    switch (answer.kind) {
      case "restored": {
        touch(entry, clock.wall());
        const ms = Math.max(1, Math.ceil(clock.monotonic() - startedAt));
        return { kind: "restored", facts: { bytes: answer.bytes, files: answer.files, ms } };
      }
      case "damaged":
        rmSync(entry, { force: true });
        log.warn({ key: hash, why: answer.why }, "a damaged entry of the cache was removed");
        return { kind: "absent", why: `the stored entry was damaged (${answer.why}) and has been removed` };
      case "nothing":
        return { kind: "failed", why: answer.why };
      case "saved":
        throw new Error("a restore was answered as a save");
    }
  }

  /** In a thread: 100 ms of work for each 25 MB would otherwise keep every other attempt waiting. */
  #perform(job: CacheJob, signal: AbortSignal): Promise<CacheAnswer> {
    if (signal.aborted || this.#isClosed) return Promise.resolve({ kind: "nothing", why: "it was stopped" });
    const thread = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: job,
      env: {},
      stdin: false,
    });
    this.#threads.add(thread);
    return new Promise((resolve) => {
      const stop = (): void => void thread.terminate();
      signal.addEventListener("abort", stop, { once: true });
      thread.once("message", (answer: CacheAnswer) => resolve(answer));
      thread.once("error", (error) => resolve({ kind: "nothing", why: problemText(error) }));
      thread.once("exit", () => {
        signal.removeEventListener("abort", stop);
        this.#threads.delete(thread);
        this.#cleanUp(job);
        resolve({ kind: "nothing", why: "it took too long, or was stopped" });
      });
    });
  }

  /** What a thread that was ended in the middle has left; nothing after one that came to its own end. */
  #cleanUp(job: CacheJob): void {
    try {
      if (job.kind === "save") rmSync(job.draft, { force: true });
      else if (!this.#isClosed) recoverPlacings(this.#folders.placing, job.name);
    } catch (error) {
      this.#options.log.warn({ err: error }, "a restore that was cut off could not be brought to its end");
    }
  }

  #removeSoon(ms: number): void {
    if (this.#isClosed) return;
    if (this.#removing !== null) clearTimeout(this.#removing);
    this.#removing = setTimeout(() => {
      removeUnused(this.#folders, this.#options.clock.wall(), this.#options.retention, REMOVE_STEPS).then(
        (isMore) => this.#removeSoon(isMore ? REMOVE_PAUSE_MS : REMOVE_EACH_MS),
        (error: unknown) => {
          this.#options.log.warn({ err: error }, "old entries of the cache could not be removed");
          this.#removeSoon(REMOVE_EACH_MS);
        },
      );
    }, ms);
    this.#removing.unref();
  }
}

function missed(key: string, note: string): CacheFacts {
  return { state: "miss", key, from: "", bytes: 0, files: 0, ms: 0, saved: null, note };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("; ");
}

function absentText(globs: readonly string[]): string {
  return `${globs.join(", ")} of \`files\` found no file`;
}

function placeName(run: string, root: string, hash: string): string {
  return createHash("sha256")
    .update(JSON.stringify([run, root, hash]))
    .digest("hex");
}
