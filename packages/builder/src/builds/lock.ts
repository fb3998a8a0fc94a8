import { closeSync, openSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type HeldLock, shareLock, takeLock } from "@gaia/launcher/lock.ts";
import { Interrupted } from "../build-error.ts";

const TRY_AGAIN_MS = 200;

export interface LockOptions {
  readonly shared?: boolean;
  readonly signal: AbortSignal;
  /** Called once when another has it. */
  readonly onWait: () => void;
}

/** Takes a lock when it is free, or null. The kernel holds it for this process: none is left by one that was killed. */
export function tryLock(path: string, shared = false): HeldLock | null {
  // A collection may remove the file of a lock that it holds: then what was taken is no longer the one at this path.
  closeSync(openSync(path, "a", 0o600));
  const before = inodeOf(path);
  const lock = shared ? shareLock(path) : takeLock(path);
  if (lock === null || (before !== null && before === inodeOf(path))) return lock;
  lock.release();
  return null;
}

/** Takes a lock, however long another has it. */
export async function waitForLock(path: string, options: LockOptions): Promise<HeldLock> {
  await mkdir(dirname(path), { recursive: true });
  for (let told = false; ; ) {
    const lock = tryLock(path, options.shared);
    if (lock !== null) return lock;
    if (!told) options.onWait();
    told = true;
    await wait(TRY_AGAIN_MS, undefined, { signal: options.signal }).catch(() => {
      throw new Interrupted(String(options.signal.reason));
    });
  }
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
