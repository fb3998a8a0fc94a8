import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  CACHE_ENTRIES_FOLDER,
  CACHE_ENTRY_NAME,
  CACHE_FOLDER,
  CACHE_HEADER_BYTES,
  type CacheEntry,
  parseCacheHeader,
} from "@gaia/contracts/cache-entry.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { agoText, countText, plural, sizeText } from "../terminal/time.ts";

/** An entry as it lies in the folder of a worker of this home. */
export interface StoredCache {
  readonly path: string;
  readonly worker: string;
  readonly usedAt: number;
  /** On the disk. */
  readonly sizeBytes: number;
  /** Null: it is damaged, and goes when it is looked for. */
  readonly entry: CacheEntry | null;
}

/** `gaia cache list` */
export async function list(context: Context, input: Input): Promise<number> {
  const found = storedCaches(context.home);
  if (input.json) {
    outDocument(context, { items: found.map(documentOf), next_cursor: null });
    return EXIT.success;
  }
  if (found.length === 0) {
    context.note("  Nothing is cached. A task keeps files with `cache`.");
    return EXIT.success;
  }
  const style = context.outStyle;
  const columns = [
    { title: "  WORKFLOW" },
    { title: "KEY" },
    { title: "ON DISK", align: "right" as const },
    { title: "FILES", align: "right" as const, spare: true },
    { title: "USED" },
    { title: "PATHS", spare: true },
  ];
  const rows = found.map(({ entry, sizeBytes, usedAt }) => [
    `  ${entry?.pipeline ?? "(damaged)"}`,
    entry?.key ?? "",
    sizeText(sizeBytes),
    entry === null ? "" : countText(entry.files),
    agoText(new Date(usedAt).toISOString(), context.now()),
    entry?.paths.join(", ") ?? "",
  ]);
  for (const line of tableLines(columns, rows, style.faint, outColumns(context))) context.out(line);
  context.note(`  ${plural(found.length, "entry", "entries")}, ${sizeText(totalBytes(found))} on disk`);
  return EXIT.success;
}

/** `gaia cache clear [key]` */
export async function clear(context: Context, input: Input): Promise<number> {
  const prefix = input.optional(0) ?? "";
  const gone = storedCaches(context.home).filter(({ entry }) => (entry?.key ?? "").startsWith(prefix));
  for (const { path } of gone) rmSync(path, { force: true });
  if (input.json) outDocument(context, { removed: gone.length, size_bytes: totalBytes(gone) });
  else if (!input.quiet)
    context.out(
      `  ${context.outStyle.good("✓")} removed ${plural(gone.length, "entry", "entries")}, ${sizeText(totalBytes(gone))}`,
    );
  return EXIT.success;
}

/** All entries of this home, what was used last first. A worker that reads one meanwhile reads it to its end. */
export function storedCaches(home: string): readonly StoredCache[] {
  const found: StoredCache[] = [];
  for (const worker of namesIn(join(home, "worker"))) {
    const folder = join(home, "worker", worker, CACHE_FOLDER, CACHE_ENTRIES_FOLDER);
    for (const name of namesIn(folder)) {
      if (!CACHE_ENTRY_NAME.test(name)) continue;
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      const { mtimeMs: usedAt, size: sizeBytes } = stat;
      found.push({ path, worker, usedAt, sizeBytes, entry: headerOf(path) });
    }
  }
  return found.toSorted((one, other) => other.usedAt - one.usedAt);
}

export function totalBytes(found: readonly StoredCache[]): number {
  return found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function documentOf({ path, worker, usedAt, sizeBytes, entry }: StoredCache): unknown {
  return {
    path,
    worker,
    used_at: new Date(usedAt).toISOString(),
    size_bytes: sizeBytes,
    damaged: entry === null,
    pipeline: entry?.pipeline ?? null,
    key: entry?.key ?? null,
    paths: entry?.paths ?? [],
    files: entry?.files ?? 0,
    bytes: entry?.bytes ?? 0,
    created_at: entry === null ? null : new Date(entry.created_at).toISOString(),
  };
}

function headerOf(path: string): CacheEntry | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const buffer = Buffer.alloc(CACHE_HEADER_BYTES);
    return readSync(file, buffer, 0, buffer.length, 0) < buffer.length ? null : parseCacheHeader(buffer);
  } finally {
    closeSync(file);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
