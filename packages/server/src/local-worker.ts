import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "./home/home.ts";
import { isLocked } from "./locks.ts";

export interface LocalWorkerWishes {
  readonly slots: number;
  readonly tags: readonly string[];
  readonly cacheMaxBytes: number;
  readonly cacheMaxAgeMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workerEntry: string;
  readonly launcherEntry: string;
}

/** Starts the worker of this machine on this home's sockets, in a session of its own: it outlives the server. */
export function spawnLocalWorker(home: Home, wishes: LocalWorkerWishes): ChildProcess {
  const words: Readonly<Record<string, string>> = {
    server: `unix:${home.workerSocket}`,
    home: home.path,
    name: "local",
    slots: String(wishes.slots),
    tags: wishes.tags.join(","),
    "cache-max-bytes": String(wishes.cacheMaxBytes),
    "cache-max-age-ms": String(wishes.cacheMaxAgeMs),
    "launcher-socket": home.launcherSocket,
    "launcher-journal": home.launcherJournal,
    "launcher-log": home.launcherLog,
    "launcher-entry": wishes.launcherEntry,
  };
  const args = Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]);
  const log = openSync(home.workerLog, "a", 0o600);
  try {
    const child = spawn(process.execPath, [wishes.workerEntry, ...args], {
      detached: true,
      stdio: ["ignore", log, log],
      env: wishes.environment,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Whether a worker of this home runs, connected or not: one that an earlier server has left, perhaps hung. */
export function isLocalWorkerThere(home: Home): boolean {
  return isLocked(join(home.worker, "local", "worker.lock"));
}
