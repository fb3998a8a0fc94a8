import type { SystemView } from "../api/client.ts";
import { amount, bytes, listWords, spoken } from "../design/index.ts";

/** How the server is, in words. Home says it short, System in full. */

export interface Check {
  readonly name: "Server" | "Workers" | "Database" | "Disk";
  readonly isWell: boolean;
  readonly text: string;
  /** A whole sentence about what is wrong; empty: nothing is. */
  readonly trouble: string;
}

/** From this share on a limit is told in ochre. */
export const NEARLY_FULL = 0.8;

/** @param now milliseconds since 1970 */
export function checksOf(system: SystemView, now: number): readonly Check[] {
  return [serverCheck(system, now), workerCheck(system), databaseCheck(system), diskCheck(system)];
}

/** What is wrong, each a sentence. */
export function troublesOf(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ trouble }) => (trouble === "" ? [] : [trouble]));
}

/** Share of the disk that is used, 0 to 1. */
export function diskShare({ disk }: Pick<SystemView, "disk">): number {
  return disk.total_bytes === 0 ? 0 : 1 - disk.free_bytes / disk.total_bytes;
}

function serverCheck(system: SystemView, now: number): Check {
  const upMs = now - Date.parse(system.started_at);
  const text = upMs < 60_000 ? "just started" : `up ${spoken(upMs)}`;
  return { name: "Server", isWell: true, text, trouble: "" };
}

function workerCheck({ workers }: SystemView): Check {
  const of = (status: string): readonly SystemView["workers"][number][] =>
    workers.filter((worker) => worker.status === status);
  const connected = of("connected");
  const ill = [...of("disconnected"), ...of("unhealthy")];
  const slots = connected.reduce((sum, worker) => sum + worker.slots, 0);
  const busy = connected.reduce((sum, worker) => sum + worker.running, 0);
  const text =
    workers.length === 0
      ? "none is known"
      : `${connected.length} of ${workers.length}, ${busy} of ${slots} slots`;
  const trouble =
    connected.length === 0
      ? "No worker is connected: nothing new can run."
      : ill.length > 0
        ? `${listWords(ill.map((worker) => `${worker.name} is ${worker.status}`))}.`
        : "";
  return { name: "Workers", isWell: trouble === "", text, trouble };
}

function databaseCheck({ database }: SystemView): Check {
  const text = `${bytes(database.size_bytes)}, ${amount(database.runs, "run")}`;
  return { name: "Database", isWell: true, text, trouble: "" };
}

function diskCheck(system: SystemView): Check {
  const share = diskShare(system);
  const percent = `${Math.floor(share * 100)} %`;
  const isWell = share < NEARLY_FULL;
  const text = `${percent} used, ${bytes(system.disk.free_bytes)} free`;
  return { name: "Disk", isWell, text, trouble: isWell ? "" : `The disk is ${percent} full.` };
}
