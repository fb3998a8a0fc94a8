import { takeLock } from "@gaia/launcher/lock.ts";
import { existsSync } from "node:fs";

/** Whether a process holds the lock: the kernel knows, whatever has become of pids and files. */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  const lock = takeLock(path);
  lock?.release();
  return lock === null;
}
