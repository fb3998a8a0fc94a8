import { statfs } from "node:fs/promises";

const FLOOR_MAX_BYTES = 256 * 1024 * 1024;
const FLOOR_MIN_BYTES = 32 * 1024 * 1024;
const FLOOR_SHARE = 0.01;

export interface DiskState {
  readonly freeBytes: number;
  /** Why nothing is started now; null: there is room. */
  readonly problem: string | null;
}

/**
 * Free space where logs are written. Below the floor nothing is started: a full disk would fail jobs in the middle,
 * and the logs that say why could not be written. The floor is 1 % of the disk, within 32 to 256 MB.
 */
export async function readDisk(path: string): Promise<DiskState> {
  const { bavail, blocks, bsize } = await statfs(path);
  return judgeDisk(path, bavail * bsize, blocks * bsize);
}

export function judgeDisk(path: string, freeBytes: number, sizeBytes: number): DiskState {
  const floorBytes = diskFloorBytes(sizeBytes);
  if (freeBytes >= floorBytes) return { freeBytes, problem: null };
  const problem = `only ${megabytes(freeBytes)} MB are free on the worker's disk (${path}), fewer than the ${megabytes(floorBytes)} MB that it keeps; free some space`;
  return { freeBytes, problem };
}

/** What a disk of this size must have free for a worker to start something. */
export function diskFloorBytes(sizeBytes: number): number {
  return Math.min(FLOOR_MAX_BYTES, Math.max(FLOOR_MIN_BYTES, sizeBytes * FLOOR_SHARE));
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
