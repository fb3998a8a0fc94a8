import type { SystemView } from "../api/client.ts";
import { amount, bytes, first, listWords, spoken } from "../design/index.ts";

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
        ? `${first(listWords(ill.map((worker) => `worker ${worker.name} is ${worker.status}`)))}.`
        : "";
  return { name: "Workers", isWell: trouble === "", text, trouble };
}

function databaseCheck({ database }: SystemView): Check {
  const isWell = database.problem === "";
  const text = isWell
    ? `${bytes(database.size_bytes)}, ${amount(database.runs, "run")}`
    : "the last write failed";
  const trouble = isWell ? "" : "The last write to the database failed.";
  return { name: "Database", isWell, text, trouble };
}

/** What can be done about what is wrong, each a sentence; code between backticks. */
export function remediesOf(system: SystemView): readonly string[] {
  const { workers, database, run_files: files } = system;
  const isAnyConnected = workers.some(({ status }) => status === "connected");
  return [
    ...(database.problem === "" ? [] : [database.problem]),
    ...(isAnyConnected
      ? []
      : [
          "The server starts a worker of its own unless `worker.enabled` is false; `gaia doctor` says what is in its way.",
        ]),
    ...(diskShare(system) < NEARLY_FULL
      ? []
      : [
          `Of the disk, Gaia's database takes ${bytes(database.size_bytes)} and files of ended runs ${bytes(files.size_bytes)}: lower \`retention.max_age\` or \`retention.max_bytes\` to keep less, or remove what is not Gaia's.`,
        ]),
  ];
}

function diskCheck(system: SystemView): Check {
  const share = diskShare(system);
  const percent = `${Math.floor(share * 100)} %`;
  const isWell = share < NEARLY_FULL;
  const text = `${percent} used, ${bytes(system.disk.free_bytes)} free`;
  return { name: "Disk", isWell, text, trouble: isWell ? "" : `The disk is ${percent} full.` };
}
