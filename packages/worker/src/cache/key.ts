import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { glob, lstat, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { LIMITS } from "@gaia/contracts";
import { isBelow } from "./below.ts";
import { CacheProblem } from "./problems.ts";

/** What a task says about its cache, with every value in its place. */
export interface CacheWish {
  /** The folder that paths and files are relative to. */
  readonly root: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly key: string;
  readonly paths: readonly string[];
  readonly files: readonly string[];
  /** Beginnings of other keys. */
  readonly restore: readonly string[];
}

export interface CacheKey {
  /** Names the entry. */
  readonly hash: string;
  /** What entries of other keys must share. */
  readonly scope: string;
  /** Globs of `files` that found nothing. */
  readonly absent: readonly string[];
}

/**
 * The effective key: workflow, platform, paths, `key` and the contents of `files`. Keys of one workflow never meet those
 * of another: who may start the one could else choose what the other runs.
 *
 * @throws CacheProblem for a file that leads out of the folder, and for too much content
 */
export async function cacheKey(wish: CacheWish): Promise<CacheKey> {
  const { namespace, pipeline, paths } = wish;
  const platform = `${process.platform}-${process.arch}`;
  const scope = createHash("sha256")
    .update(JSON.stringify([1, namespace, pipeline, platform, paths.toSorted()]))
    .digest("hex");
  const hash = createHash("sha256").update(JSON.stringify([scope, wish.key]));
  const absent = await addFiles(wish, hash);
  return { hash: hash.digest("hex"), scope, absent };
}

async function addFiles(wish: CacheWish, hash: Hash): Promise<readonly string[]> {
  if (wish.files.length === 0) return [];
  const root = await realpath(wish.root);
  const absent: string[] = [];
  const found = new Set<string>();
  for (const pattern of wish.files) {
    const before = found.size;
    for await (const path of glob(pattern, { cwd: root })) {
      found.add(path.split(sep).join("/"));
      if (found.size > LIMITS.cacheEntryFiles)
        throw new CacheProblem(`\`files\` finds more than ${LIMITS.cacheEntryFiles} files`);
    }
    if (found.size === before) absent.push(pattern);
  }
  let bytes = 0;
  for (const path of [...found].toSorted()) {
    const real = await realpath(join(root, path));
    if (!isBelow(root, real))
      throw new CacheProblem(`${path} of \`files\` is a link that leads out of work_dir`);
    const stat = await lstat(real);
    if (!stat.isFile()) continue;
    bytes += stat.size;
    if (bytes > LIMITS.cacheKeyBytes)
      throw new CacheProblem(`\`files\` has more than ${LIMITS.cacheKeyBytes} bytes; name fewer files`);
    hash.update(`${JSON.stringify([path, stat.size])}\n`);
    for await (const part of createReadStream(real, { end: Math.max(0, stat.size - 1) })) hash.update(part);
  }
  return absent;
}
