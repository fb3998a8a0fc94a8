import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  realpathSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { CACHE_HEADER_BYTES, type CacheEntry, cacheHeaderBytes } from "@gaia/contracts/cache-entry.ts";
import { diskFloorBytes } from "../disk.ts";
import { findFiles, type Limits, readArchive, writeArchive } from "./archive.ts";
import { headerOf, publish } from "./entries.ts";
import { beginPlacing, checkFolderAbove, endPlacing, place } from "./place.ts";
import { CacheProblem, DamagedEntry, problemText } from "./problems.ts";

/** What the thread is asked for. */
export type CacheJob =
  | {
      readonly kind: "restore";
      readonly entry: string;
      readonly root: string;
      readonly paths: readonly string[];
      readonly record: string;
      /** Tells this restore from others in the same folder. */
      readonly name: string;
    }
  | {
      readonly kind: "save";
      readonly entry: string;
      readonly draft: string;
      readonly root: string;
      readonly paths: readonly string[];
      readonly limits: Limits;
      /** Of all entries together, as they lie on the disk. */
      readonly keepBytes: number;
      /** Of the disk that the cache lies on, kept free; null: what its size asks for. */
      readonly reserveBytes: number | null;
      readonly header: Pick<CacheEntry, "pipeline" | "key" | "scope"> & { readonly now: number };
    };

export type CacheAnswer =
  | { readonly kind: "restored"; readonly bytes: number; readonly files: number }
  | {
      readonly kind: "saved";
      readonly bytes: number;
      readonly files: number;
      readonly storedBytes: number;
    }
  | { readonly kind: "nothing"; readonly why: string }
  | { readonly kind: "damaged"; readonly why: string };

/** Does it, in this thread. `answer` is given once, perhaps before what is left over has been removed. */
export function performCacheJob(job: CacheJob, answer: (answer: CacheAnswer) => void): void {
  if (job.kind === "save") answer(saved(job));
  else restore(job, answer);
}

function restore(job: Extract<CacheJob, { kind: "restore" }>, answer: (answer: CacheAnswer) => void): void {
  try {
    const { bytes, files } = restored(job);
    answer({ kind: "restored", bytes, files });
  } catch (error) {
    const kind = error instanceof DamagedEntry ? "damaged" : "nothing";
    answer({ kind, why: problemText(error) });
  } finally {
    endPlacing(job.record);
  }
}

function restored(job: Extract<CacheJob, { kind: "restore" }>): {
  readonly bytes: number;
  readonly files: number;
} {
  const root = realpathSync(job.root);
  for (const path of job.paths) checkFolderAbove(root, path);
  const file = openSync(job.entry, "r");
  try {
    const header = headerOf(file);
    if (header === null) throw new DamagedEntry("its beginning cannot be read");
    const folder = beginPlacing(job.record, root, job.paths, job.name);
    const end = CACHE_HEADER_BYTES + header.stored_bytes;
    if (fstatSync(file).size !== end) throw new DamagedEntry("it has another length than was written");
    const content = readArchive(file, CACHE_HEADER_BYTES, end, folder);
    place(job.record);
    return content;
  } finally {
    closeSync(file);
  }
}

function saved(job: Extract<CacheJob, { kind: "save" }>): CacheAnswer {
  try {
    if (existsSync(job.entry)) return { kind: "nothing", why: "another task has saved it" };
    return written(job);
  } catch (error) {
    rmSync(job.draft, { force: true });
    return { kind: "nothing", why: problemText(error) };
  }
}

function written(job: Extract<CacheJob, { kind: "save" }>): CacheAnswer {
  if (job.keepBytes === 0) throw new CacheProblem("[cache] max_bytes is 0: nothing is kept");
  const root = realpathSync(job.root);
  for (const path of job.paths) checkFolderAbove(root, path);
  const found = findFiles(root, job.paths, job.limits);
  if (found.length === 0) return { kind: "nothing", why: `there is no ${job.paths.join(", ")}` };
  const needed = found.reduce((sum, { bytes }) => sum + bytes, 0);
  checkRoom(dirname(job.draft), needed, job.reserveBytes);
  const file = openSync(job.draft, "wx", 0o600);
  let bytes: number;
  let storedBytes: number;
  try {
    ({ bytes, storedBytes } = writeArchive(root, found, file, CACHE_HEADER_BYTES));
    // It would be removed at once, and everything else with it.
    if (CACHE_HEADER_BYTES + storedBytes > job.keepBytes)
      throw new CacheProblem(
        `it takes ${CACHE_HEADER_BYTES + storedBytes} bytes, more than the whole cache may ([cache] max_bytes = ${job.keepBytes})`,
      );
    const { now, ...facts } = job.header;
    const header = cacheHeaderBytes({
      version: 1,
      ...facts,
      paths: [...job.paths],
      created_at: now,
      bytes,
      files: found.length,
      stored_bytes: storedBytes,
    });
    writeSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (!publish(job.draft, job.entry)) return { kind: "nothing", why: "another task has saved it" };
  return { kind: "saved", bytes, files: found.length, storedBytes };
}

/** What does not compress must fit as well. */
function checkRoom(folder: string, needed: number, reserveBytes: number | null): void {
  const { bavail, blocks, bsize } = statfsSync(folder);
  if (bavail * bsize < needed + (reserveBytes ?? 2 * diskFloorBytes(blocks * bsize)))
    throw new CacheProblem("the disk is too full: it must have room for all of it, uncompressed");
}
