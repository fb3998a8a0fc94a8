import { runFolder } from "@gaia/contracts";
import { chmod, lstat, mkdir, opendir, readdir, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";

/** A run, as far as its folder is concerned. */
export interface FolderOwner {
  readonly id: string;
  readonly createdAt: number;
}

/** Folders of removed runs wait here until the last file is gone; it survives a restart. */
const REMOVED = "runs/.removed";
/** So many files are measured in one go. */
const MEASURED_AT_ONCE = 500;
/** Of `stat.blocks`, whatever the file system's own are. */
const BLOCK_BYTES = 512;

/** The folders in which runs have their logs and files, as upkeep sees them: how large they are, and how they go. */
export class RunFolders {
  readonly #home: string;
  /** Folders that cannot be removed, told of once. */
  readonly #stuck = new Set<string>();

  constructor(home: string) {
    this.#home = home;
  }

  /**
   * What the run's folder takes on the disk: logs, artifacts, summaries, and what its tasks left in `$GAIA_RUN_DIR`.
   *
   * @param rest called now and then; false: do not go on
   * @returns bytes; null when it was told not to go on
   */
  async bytesOf(run: FolderOwner, rest: () => Promise<boolean>): Promise<number | null> {
    let bytes = 0;
    let files = 0;
    const open = [join(this.#home, runFolder(run.id, run.createdAt))];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      bytes += await bytesAt(folder);
      for await (const entry of await entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) open.push(path);
        else bytes += await bytesAt(path);
        files += 1;
        if (files % MEASURED_AT_ONCE === 0 && !(await rest())) return null;
      }
    }
    return bytes;
  }

  /** The run has been removed: its folder leaves its place at once, its files one by one. */
  async discard(run: FolderOwner): Promise<void> {
    await mkdir(join(this.#home, REMOVED), { recursive: true, mode: 0o700 });
    try {
      await rename(join(this.#home, runFolder(run.id, run.createdAt)), join(this.#home, REMOVED, run.id));
    } catch (caught) {
      // A run that was never given a file, or one whose folder a former server has taken away already.
      if (!hasCode(caught, "ENOENT", "ENOTEMPTY", "EEXIST")) throw caught;
    }
  }

  /**
   * Removes at most so many files of discarded folders: ten thousand at once make what runs three times as slow.
   *
   * @returns whether there are more
   * @throws the first time that a folder cannot be removed; it is left where it is until the server starts again
   */
  async removeSome(most: number): Promise<boolean> {
    const waiting = join(this.#home, REMOVED);
    const names = await readdir(waiting).catch(() => []);
    const name = names.find((found) => !this.#stuck.has(found));
    if (name === undefined) return false;
    try {
      await removeIn(join(waiting, name), { left: most });
    } catch (caught) {
      this.#stuck.add(name);
      throw caught;
    }
    return true;
  }
}

/** Empties a folder as far as the budget goes, and removes it when it is empty. */
async function removeIn(folder: string, budget: { left: number }): Promise<void> {
  for await (const entry of await entriesOf(folder)) {
    if (budget.left <= 0) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await removeIn(path, budget);
      continue;
    }
    await unlink(path);
    budget.left -= 1;
  }
  if (budget.left <= 0) return;
  budget.left -= 1;
  // What the listing has missed while files went is found the next time.
  await rmdir(folder).catch((caught: unknown) => {
    if (!hasCode(caught, "ENOTEMPTY", "ENOENT")) throw caught;
  });
}

/** A task may have closed its folder even to its owner. */
async function entriesOf(folder: string): Promise<Awaited<ReturnType<typeof opendir>> | readonly never[]> {
  try {
    return await opendir(folder);
  } catch (caught) {
    if (hasCode(caught, "ENOENT", "ENOTDIR")) return [];
    if (!hasCode(caught, "EACCES")) throw caught;
  }
  await chmod(folder, 0o700);
  return opendir(folder);
}

async function bytesAt(path: string): Promise<number> {
  try {
    return (await lstat(path)).blocks * BLOCK_BYTES;
  } catch (caught) {
    if (hasCode(caught, "ENOENT", "ENOTDIR")) return 0;
    throw caught;
  }
}

function hasCode(caught: unknown, ...codes: readonly string[]): boolean {
  return caught instanceof Error && "code" in caught && codes.includes(String(caught.code));
}
