import type { SystemView } from "../api/client.ts";
import { type Check, troublesOf } from "../app/health.ts";
import { listWords } from "../design/number.ts";
import type { Readiness } from "./queries.ts";

/** Checks of `/ready` that are the same as ours. */
const TOLD_BY: Readonly<Record<string, string>> = { Workers: "worker", Database: "store" };

/** What the system's page is about, in a sentence; fixed patterns. */
export function answerOf(checks: readonly Check[], readiness: Readiness | undefined): string {
  // What a check tells itself is not told twice.
  const told = new Set(checks.flatMap(({ name, isWell }) => (isWell ? [] : [TOLD_BY[name] ?? ""])));
  const unready = (readiness?.checks ?? []).filter(({ name, ok }) => !ok && !told.has(name));
  const troubles = [
    ...unready.map(
      ({ name, message }) => `${message === "" ? `The ${name} is not ready` : sentence(message)}.`,
    ),
    ...troublesOf(checks),
  ];
  if (troubles.length === 0) return "Everything is well.";
  return `${[...new Set(troubles)].join(" ")} The rest is well.`;
}

/** What the server is made of, in a line. */
export function restOf({ workers, live_runs, queued_jobs }: SystemView): string {
  const connected = workers.filter(({ status }) => status === "connected");
  const slots = connected.reduce((sum, worker) => sum + worker.slots, 0);
  const busy = connected.reduce((sum, worker) => sum + worker.running, 0);
  const parts = [
    `${connected.length} of ${workers.length} ${workers.length === 1 ? "worker is" : "workers are"} connected`,
    `${busy} of ${slots} slots are busy`,
    queued_jobs === 0
      ? "nothing is queued"
      : `${queued_jobs} ${queued_jobs === 1 ? "job is" : "jobs are"} queued`,
    `${live_runs} ${live_runs === 1 ? "run is" : "runs are"} live`,
  ];
  return `${listWords(parts)}.`;
}

function sentence(text: string): string {
  const trimmed = text.replace(/\.$/, "");
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
}
