import type { EventView } from "../../api/client.ts";

/** What a job's history tells and its newest state does not. */
export interface Past {
  /** In the queue, before its next attempt, for a person: until it went on; an open wait is not in it. */
  readonly waitedMs: number;
  /** When the wait began that is not over; null: it does not wait. */
  readonly waitsSince: number | null;
  /** Worker of its newest attempt, as the events name it. */
  readonly worker: string | null;
}

const NOTHING: Past = { waitedMs: 0, waitsSince: null, worker: null };
const BEGINS: ReadonlySet<string> = new Set(["job.queued", "job.backoff", "job.asked", "job.returned"]);
const ENDS: ReadonlySet<string> = new Set(["job.started", "attempt.ended", "job.ended", "job.stopping"]);

/** By the key of the job. */
export function pastOf(events: readonly EventView[]): ReadonlyMap<string, Past> {
  const found = new Map<string, Past>();
  for (const event of events) {
    if (event.job === null) continue;
    const former = found.get(event.job) ?? NOTHING;
    const next = after(former, event);
    if (next !== former) found.set(event.job, next);
  }
  return found;
}

function after(past: Past, { kind, at, body }: EventView): Past {
  const worker = typeof body["worker"] === "string" && body["worker"] !== "" ? body["worker"] : past.worker;
  const now = Date.parse(at);
  if (BEGINS.has(kind)) return { ...past, worker, waitsSince: past.waitsSince ?? now };
  if (!ENDS.has(kind) || past.waitsSince === null) return worker === past.worker ? past : { ...past, worker };
  // An attempt that was too short to be told of its start says when that was.
  const started = typeof body["started_at"] === "string" ? Date.parse(body["started_at"]) : now;
  const until = Number.isNaN(started) ? now : Math.min(now, started);
  return { worker, waitedMs: past.waitedMs + Math.max(0, until - past.waitsSince), waitsSince: null };
}
