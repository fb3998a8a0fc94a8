import type { QueueEntry } from "../lane.ts";
import { type PlannedWorker, Planner } from "../planner.ts";

/** A waiting job. */
export const entry = (run: string, job: number, options: Partial<QueueEntry> = {}): QueueEntry => ({
  run,
  job,
  namespace: "default",
  pipeline: "build",
  priority: 5,
  readyAt: 0,
  tags: [],
  ...options,
});

/** A worker with so many slots. */
export const worker = (
  id: string,
  slots: number,
  options: Partial<Omit<PlannedWorker, "tags">> & { tags?: readonly string[] } = {},
): PlannedWorker => ({
  id,
  slots,
  credits: 0,
  accepts: true,
  ...options,
  tags: new Set(options.tags ?? []),
});

/** A planner with these workers and waiting jobs. */
export function planner(workers: readonly PlannedWorker[], entries: readonly QueueEntry[] = []): Planner {
  const made = new Planner();
  for (const one of workers) made.setWorker(one);
  for (const one of entries) made.add(one);
  return made;
}

/** What is given now, as `run.job`. */
export const plan = (of: Planner, now = 0, limit = 100) =>
  of.plan(now, limit).map((one) => `${one.entry.run}.${one.entry.job}`);
/** What is given now, and where. */
export const places = (of: Planner, now = 0) =>
  of.plan(now, 100).map((one) => `${one.entry.run}.${one.entry.job} ${one.worker}`);
