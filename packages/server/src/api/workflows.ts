import { GaiaError, LIMITS } from "@gaia/contracts";
import { nearest } from "@gaia/core";
import type { Caller } from "../runs/port.ts";
import type { PipelineRow, RunSummary, TriggerRow } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import type { WorkflowParts } from "./views/workflow-view.ts";

/** The newest version of a workflow. @throws GaiaError `not_found`, with the nearest name */
export async function workflowRow(context: ApiContext, caller: Caller, name: string): Promise<PipelineRow> {
  const { pipelines } = context.deps.store;
  const row = await pipelines.newest(caller.namespace, name);
  if (row !== null && row.removedAt === null) return row;
  const { items } = await pipelines.list(caller.namespace, null, null, LIMITS.pageItems);
  const near = nearest(
    name,
    items.filter((item) => item.removedAt === null).map((item) => item.name),
  );
  const remedy = near === null ? "" : ` Did you mean \`${near}\`?`;
  throw new GaiaError(
    "not_found",
    `There is no workflow \`${name.slice(0, LIMITS.nameCharacters)}\`.${remedy}`,
    near === null ? {} : { nearest: near },
  );
}

/** What several workflows are shown with; triggers are read once for all. */
export async function workflowParts(
  context: ApiContext,
  rows: readonly PipelineRow[],
): Promise<readonly WorkflowParts[]> {
  const triggers = rows.length === 0 ? [] : await context.deps.store.triggers.all();
  return Promise.all(rows.map((row) => partsOf(context, row, triggers)));
}

async function partsOf(
  context: ApiContext,
  row: PipelineRow,
  triggers: readonly TriggerRow[],
): Promise<WorkflowParts> {
  const [described, latest] = await Promise.all([
    context.deps.describe(row),
    latestRun(context, row.namespace, row.name),
  ]);
  const own = triggers.filter(
    (trigger) => trigger.namespace === row.namespace && trigger.pipeline === row.name,
  );
  return { row, described, latest, triggers: own };
}

/** The newest run of a workflow; null when it never ran. */
export async function latestRun(
  context: ApiContext,
  namespace: string,
  pipeline: string,
): Promise<RunSummary | null> {
  const { items } = await context.deps.store.runs.list({ namespace, pipeline }, null, 1);
  return items[0] ?? null;
}

/** The run that a workflow's routes mean: the one named by `?run=`, else the latest. @throws GaiaError `not_found` */
export async function runOfWorkflow(
  context: ApiContext,
  caller: Caller,
  name: string,
  ref: string | undefined,
): Promise<string> {
  if (ref !== undefined) {
    const id = await context.runId(caller, ref);
    const summary = await context.deps.store.runs.summary(id);
    if (summary?.facts.pipeline === name) return id;
    throw new GaiaError("not_found", `The run ${id} is not one of \`${name}\`.`);
  }
  const latest = await latestRun(context, caller.namespace, name);
  if (latest !== null) return latest.id;
  const row = await workflowRow(context, caller, name);
  throw new GaiaError(
    "not_found",
    `\`${row.name}\` has not run yet. Start it with POST /api/v1/workflows/${encodeURIComponent(row.name)}/start.`,
  );
}
