import { LIMITS, type SystemView } from "@gaia/contracts";
import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { ApiDeps } from "../port.ts";
import { timeText } from "./run-view.ts";
import { workerView } from "./worker-view.ts";

/** The server as the API shows it. @param address where it listens over TCP; null: on the socket only */
export async function systemView(deps: ApiDeps, address: string | null): Promise<SystemView> {
  const { engine, settings, store, workers } = deps;
  const [size, disk, backup] = await Promise.all([
    store.upkeep.size(),
    statfs(settings.home),
    newestBackup(settings.backupsFolder),
  ]);
  const { memoryBytes, loopDelayP99Ms } = deps.vitals();
  const { planner } = engine.dispatch;
  return {
    version: settings.version,
    pid: process.pid,
    node: process.version,
    home: settings.home,
    address,
    started_at: timeText(settings.startedAt),
    namespace: settings.namespace,
    database: {
      size_bytes: size.sizeBytes,
      wal_bytes: size.walBytes,
      runs: size.runs,
      schema_version: size.schemaVersion,
      problem: engine.failing?.message ?? "",
      last_backup: backup,
    },
    process: { memory_bytes: memoryBytes, event_loop_p99_ms: loopDelayP99Ms },
    run_files: { size_bytes: size.fileBytes },
    disk: { free_bytes: disk.bavail * disk.bsize, total_bytes: disk.blocks * disk.bsize },
    live_runs: engine.live.size,
    queued_jobs: planner.size,
    workers: workers.known.map((worker) => workerView(worker, planner.held(worker.hello.worker_id))),
    limits: { ...LIMITS },
  };
}

/** The folder itself is asked: copies are also made while no server runs, and removed by hand. */
async function newestBackup(folder: string): Promise<SystemView["database"]["last_backup"]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(".db"))
      .map(async (name) => {
        const path = join(folder, name);
        // It may be removed just now.
        const found = await stat(path).catch(() => null);
        return found === null ? [] : [{ at: found.mtimeMs, path, size: found.size }];
      }),
  );
  const [newest] = files.flat().toSorted((one, other) => other.at - one.at);
  return newest === undefined
    ? null
    : { at: timeText(Math.floor(newest.at)), path: newest.path, size_bytes: newest.size };
}
