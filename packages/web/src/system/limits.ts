import type { SystemView } from "../api/client.ts";
import { bytes, count } from "../design/duration.ts";
import type { Settings } from "./queries.ts";

/** What is used of what is allowed. */
export interface Limit {
  readonly name: string;
  readonly used: number;
  readonly allowed: number;
  readonly text: string;
}

/** Those of which both numbers are known. */
export function limitsOf(system: SystemView, settings: Settings | undefined): readonly Limit[] {
  const { disk, database, limits, workers } = system;
  const connected = workers.filter(({ status }) => status === "connected");
  const limit = (name: string, used: number, allowed: number | null, write: (value: number) => string) =>
    allowed === null || allowed <= 0
      ? []
      : [{ name, used, allowed, text: `${write(used)} of ${write(allowed)}` }];
  return [
    ...limit("Disk", disk.total_bytes - disk.free_bytes, disk.total_bytes, bytes),
    ...limit("Database", database.size_bytes, numberOf(settings, "retention.max_bytes"), bytes),
    ...limit("Runs kept", database.runs, numberOf(settings, "retention.max_runs"), count),
    ...limit("Live runs", system.live_runs, limits["liveRuns"] ?? null, count),
    ...limit("Queued jobs", system.queued_jobs, limits["queuedJobs"] ?? null, count),
    ...limit(
      "Slots",
      connected.reduce((sum, worker) => sum + worker.running, 0),
      connected.reduce((sum, worker) => sum + worker.slots, 0),
      count,
    ),
    ...limit("Workers", workers.length, limits["workers"] ?? null, count),
  ];
}

/** Share of what is allowed, 0 to 1. */
export function shareOf({ used, allowed }: Pick<Limit, "used" | "allowed">): number {
  return Math.min(1, Math.max(0, used / allowed));
}

/** A whole number as `config.toml` would hold it; null: it is none, or not known. */
export function numberOf(settings: Settings | undefined, key: string): number | null {
  const value = settings?.items.find((item) => item.key === key)?.value;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

/** `definitionBytes` as `Definition bytes`. */
export function limitName(key: string): string {
  const words = key.replaceAll(/([A-Z])/g, " $1").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1.0 MB` for bytes, `30 days` for ms, `10,000` for the rest. */
export function limitValue(key: string, value: number): string {
  if (/bytes/i.test(key)) return bytes(value);
  if (/ms(max|min)?$/i.test(key)) return `${count(Math.round(value / 86_400_000))} days`;
  return count(value);
}
