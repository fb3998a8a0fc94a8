import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  CACHE_ENTRY_NAME,
  CACHE_HEADER_BYTES,
  type CacheEntry,
  parseCacheHeader,
} from "@gaia/contracts/cache-entry.ts";

/** Where the files of a cache lie, in the folder of the worker's state. */
export interface CacheFolders {
  readonly entries: string;
  /** What is being written; nothing in it is of use to the next process of the worker. */
  readonly drafts: string;
  /** Records of restores that are under way. */
  readonly placing: string;
}

/** Makes the folders; what a former process was writing is removed. */
export function openCacheFolders(path: string): CacheFolders {
  const folders = {
    entries: join(path, "entries"),
    drafts: join(path, "drafts"),
    placing: join(path, "placing"),
  };
  rmSync(folders.drafts, { recursive: true, force: true });
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folders;
}

export function entryFile(folders: CacheFolders, hash: string): string {
  return join(folders.entries, hash);
}

export function draftFile(folders: CacheFolders): string {
  return join(folders.drafts, randomUUID());
}

/** Makes a whole draft an entry. False: another task has saved the same key meanwhile, and the draft is gone. */
export function publish(draft: string, entry: string): boolean {
  try {
    // Unlike a rename a link never replaces: the first one stays.
    linkSync(draft, entry);
    rmSync(draft);
    return true;
  } catch (error) {
    const isThere = existsSync(entry);
    if (!isThere && error instanceof Error) renameSync(draft, entry);
    else rmSync(draft, { force: true });
    return !isThere;
  }
}

/** Says that an entry was used now. */
export function touch(entry: string, now: number): void {
  utimesSync(entry, now / 1000, now / 1000);
}

/** What an entry says it is; null when it says nothing that can be read. */
export function headerOf(file: number): CacheEntry | null {
  const buffer = Buffer.alloc(CACHE_HEADER_BYTES);
  const length = readSync(file, buffer, 0, buffer.length, 0);
  return length < buffer.length ? null : parseCacheHeader(buffer);
}

/** The newest entry of the scope whose key begins so; the first beginning that finds one wins. */
export function newestByPrefix(
  folders: CacheFolders,
  scope: string,
  prefixes: readonly string[],
): { readonly hash: string; readonly prefix: string } | null {
  if (prefixes.length === 0) return null;
  const entries = readdirSync(folders.entries)
    .filter((name) => CACHE_ENTRY_NAME.test(name))
    .flatMap((hash) => {
      const entry = readHeader(entryFile(folders, hash));
      return entry?.scope === scope ? [{ hash, entry }] : [];
    })
    .toSorted((one, other) => other.entry.created_at - one.entry.created_at);
  for (const prefix of prefixes) {
    const found = entries.find(({ entry }) => entry.key.startsWith(prefix));
    if (found !== undefined) return { hash: found.hash, prefix };
  }
  return null;
}

function readHeader(path: string): CacheEntry | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    return headerOf(file);
  } finally {
    closeSync(file);
  }
}

/** Limits of all entries together. */
export interface Retention {
  readonly bytes: number;
  readonly ageMs: number;
}

/** Of a worker that is told nothing else. */
export const RETENTION: Retention = { bytes: 10_737_418_240, ageMs: 14 * 24 * 3_600_000 };

/**
 * Removes what is too old, then what was used least recently until the rest fits, at most `steps` entries: an unsynced
 * removal of much at once slows everything down that writes to the same disk. True: there is more to remove.
 */
export async function removeUnused(
  folders: CacheFolders,
  now: number,
  retention: Retention,
  steps: number,
): Promise<boolean> {
  const found: { readonly path: string; readonly bytes: number; readonly usedAt: number }[] = [];
  for (const name of await readdir(folders.entries)) {
    const path = join(folders.entries, name);
    const known = await stat(path).catch(() => null);
    if (known !== null) found.push({ path, bytes: known.size, usedAt: known.mtimeMs });
  }
  let bytes = found.reduce((sum, entry) => sum + entry.bytes, 0);
  let left = steps;
  for (const entry of found.toSorted((one, other) => one.usedAt - other.usedAt)) {
    if (bytes <= retention.bytes && now - entry.usedAt <= retention.ageMs) return false;
    if (left === 0) return true;
    await rm(entry.path, { force: true });
    bytes -= entry.bytes;
    left -= 1;
  }
  return false;
}

/** Bytes of an entry as it lies on the disk; null when there is none. */
export function entryBytes(entry: string): number | null {
  return statSync(entry, { throwIfNoEntry: false })?.size ?? null;
}
