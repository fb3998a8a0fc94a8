import { mkdir, readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../disk.ts";
import type { Collected } from "./collect.ts";
import { cacheLock } from "./layout.ts";
import { tryLock } from "./lock.ts";
import { folderBytes } from "./size.ts";

/** Where each entry was kept for itself; any other folder of the cache is one tool's, and goes as a whole. */
const DIVIDED = "node_modules";
/** Links to settings, and a few small files: nothing to gain. */
const STAYS = new Set(["home"]);

/** The folder of a cache, which is noted to be in use. */
export async function useCache(cache: string, tool: string): Promise<string> {
  const folder = join(cache, tool);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const now = new Date();
  await utimes(folder, now, now);
  return folder;
}

export interface TrimOptions {
  readonly cache: string;
  readonly maxBytes: number;
  readonly onRemoved: (name: string, sizeBytes: number) => void;
}

/**
 * Removes what was not used for longest until the rest is small enough. Null: a build uses the caches, and nothing was
 * removed. A tool's own cache is never thinned out: half of one breaks builds.
 */
export async function trimCaches(options: TrimOptions): Promise<Collected | null> {
  const { cache, maxBytes } = options;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const lock = tryLock(cacheLock(cache));
  if (lock === null) return null;
  try {
    const units = await unitsOf(cache);
    let total = units.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let removed = 0;
    let freedBytes = 0;
    for (const { name, sizeBytes } of units.toSorted((left, right) => left.usedAt - right.usedAt)) {
      if (total <= maxBytes) break;
      await removeTree(join(cache, name));
      options.onRemoved(name, sizeBytes);
      total -= sizeBytes;
      freedBytes += sizeBytes;
      removed += 1;
    }
    return { removed, freedBytes };
  } finally {
    lock.release();
  }
}

interface Unit {
  readonly name: string;
  readonly sizeBytes: number;
  readonly usedAt: number;
}

async function unitsOf(cache: string): Promise<readonly Unit[]> {
  const names: string[] = [];
  for (const item of await readdir(cache, { withFileTypes: true })) {
    if (!item.isDirectory() || STAYS.has(item.name)) continue;
    if (item.name !== DIVIDED) names.push(item.name);
    else for (const name of await readdir(join(cache, DIVIDED))) names.push(join(DIVIDED, name));
  }
  return Promise.all(
    names.map(async (name) => ({
      name,
      sizeBytes: await folderBytes(join(cache, name)),
      usedAt: (await stat(join(cache, name))).mtimeMs,
    })),
  );
}
