import { LIMITS, type SystemView } from "@gaia/contracts";
import { statfs } from "node:fs/promises";
import type { ApiDeps } from "../port.ts";
import { timeText } from "./run-view.ts";
import { workerView } from "./worker-view.ts";

/** The server as the API shows it. @param address where it listens over TCP; null: on the socket only */
export async function systemView(deps: ApiDeps, address: string | null): Promise<SystemView> {
  const { engine, settings, store, workers } = deps;
  const [size, disk] = await Promise.all([store.upkeep.size(), statfs(settings.home)]);
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
    },
    run_files: { size_bytes: size.fileBytes },
    disk: { free_bytes: disk.bavail * disk.bsize, total_bytes: disk.blocks * disk.bsize },
    live_runs: engine.live.size,
    queued_jobs: planner.size,
    workers: workers.known.map((worker) => workerView(worker, planner.held(worker.hello.worker_id))),
    limits: { ...LIMITS },
  };
}
