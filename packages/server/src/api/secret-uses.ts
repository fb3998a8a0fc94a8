import { buildPipelineOf, GaiaError, LIMITS } from "@gaia/contracts";
import { secretsOfWork } from "@gaia/core";
import { secretName } from "../engine/dispatch.ts";
import type { PipelineRow } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import type { DescribedTrigger, DescribedWorkflow } from "./port.ts";

interface Use {
  readonly pipeline: string;
  readonly tasks: readonly string[];
}

/** Pipelines by the secrets that their tasks, or their triggers, name; of a trigger's alone there is no task. */
export type SecretUses = ReadonlyMap<string, readonly Use[]>;

/**
 * Looks through the pipelines of a namespace. The secrets that a run is told of by an input, and those of tasks that are
 * added while it runs, are not known before.
 */
export async function secretUses(context: ApiContext, namespace: string): Promise<SecretUses> {
  const { programs, store } = context.deps;
  const { pipelines } = store;
  const uses = new Map<string, Use[]>();
  let cursor: string | null = null;
  do {
    const page = await pipelines.list(namespace, null, cursor, LIMITS.pageItems);
    for (const row of await withBuilds(context, page.items)) {
      for (const [name, tasks] of await tasksBySecret(context, row))
        addTo(uses, name, { pipeline: row.name, tasks });
    }
    for (const { name } of page.items) {
      const source = programs.state(namespace, name)?.source.source;
      // With which the forge signs what it tells, and by which it is told: the builds may read them.
      for (const secret of [source?.webhook, source?.status?.token])
        if (secret != null) addTo(uses, secret, { pipeline: buildPipelineOf(name), tasks: [] });
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return uses;
}

/** A pipeline has one use of a secret, whatever it needs it for. */
function addTo(uses: Map<string, Use[]>, name: string, { pipeline, tasks }: Use): void {
  const others = uses.get(name) ?? [];
  const index = others.findIndex((use) => use.pipeline === pipeline);
  const merged = { pipeline, tasks: [...(others[index]?.tasks ?? []), ...tasks] };
  uses.set(name, index === -1 ? [...others, merged] : others.with(index, merged));
}

/** What builds a program names secrets as well; it is no part of the list. */
async function withBuilds(
  { deps }: ApiContext,
  rows: readonly PipelineRow[],
): Promise<readonly PipelineRow[]> {
  const builds = await Promise.all(
    rows
      .filter(({ kind }) => kind === "program")
      .map(({ namespace, name }) => deps.store.pipelines.newest(namespace, buildPipelineOf(name))),
  );
  return [...rows, ...builds.filter((row) => row !== null)];
}

async function tasksBySecret(
  context: ApiContext,
  row: PipelineRow,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const workflow = await readable(context, row);
  if (workflow === null) return found;
  for (const trigger of workflow.triggers) for (const name of secretsOfTrigger(trigger)) found.set(name, []);
  for (const { key, work } of workflow.jobs) {
    const names = secretsOfWork(work).map((wanted) => secretName(wanted, {}));
    for (const name of new Set(names)) if (name !== null) found.set(name, [...(found.get(name) ?? []), key]);
  }
  return found;
}

/** With which senders sign, and by which a forge is told of runs. That of the repository is the checkout's as well. */
function secretsOfTrigger(trigger: DescribedTrigger): readonly string[] {
  const names = "secret" in trigger ? [trigger.secret] : [];
  if (trigger.kind === "git") names.push(trigger.status?.token ?? null);
  return names.filter((name) => name !== null);
}

/** Null: one that an earlier Gaia took and this one does not. It cannot be started, and must not hide the others. */
async function readable({ deps }: ApiContext, row: PipelineRow): Promise<DescribedWorkflow | null> {
  try {
    return await deps.describe(row);
  } catch (caught) {
    if (!(caught instanceof GaiaError) || caught.code !== "invalid_definition") throw caught;
    return null;
  }
}
