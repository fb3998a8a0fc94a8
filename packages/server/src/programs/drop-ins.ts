import { errorFrom, GaiaError, OWN_PROGRAM_FOLDERS, readDropInName } from "@gaia/contracts";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Clock } from "../engine/clock.ts";
import type { Logger } from "../observe/port.ts";
import { type FolderWatch, watchFolder, type WatchOptions } from "../pipelines/index.ts";

export interface DropInsOptions extends WatchOptions {
  /** In which people put built programs. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** A program is there that has this stamp. @throws GaiaError when it cannot be taken */
  readonly onFile: (found: {
    readonly pipeline: string;
    readonly file: string;
    readonly stamp: string;
  }) => Promise<void>;
  readonly onGone: (file: string) => Promise<void>;
  /** Files that were there when the server ran last. */
  readonly known: () => readonly string[];
}

/** What became of a file of the folder. */
type Change =
  | { readonly kind: "there"; readonly file: string; readonly stamp: string }
  | { readonly kind: "odd"; readonly file: string; readonly message: string }
  | { readonly kind: "gone"; readonly file: string };

/** A file that is still being written changes from one look to the next. */
const SETTLED_MS = 1_000;
const RETRY_MS = 1_000;

/** Watches the folder in which built programs are put: each becomes a pipeline, another file its next version. */
export class DropIns {
  readonly #options: DropInsOptions;
  #watch: FolderWatch | null = null;
  /** Why files were not taken, as the log has it. */
  readonly #refused = new Map<string, string>();
  /** What is being done about a change, and those behind it. */
  #doing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: DropInsOptions) {
    this.#options = options;
  }

  start(): void {
    const { folder, debounceMs, rescanMs, known } = this.#options;
    for (const file of known()) this.#do({ kind: "gone", file }, () => this.#goneIfAbsent(file));
    this.#watch = watchFolder<Change>({
      folder,
      debounceMs,
      rescanMs,
      isOurs: (name) => !name.startsWith(".") && !OWN_PROGRAM_FOLDERS.includes(name),
      read: lookAt,
      removed: (file) => ({ kind: "gone", file }),
      onChange: (change) => this.#do(change, () => this.#deal(change)),
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.close();
    await this.#doing;
  }

  #do(change: Change, work: () => Promise<void>): void {
    this.#doing = this.#doing.then(async () => {
      if (this.#isClosed) return;
      try {
        await work();
        this.#refused.delete(change.file);
      } catch (caught) {
        const error = errorFrom(caught);
        if (error.code.startsWith("storage") || error.code === "unavailable" || error.code === "queue_full") {
          this.#options.clock.after(RETRY_MS, () => this.#do(change, work));
          return;
        }
        this.#refuse(change, error);
      }
    });
  }

  /** The reason may be elsewhere, and go away without the file being touched: it is tried again, and told once. */
  #refuse({ kind, file }: Change, error: GaiaError): void {
    if (kind === "there") this.#watch?.forget(file);
    if (this.#refused.get(file) === error.message) return;
    this.#refused.set(file, error.message);
    this.#options.log.warn({ file, err: error, why: error.message }, "a program was not taken");
  }

  async #deal(change: Change): Promise<void> {
    const { file } = change;
    switch (change.kind) {
      case "gone":
        return this.#options.onGone(file);
      case "odd":
        throw new GaiaError("conflict", `${file}: ${change.message}.`);
      case "there": {
        const name = readDropInName(basename(file));
        if (name.kind === "invalid") throw new GaiaError("conflict", `${file}: ${name.message}.`);
        return this.#options.onFile({ pipeline: name.pipeline, file, stamp: change.stamp });
      }
    }
  }

  async #goneIfAbsent(file: string): Promise<void> {
    if ((await stat(file).catch(() => null)) === null) await this.#options.onGone(file);
  }
}

async function lookAt(file: string): Promise<Change | null> {
  try {
    const found = await stat(file, { bigint: true });
    if (!found.isFile()) return { kind: "odd", file, message: "it is no file; put a built program there" };
    // By the time of the change, which nobody can set: an unpacked file may say that it is from tomorrow.
    const ageMs = Date.now() - Number(found.ctimeNs / 1_000_000n);
    if (ageMs >= 0 && ageMs < SETTLED_MS) return null;
    if (found.size === 0n) return { kind: "odd", file, message: "it is empty" };
    return { kind: "there", file, stamp: `${found.mtimeNs}:${found.ctimeNs}:${found.size}:${found.ino}` };
  } catch (caught) {
    const code = caught instanceof Error && "code" in caught ? String(caught.code) : "unknown error";
    return { kind: "odd", file, message: `it cannot be read (${code})` };
  }
}
