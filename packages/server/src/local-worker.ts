import { join } from "node:path";
import type { Home } from "./home/home.ts";
import { isLocked } from "./locks.ts";
import type { Logger } from "./observe/port.ts";
import { LocalWorker } from "./workers/local.ts";
import type { Workers } from "./workers/workers.ts";

export interface LocalWorkerWishes {
  readonly slots: number;
  readonly tags: readonly string[];
  readonly cacheMaxBytes: number;
  readonly cacheMaxAgeMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workerEntry: string;
  readonly launcherEntry: string;
  readonly workers: Workers;
  readonly log: Logger;
}

/** The worker of this machine, on this home's sockets. */
export function localWorkerOf(home: Home, wishes: LocalWorkerWishes): LocalWorker {
  const { environment, workers, log } = wishes;
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
  return new LocalWorker({
    node: process.execPath,
    entry: wishes.workerEntry,
    args: Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]),
    logFile: home.workerLog,
    environment,
    workers,
    isThere: () => isLocked(join(home.worker, "local", "worker.lock")),
    log,
  });
}
