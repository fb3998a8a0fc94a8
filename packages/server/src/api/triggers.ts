import { FORGES, GaiaError, LIMITS, type TriggerView } from "@gaia/contracts";
import { z } from "zod";
import type { RunSummary, Store, TriggerRow } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import { listCursor, listPlace } from "./cursors.ts";
import { strippedRun } from "./views/strip-run.ts";
import { timeText, timeTextOrNull } from "./views/run-view.ts";
import { isArmed, triggerText, webhookPath } from "./words/index.ts";

/** So many of the next times are told. */
const NEXT_TIMES = 5;
/** A trigger that fired last before so many younger runs of its pipeline counts as never fired. */
const RUNS_PER_TRIGGER = 10;

/** What the store keeps as a trigger's definition. */
const triggerSpec = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cron"), cron: z.string(), timezone: z.string(), missed: z.string() }),
  z.object({
    kind: z.literal("pipeline"),
    pipeline: z.string(),
    on: z.enum(["completed", "failed", "always"]),
  }),
  z.object({
    kind: z.literal("webhook"),
    name: z.string(),
    secret: z.string().nullable(),
    events: z.array(z.string()).nullable(),
    when: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("git"),
    name: z.string(),
    repository: z.string().nullable(),
    secret: z.string().nullable(),
    events: z.array(z.string()),
    branches: z.array(z.string()).nullable(),
    tags: z.array(z.string()).nullable(),
    paths: z.array(z.string()).nullable(),
    intervalMs: z.number(),
    // Rows of an earlier Gaia have none.
    status: z
      .object({
        forge: z.enum(FORGES),
        api: z.string(),
        repository: z.string(),
        context: z.string(),
        token: z.string(),
      })
      .nullable()
      .default(null),
  }),
]);

export type TriggerSpec = z.infer<typeof triggerSpec>;

/** @throws GaiaError `internal` */
export function specOf(row: TriggerRow): TriggerSpec {
  const parsed = triggerSpec.safeParse(row.spec);
  if (parsed.success) return parsed.data;
  throw new GaiaError("internal", `The trigger ${row.id} of \`${row.pipeline}\` cannot be read.`);
}

/** Whether it fires by deliveries to an address. */
function isCalled({ kind }: TriggerRow): boolean {
  return kind === "webhook" || kind === "git";
}

/** The path at which it is called; null: it is not. */
function addressOf({ pipeline }: TriggerRow, spec: TriggerSpec): string | null {
  const isOne = (spec.kind === "webhook" || spec.kind === "git") && spec.secret !== null && isArmed(spec);
  return isOne ? webhookPath(pipeline, spec.name) : null;
}

/** Those of a pipeline, or of all; a row that is a firing on its way is not one. */
export function shownTriggers(
  rows: readonly TriggerRow[],
  namespace: string,
  pipeline: string | null,
): readonly TriggerRow[] {
  return rows.filter(
    (row) =>
      row.kind !== "firing" && row.namespace === namespace && (pipeline ?? row.pipeline) === row.pipeline,
  );
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
  const { store, schedules } = context.deps;
  const armed = triggers.filter((row) => isArmed(specOf(row)));
  for (const own of Map.groupBy(armed, (row) => row.kind).values()) {
    const [first] = own;
    if (first === undefined) continue;
    if (isCalled(first)) {
      for (const [id, firing] of await firingsOf(store, own)) firings.set(id, firing);
      continue;
    }
    // The newest run by a kind of trigger is that of the only one, or of one that is no more.
    const limit = own.length === 1 ? 1 : Math.min(LIMITS.pageItems, own.length * RUNS_PER_TRIGGER);
    const { namespace, pipeline } = first;
    const { items } = await store.runs.list({ namespace, pipeline, trigger: first.kind }, null, limit);
    for (const run of items)
      for (const { id } of own) {
        const at = firings.has(id) ? null : schedules.instantOf(id, run.id, run.facts.actor.id);
        if (at !== null) firings.set(id, { at, run });
      }
  }
  return firings;
}

/** Of webhooks: what they started is written beside what was delivered. */
async function firingsOf(
  store: Store,
  triggers: readonly TriggerRow[],
): Promise<ReadonlyMap<string, Firing>> {
  const firings = new Map<string, Firing>();
  for (const { trigger, at, run } of await store.triggers.lastDeliveries(triggers.map(({ id }) => id))) {
    const started = run === null ? null : await store.runs.summary(run);
    if (started !== null) firings.set(trigger, { at, run: started });
  }
  return firings;
}

/** What came last to the address of a webhook, and what became of it. */
async function lastDelivery(
  { deps }: ApiContext,
  row: TriggerRow,
  now: number,
): Promise<TriggerView["last_delivery"]> {
  if (!isCalled(row)) return null;
  const kept = (await deps.store.triggers.lastDeliveries([row.id])).toSorted(
    (one, other) => other.at - one.at,
  );
  const [last] = kept;
  const refused = deps.webhooks.turnedAway(row.id);
  if (refused !== null && refused.at > (last?.at ?? 0))
    return {
      at: timeText(refused.at),
      status: refused.status,
      event: null,
      message: refused.message,
      run: null,
    };
  if (last === undefined) return null;
  const run = last.run === null ? null : await deps.store.runs.summary(last.run);
  const { status, event, message } = last;
  return { at: timeText(last.at), status, event, message, run: run === null ? null : strippedRun(run, now) };
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
  const rows = await context.deps.store.triggers.all();
  const all = shownTriggers(rows, query.namespace, query.pipeline).toSorted(soonestFirst);
  const after = query.cursor === null ? null : listPlace(query.cursor, "triggers");
  const left =
    after === null
      ? all
      : all.filter((row) => order(row) > after.at || (order(row) === after.at && row.id > after.id));
  const page = left.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: await viewsOf(context, page),
    next_cursor:
      left.length > page.length && last !== undefined ? listCursor("triggers", order(last), last.id) : null,
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
  const { schedules, commitStatuses, now } = context.deps;
  const at = now();
  const deliveries = await Promise.all(rows.map((row) => lastDelivery(context, row, at)));
  return rows.map((row, index) => {
    const spec = specOf(row);
    const firing = firings.get(row.id) ?? null;
    const problem = commitStatuses.problemOf(row.id);
    return {
      id: row.id,
      pipeline: row.pipeline,
      kind: spec.kind,
      text: triggerText(spec, row.pipeline),
      armed: isArmed(spec),
      schedule: spec.kind === "cron" ? spec.cron : null,
      timezone: spec.kind === "cron" ? spec.timezone : null,
      missed: spec.kind === "cron" ? spec.missed : null,
      address: addressOf(row, spec),
      paused: row.paused,
      next: schedules.next(row, at, Number.MAX_SAFE_INTEGER, NEXT_TIMES).map(timeText),
      last_at: timeTextOrNull(firing?.at ?? null),
      last_run: firing === null ? null : strippedRun(firing.run, at),
      last_delivery: deliveries[index] ?? null,
      status_problem: problem === null ? null : { ...problem, at: timeText(problem.at) },
    };
  });
}
