import { type FSWatcher, watch } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS } from "@gaia/contracts";

/** What happened to a file of the definitions folder. `file` is its whole path. */
export type DefinitionChange =
  /** New, or with another text than before. */
  | { readonly kind: "changed"; readonly file: string; readonly text: string }
  | { readonly kind: "removed"; readonly file: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly message: string };

export interface WatchOptions {
  /** Editors write a file in several steps; it is read when nothing happened for so long. */
  readonly debounceMs?: number | undefined;
  /** How often the folder is looked through anyway: notices get lost on some file systems. */
  readonly rescanMs?: number | undefined;
}

export interface DefinitionWatch {
  /** Looks through the folder now; resolves when every change has been told. */
  rescan(): Promise<void>;
  close(): void;
}

const DEBOUNCE_MS = 200;
const RESCAN_MS = 10_000;
const MAX_FILES = 10_000;
const NAME = /^[^.].*\.ya?ml$/;

/**
 * Watches the `.yaml` and `.yml` files of a folder. Everything that is there at the start is told as changed. The
 * folder may be absent, vanish and come back. Files that start with a dot are left alone: editors keep their own there.
 */
export function watchDefinitions(
  folder: string,
  onChange: (change: DefinitionChange) => void,
  options: WatchOptions = {},
): DefinitionWatch {
  return new FolderWatch(folder, onChange, options);
}

/** What is known about a file: enough to see that it changed, and what was told about it. */
interface Known {
  readonly stamp: string;
  readonly told: string;
}

class FolderWatch implements DefinitionWatch {
  readonly #folder: string;
  readonly #onChange: (change: DefinitionChange) => void;
  readonly #debounceMs: number;
  readonly #known = new Map<string, Known>();
  readonly #rescanTimer: NodeJS.Timeout;
  #debounce: NodeJS.Timeout | null = null;
  #watcher: FSWatcher | null = null;
  #watched: string | null = null;
  #scan: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(folder: string, onChange: (change: DefinitionChange) => void, options: WatchOptions) {
    this.#folder = folder;
    this.#onChange = onChange;
    this.#debounceMs = options.debounceMs ?? DEBOUNCE_MS;
    this.#rescanTimer = setInterval(() => void this.rescan(), options.rescanMs ?? RESCAN_MS);
    this.#rescanTimer.unref();
    void this.rescan();
  }

  rescan(): Promise<void> {
    // One scan at a time: two at once could tell an older text after a newer one.
    this.#scan = this.#scan.then(() => this.#look());
    return this.#scan;
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
    const names = await namesIn(this.#folder);
    for (const name of names) await this.#read(join(this.#folder, name));
    const present = new Set(names.map((name) => join(this.#folder, name)));
    for (const file of this.#known.keys()) {
      if (present.has(file)) continue;
      this.#known.delete(file);
      this.#tell({ kind: "removed", file });
    }
  }

  async #read(file: string): Promise<void> {
    const before = this.#known.get(file);
    const stamp = await stampOf(file);
    // A file that was just written may change again within the same tick of its clock, so its text is compared too.
    if (before !== undefined && before.stamp === stamp && !isRecent(stamp)) return;
    const change = await readDefinition(file);
    const told = JSON.stringify(change);
    this.#known.set(file, { stamp, told });
    if (before?.told !== told) this.#tell(change);
  }

  #tell(change: DefinitionChange): void {
    if (!this.#isClosed) this.#onChange(change);
  }

  /** Watches the folder that is there now; another folder of the same name is another folder. */
  async #watch(): Promise<void> {
    const identity = await identityOf(this.#folder);
    if (identity === this.#watched && this.#watcher !== null) return;
    this.#unwatch();
    if (identity === null || this.#isClosed) return;
    try {
      const watcher = watch(this.#folder, { persistent: false }, () => this.#soon());
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

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => NAME.test(name))
      .toSorted()
      .slice(0, MAX_FILES);
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

/** Reads a definition: at most one byte more than is allowed, so that a huge file costs nothing. */
export async function readDefinition(file: string): Promise<DefinitionChange> {
  try {
    await using handle = await open(file, "r");
    const found = await handle.stat();
    if (!found.isFile()) return unreadable(file, "it is not a file");
    if (found.size > LIMITS.definitionBytes) {
      return unreadable(file, `it has ${found.size} bytes, more than the limit of ${LIMITS.definitionBytes}`);
    }
    const bytes = await handle.readFile();
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: "changed", file, text };
  } catch (reason) {
    if (reason instanceof TypeError) return unreadable(file, "it is not UTF-8 text; save it as UTF-8");
    const code = reason instanceof Error && "code" in reason ? String(reason.code) : "unknown error";
    return unreadable(file, SENTENCES[code] ?? `it cannot be read (${code})`);
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: "the server may not read it; check its permissions",
  ENOENT: "it is a link that leads nowhere, or was removed just now",
  ELOOP: "it is a link that leads back to itself",
  EISDIR: "it is a folder",
};

function unreadable(file: string, message: string): DefinitionChange {
  return { kind: "unreadable", file, message };
}
