import type { WorkerView } from "@gaia/contracts";
import type { KnownWorker } from "../../workers/workers.ts";
import { oneLine } from "../words/index.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";

/** A worker as the API shows it. @param held attempts that it has, by the server's books: some may be taken ahead */
export function workerView({ hello, session, disconnectedAt }: KnownWorker, held: number): WorkerView {
  const { status, reason } = stateOf(session, disconnectedAt);
  return {
    id: hello.worker_id,
    name: hello.name,
    host: hello.host,
    version: hello.gaia_version,
    status,
    reason,
    tags: [...hello.tags],
    slots: session.slots,
    running: Math.min(held, session.slots),
    ahead: Math.max(0, held - session.slots),
    stop_means: hello.stop_means,
    limits: { memory: hello.memory_limits, cpu: hello.cpu_limits },
    connected_at: timeTextOrNull(session.connectedAt === 0 ? null : session.connectedAt),
    last_seen_at: timeTextOrNull(session.lastSeenAt === 0 ? null : session.lastSeenAt),
  };
}

function stateOf(
  session: KnownWorker["session"],
  disconnectedAt: number | null,
): Pick<WorkerView, "status" | "reason"> {
  if (disconnectedAt !== null)
    return { status: "disconnected", reason: `away since ${timeText(disconnectedAt)}` };
  if (session.unhealthy !== "") return { status: "unhealthy", reason: oneLine(session.unhealthy) };
  if (session.draining) return { status: "draining", reason: "takes no new work, and ends when it has none" };
  return { status: "connected", reason: "" };
}
