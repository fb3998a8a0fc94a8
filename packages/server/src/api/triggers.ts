import { GaiaError, LIMITS, type TriggerView } from "@gaia/contracts";
import { z } from "zod";
import type { RunSummary, TriggerRow } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import { listCursor, listPlace } from "./cursors.ts";
import { strippedRun } from "./views/strip-run.ts";
import { timeText, timeTextOrNull } from "./views/run-view.ts";
import { scheduleText } from "./words/index.ts";

/** So many of the next times are told. */
const NEXT_TIMES = 5;
/** A trigger that fired last before so many younger runs of its pipeline counts as never fired. */
const RUNS_PER_TRIGGER = 10;

/** What the store keeps as a cron trigger's definition. */
const cronSpec = z.object({ cron: z.string(), timezone: z.string(), missed: z.string() });

export type CronSpec = z.infer<typeof cronSpec>;

/** @throws GaiaError `internal` */
export function specOf(row: TriggerRow): CronSpec {
  const parsed = cronSpec.safeParse(row.spec);
  if (parsed.success) return parsed.data;
  throw new GaiaError("internal", `The trigger ${row.id} of \`${row.pipeline}\` cannot be read.`);
}

/** The last run that a trigger started, and for which instant. */
export interface Firing {
  readonly at: number;
  readonly run: RunSummary;
}

/** When the triggers of one pipeline fired last: their runs' ids say for which trigger and instant they were started. */
export async function lastFirings(
  context: ApiContext,
  triggers: readonly TriggerRow[],
): Promise<ReadonlyMap<string, Firing>> {
  const firings = new Map<string, Firing>();
  const [first] = triggers;
  if (first === undefined) return firings;
  const { store, schedules } = context.deps;
  // The newest run by schedule is that of the only trigger, or of one that is no more.
  const limit = triggers.length === 1 ? 1 : Math.min(LIMITS.pageItems, triggers.length * RUNS_PER_TRIGGER);
  const { namespace, pipeline } = first;
  const { items } = await store.runs.list({ namespace, pipeline, trigger: first.kind }, null, limit);
  for (const run of items)
    for (const { id } of triggers) {
      const at = firings.has(id) ? null : schedules.instantOf(id, run.id);
      if (at !== null) firings.set(id, { at, run });
    }
  return firings;
}

/** Triggers, soonest first; those that will not fire are last. */
export async function triggerPage(
  context: ApiContext,
  query: {
    readonly namespace: string;
    readonly pipeline: string | null;
    readonly cursor: string | null;
    readonly limit: number;
  },
): Promise<{ readonly items: readonly TriggerView[]; readonly next_cursor: string | null }> {
  const all = (await context.deps.store.triggers.all())
    .filter((row) => row.namespace === query.namespace && (query.pipeline ?? row.pipeline) === row.pipeline)
    .toSorted(soonestFirst);
  const after = query.cursor === null ? null : listPlace(query.cursor, "triggers");
  const left =
    after === null
      ? all
      : all.filter((row) => order(row) > after.at || (order(row) === after.at && row.id > after.id));
  const rows = left.slice(0, query.limit);
  const last = rows.at(-1);
  return {
    items: await viewsOf(context, rows),
    next_cursor:
      left.length > rows.length && last !== undefined ? listCursor("triggers", order(last), last.id) : null,
  };
}

function order(row: TriggerRow): number {
  return row.paused ? Number.MAX_SAFE_INTEGER : (row.nextAt ?? Number.MAX_SAFE_INTEGER);
}

function soonestFirst(one: TriggerRow, other: TriggerRow): number {
  return order(one) - order(other) || (one.id < other.id ? -1 : 1);
}

async function viewsOf(context: ApiContext, rows: readonly TriggerRow[]): Promise<readonly TriggerView[]> {
  const byPipeline = Map.groupBy(rows, (row) => row.pipeline);
  const firings = new Map<string, Firing>();
  for (const own of byPipeline.values())
    for (const [id, firing] of await lastFirings(context, own)) firings.set(id, firing);
  const { schedules, now } = context.deps;
  return rows.map((row) => {
    const spec = specOf(row);
    const firing = firings.get(row.id) ?? null;
    return {
      id: row.id,
      pipeline: row.pipeline,
      kind: row.kind,
      text: scheduleText(spec.cron, spec.timezone),
      schedule: spec.cron,
      timezone: spec.timezone,
      missed: spec.missed,
      paused: row.paused,
      next: schedules.next(row, now(), Number.MAX_SAFE_INTEGER, NEXT_TIMES).map(timeText),
      last_at: timeTextOrNull(firing?.at ?? null),
      last_run: firing === null ? null : strippedRun(firing.run, now()),
    };
  });
}
