import type { PipelineStatistics } from "@gaia/contracts";
import type { RunSpending, Store, TaskSpending } from "../store/port.ts";
import { quantileOf } from "./quantile.ts";

const RUNS = 50;
/** More tasks are not told: the longest are what one looks for. */
const TASKS = 500;

/** What a pipeline's last ended runs spent their time on. Runs of very many jobs are left out, and not counted. */
export async function pipelineStatistics(
  store: Store,
  namespace: string,
  pipeline: string,
): Promise<PipelineStatistics> {
  const statuses = ["completed", "failed", "cancelled"] as const;
  const { items } = await store.runs.list({ namespace, pipeline, statuses }, null, RUNS);
  const found = await store.history.spending(items.map((run) => run.id));
  const completed = items.flatMap((run) =>
    run.header.status === "completed" ? (found.get(run.id) ?? []) : [],
  );
  const median = (of: (spending: RunSpending) => number) => quantileOf(completed.map(of), 0.5);
  return {
    runs: found.size,
    working_ms: median((spending) => spending.workingMs),
    queued_ms: median((spending) => spending.queuedMs),
    waiting_ms: median((spending) => spending.waitingMs),
    tasks: tasksOf([...found.values()]),
  };
}

function tasksOf(spendings: readonly RunSpending[]): PipelineStatistics["tasks"] {
  const byKey = Map.groupBy(
    spendings.flatMap((spending) => spending.tasks),
    (task) => task.key,
  );
  return [...byKey.values()]
    .flatMap(taskOf)
    .sort((one, other) => (other.typical_ms ?? -1) - (one.typical_ms ?? -1) || (one.key < other.key ? -1 : 1))
    .slice(0, TASKS);
}

function taskOf(runs: readonly TaskSpending[]): PipelineStatistics["tasks"] {
  const [newest] = runs;
  if (newest === undefined) return [];
  const worked = runs.flatMap((run) =>
    run.status === "completed" && run.workingMs !== null ? [run.workingMs] : [],
  );
  return [
    {
      key: newest.key,
      kind: newest.kind,
      runs: runs.length,
      typical_ms: quantileOf(worked, 0.5),
      slow_ms: quantileOf(worked, 0.95),
      waiting_ms: quantileOf(
        runs.map((run) => run.waitingMs),
        0.5,
      ),
      failed: runs.filter((run) => run.status === "failed").length,
      flaky: runs.filter((run) => run.isFlaky).length,
    },
  ];
}
