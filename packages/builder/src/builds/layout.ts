import { join } from "node:path";

/** Where the files of builds lie below a folder of builds. */

/** What only builders read: sources being built, locks, records of rebuilds. */
const WORK = ".work";

export const BUILD_ID = /^[0-9a-f]{64}$/;

/** A build. Whole when `program.json` is in it. */
export function buildFolder(builds: string, id: string): string {
  return join(builds, id);
}

/** Sources and temporary files of a build under way. */
export function workFolder(builds: string, id: string): string {
  return join(builds, WORK, id);
}

/** Held by whoever makes, or removes, a build. */
export function buildLock(builds: string, id: string): string {
  return join(builds, WORK, "locks", id);
}

export function locksFolder(builds: string): string {
  return join(builds, WORK, "locks");
}

export function workRoot(builds: string): string {
  return join(builds, WORK);
}

/** Names the build that was made anew of the same sources. */
export function rebuiltFile(builds: string, id: string): string {
  return join(builds, WORK, "rebuilt", id);
}

export function rebuiltFolder(builds: string): string {
  return join(builds, WORK, "rebuilt");
}

/** Shared by builds, and taken by whoever removes caches. */
export function cacheLock(cache: string): string {
  return join(cache, ".lock");
}
