import type { Dirent } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../disk.ts";
import {
  BUILD_ID,
  buildFolder,
  buildLock,
  locksFolder,
  rebuiltFile,
  rebuiltFolder,
  workFolder,
  workRoot,
} from "./layout.ts";
import { tryLock } from "./lock.ts";
import { BUILD_FILE } from "@gaia/contracts/program-build.ts";
import { folderBytes } from "./size.ts";

export interface CollectOptions {
  readonly builds: string;
  /** Ids that stay, whatever their age. */
  readonly keep: ReadonlySet<string>;
  /** Younger ones stay: their builder may not have told anybody yet. */
  readonly olderThanMs: number;
  readonly now: number;
  readonly onRemoved: (id: string, sizeBytes: number) => void;
}

export interface Collected {
  readonly removed: number;
  readonly freedBytes: number;
}

/** Removes builds that nobody keeps, and what builders that were killed left behind. What is being built stays. */
export async function collectBuilds(options: CollectOptions): Promise<Collected> {
  const { builds } = options;
  await mkdir(locksFolder(builds), { recursive: true, mode: 0o700 });
  const ids = new Set<string>();
  for (const folder of [builds, workRoot(builds), locksFolder(builds)])
    for (const item of await itemsIn(folder)) if (BUILD_ID.test(item.name)) ids.add(item.name);
  let removed = 0;
  let freedBytes = 0;
  for (const id of ids) {
    const bytes = await collect(id, options);
    if (bytes === null) continue;
    removed += 1;
    freedBytes += bytes;
  }
  await forgetRebuilt(builds);
  return { removed, freedBytes };
}

/** Bytes of the build that was removed; null: there was none to remove. */
async function collect(id: string, options: CollectOptions): Promise<number | null> {
  const { builds, keep, olderThanMs, now } = options;
  const path = buildLock(builds, id);
  const lock = tryLock(path);
  // It is being built.
  if (lock === null) return null;
  try {
    await removeTree(workFolder(builds, id));
    const folder = buildFolder(builds, id);
    const whole = await stat(join(folder, BUILD_FILE)).catch(() => null);
    const half = whole === null ? await stat(folder).catch(() => null) : null;
    const isKept = keep.has(id) || (whole !== null && now - whole.mtimeMs < olderThanMs);
    if (whole !== null && isKept) return null;
    if (whole === null && half === null) return null;
    const sizeBytes = await folderBytes(folder);
    // One that is half removed is no build.
    await rm(join(folder, BUILD_FILE), { force: true });
    await removeTree(folder);
    options.onRemoved(id, sizeBytes);
    return sizeBytes;
  } finally {
    if ((await stat(buildFolder(builds, id)).catch(() => null)) === null) await rm(path, { force: true });
    lock.release();
  }
}

/** Records of rebuilds whose result is gone. */
async function forgetRebuilt(builds: string): Promise<void> {
  for (const { name } of await itemsIn(rebuiltFolder(builds))) {
    const newer = await readFile(rebuiltFile(builds, name), "utf8").catch(() => "");
    const isThere =
      BUILD_ID.test(newer) && (await stat(buildFolder(builds, newer)).catch(() => null)) !== null;
    if (!isThere) await rm(rebuiltFile(builds, name), { force: true });
  }
}

async function itemsIn(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
