import { rmSync } from "node:fs";
import { chmod, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { BuildError } from "./build-error.ts";

const MEGABYTE = 1_048_576;

/** What has to stay free: others write to the disk as well, such as the server's database. As for caches. */
export function reserveBytes(totalBytes: number): number {
  return Math.min(512 * MEGABYTE, Math.max(64 * MEGABYTE, totalBytes * 0.02));
}

/** Says that the disk of a folder is full, in numbers; null: it is not. */
export async function fullDisk(folder: string): Promise<BuildError | null> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  return freeBytes < reserveBytes(blocks * bsize) ? diskFull(folder, freeBytes, blocks * bsize) : null;
}

/** The error of a full disk, when that is what went wrong. */
export async function diskError(folder: string, reason: unknown): Promise<BuildError | null> {
  const code = reason instanceof Error && "code" in reason ? reason.code : "";
  if (code !== "ENOSPC" && code !== "EDQUOT") return null;
  const { bavail, blocks, bsize } = await statfs(folder);
  return diskFull(folder, bavail * bsize, blocks * bsize);
}

function diskFull(folder: string, freeBytes: number, totalBytes: number): BuildError {
  const megabytes = (bytes: number): string => `${Math.floor(bytes / MEGABYTE).toLocaleString("en-US")} MiB`;
  const state = `${megabytes(freeBytes)} of ${megabytes(totalBytes)} are free, ${megabytes(reserveBytes(totalBytes))} have to stay so`;
  return new BuildError(`The disk of ${folder} is full: ${state}.`, "Free some space and build again.");
}

/** Removes a folder with all that is in it, also what a tool has made read-only. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await makeWritable(path);
    rmSync(path, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const item of await readdir(folder, { withFileTypes: true })) {
    if (item.isDirectory()) await makeWritable(join(folder, item.name));
  }
}
