import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "@gaia/launcher/lock.ts";

/** What a worker keeps over its restarts. */
export interface StateFolder {
  readonly path: string;
  /** Stays the same: the server finds the attempts of the former process by it. */
  readonly workerId: string;
  release(): void;
}

/** Opens the worker's folder; null when another worker has it. */
export function openStateFolder(path: string): StateFolder | null {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(path, "worker.lock"));
  if (lock === null) return null;
  return { path, workerId: workerIdIn(join(path, "worker-id")), release: () => lock.release() };
}

function workerIdIn(file: string): string {
  try {
    const id = readFileSync(file, "utf8").trim();
    if (/^worker_[0-9a-f-]{36}$/.test(id)) return id;
  } catch {
    // The first start.
  }
  const id = `worker_${randomUUID()}`;
  writeFileSync(file, `${id}\n`, { mode: 0o600 });
  return id;
}
