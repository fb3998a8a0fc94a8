import { type FSWatcher, watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface WatchOptions {
  /** Editors write a file in several steps; it is read when nothing happened for so long. */
  readonly debounceMs?: number | undefined;
  /** How often the folder is looked through anyway: notices get lost on some file systems. */
  readonly rescanMs?: number | undefined;
}

/** What is watched, and what is told of it. */
export interface Watched<Change> extends WatchOptions {
  readonly folder: string;
  /** By the name alone. */
  readonly isOurs: (name: string) => boolean;
  /** Null: it is not finished yet, and is looked at again soon. */
  readonly read: (file: string) => Promise<Change | null>;
  readonly removed: (file: string) => Change;
  readonly onChange: (change: Change) => void;
}

export interface FolderWatch {
  /** Looks through the folder now; resolves when every change has been told. */
  rescan(): Promise<void>;
  /** What was told of this file came to nothing: it is told again at the next look, as it is then. */
  forget(file: string): void;
  close(): void;
}

const DEBOUNCE_MS = 200;
const RESCAN_MS = 10_000;
const MAX_FILES = 10_000;

/**
 * Watches the files of a folder. Everything that is there at the start is told as changed. The folder may be absent,
 * vanish and come back.
 */
export function watchFolder<Change>(watched: Watched<Change>): FolderWatch {
  return new Watch(watched);
}

/** What is known about a file: enough to see that it changed, and what was told about it. */
interface Known {
  readonly stamp: string;
  readonly told: string;
}

const UNTOLD: Known = { stamp: "", told: "" };

class Watch<Change> implements FolderWatch {
  readonly #watching: Watched<Change>;
  readonly #debounceMs: number;
  readonly #known = new Map<string, Known>();
  readonly #rescanTimer: NodeJS.Timeout;
  #debounce: NodeJS.Timeout | null = null;
  #watcher: FSWatcher | null = null;
  #watched: string | null = null;
  #scan: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(watching: Watched<Change>) {
    this.#watching = watching;
    this.#debounceMs = watching.debounceMs ?? DEBOUNCE_MS;
    this.#rescanTimer = setInterval(() => void this.rescan(), watching.rescanMs ?? RESCAN_MS);
    this.#rescanTimer.unref();
    void this.rescan();
  }

  rescan(): Promise<void> {
    // One scan at a time: two at once could tell an older text after a newer one.
    this.#scan = this.#scan.then(() => this.#look());
    return this.#scan;
  }

  forget(file: string): void {
    // Still known to be there: its removal is told as any other's.
    if (this.#known.has(file)) this.#known.set(file, UNTOLD);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#rescanTimer);
    if (this.#debounce !== null) clearTimeout(this.#debounce);
    this.#unwatch();
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    await this.#watch();
    const { folder, isOurs } = this.#watching;
    const names = await namesIn(folder, isOurs);
    for (const name of names) await this.#read(join(folder, name));
    const present = new Set(names.map((name) => join(folder, name)));
    for (const file of this.#known.keys()) {
      if (present.has(file)) continue;
      this.#known.delete(file);
      this.#tell(this.#watching.removed(file));
    }
  }

  async #read(file: string): Promise<void> {
    const before = this.#known.get(file);
    const stamp = await stampOf(file);
    // A file that was just written may change again within the same tick of its clock, so its text is compared too.
    if (before !== undefined && before.stamp === stamp && !isRecent(stamp)) return;
    const change = await this.#watching.read(file);
    if (change === null) return this.#soon();
    const told = JSON.stringify(change);
    this.#known.set(file, { stamp, told });
    if (before?.told !== told) this.#tell(change);
  }

  #tell(change: Change): void {
    if (!this.#isClosed) this.#watching.onChange(change);
  }

  /** Watches the folder that is there now; another folder of the same name is another folder. */
  async #watch(): Promise<void> {
    const identity = await identityOf(this.#watching.folder);
    if (identity === this.#watched && this.#watcher !== null) return;
    this.#unwatch();
    if (identity === null || this.#isClosed) return;
    try {
      const watcher = watch(this.#watching.folder, { persistent: false }, () => this.#soon());
      watcher.on("error", () => this.#unwatch());
      this.#watcher = watcher;
      this.#watched = identity;
    } catch {
      // No notices (a limit of the system, a network file system): the rescan still sees everything.
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#watched = null;
  }

  #soon(): void {
    if (this.#debounce !== null) clearTimeout(this.#debounce);
    if (this.#isClosed) return;
    this.#debounce = setTimeout(() => void this.rescan(), this.#debounceMs);
    this.#debounce.unref();
  }
}

async function namesIn(folder: string, isOurs: (name: string) => boolean): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter(isOurs).toSorted().slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

async function identityOf(folder: string): Promise<string | null> {
  try {
    const found = await stat(folder, { bigint: true });
    return found.isDirectory() ? `${found.dev}:${found.ino}` : null;
  } catch {
    return null;
  }
}

async function stampOf(file: string): Promise<string> {
  try {
    const found = await stat(file, { bigint: true });
    return `${found.mtimeNs}:${found.ctimeNs}:${found.size}:${found.ino}`;
  } catch {
    return "absent";
  }
}

/** Times of files are as coarse as 10 ms to 2 s. */
const COARSE_MS = 2_000;

function isRecent(stamp: string): boolean {
  const [changedNs = "0"] = stamp.split(":");
  return stamp !== "absent" && Date.now() - Number(BigInt(changedNs) / 1_000_000n) < COARSE_MS;
}
