import { lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FolderCache } from "../../folders.ts";

const REMEMBERED_RUNS = 1_000;

/**
 * The folders behind `$GAIA_ARTIFACTS`. It must exist before the process starts, yet most attempts put nothing there,
 * and to make and remove one for each costs 0.15 ms, a tenth of what a short attempt may cost in all. So empty
 * ones are used again by the next attempt of the same run; one with content is moved to where it belongs.
 */
export class ArtifactsPool {
  readonly #folders: FolderCache;
  /** Distinguishes the folders of this process from those that an earlier one left. */
  readonly #prefix: string;
  readonly #free = new Map<string, string[]>();
  #made = 0;

  constructor(folders: FolderCache, prefix: string) {
    this.#folders = folders;
    this.#prefix = prefix;
  }

  take(runFolder: string): string {
    const free = this.#free.get(runFolder)?.pop();
    if (free !== undefined) return free;
    this.#folders.ensure(runFolder);
    this.#made += 1;
    const path = join(runFolder, `artifacts-${this.#prefix}-${this.#made}`);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  /** The attempt has ended: what it put there is moved to `destination`. `reuse`: none of its processes is left. */
  settle(runFolder: string, path: string, destination: string, reuse: boolean): void {
    // A former process of this worker has come as far, and was ended before the server knew.
    if (isLink(path)) return;
    if (!hasEntries(path)) {
      if (reuse) this.#giveBack(runFolder, path);
      return;
    }
    this.#folders.ensure(dirname(destination));
    renameSync(path, destination);
    // The process may have told its path to somebody: it stays good.
    symlinkSync(destination, path);
  }

  #giveBack(runFolder: string, path: string): void {
    const free = this.#free.get(runFolder);
    if (free !== undefined) {
      free.push(path);
      return;
    }
    if (this.#free.size >= REMEMBERED_RUNS) this.#free.clear();
    this.#free.set(runFolder, [path]);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** False also when the process has removed it. */
function hasEntries(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}
