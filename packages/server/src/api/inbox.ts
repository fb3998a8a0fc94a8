import { errorFrom, GaiaError, type InboxItem } from "@gaia/contracts";
import type { HeldRun } from "../engine/port.ts";
import type { Actor } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import { listCursor, listPlace } from "./cursors.ts";
import { timeText, timeTextOrNull } from "./views/run-view.ts";

/** More tasks behind a question are not named. */
const UNBLOCKS_NAMED = 100;

/** A question that waits for a person. */
interface Waiting {
  readonly id: string;
  readonly run: string;
  readonly number: number;
  readonly pipeline: string;
  readonly pipelineVersion: number;
  readonly key: string;
  readonly name: string;
  readonly question: string;
  readonly askedAt: number;
  readonly dueAt: number | null;
  readonly unblocks: readonly string[];
  readonly startedBy: Actor;
}

/** What waits for a person, longest first. */
export async function inboxPage(
  context: ApiContext,
  namespace: string,
  cursor: string | null,
  limit: number,
): Promise<{ readonly items: readonly InboxItem[]; readonly next_cursor: string | null }> {
  const after = cursor === null ? null : listPlace(cursor, "inbox");
  const all = (await allWaiting(context, namespace)).toSorted(
    (one, other) => one.askedAt - other.askedAt || (one.id < other.id ? -1 : 1),
  );
  const left =
    after === null
      ? all
      : all.filter((one) => one.askedAt > after.at || (one.askedAt === after.at && one.id > after.id));
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  const describe = describer(context, namespace);
  return {
    items: await Promise.all(shown.map(async (one) => itemOf(one, await describe(one)))),
    next_cursor:
      left.length > shown.length && last !== undefined ? listCursor("inbox", last.askedAt, last.id) : null,
  };
}

/** How many questions wait for a person. */
export async function inboxSize(context: ApiContext, namespace: string): Promise<number> {
  return (await allWaiting(context, namespace)).length;
}

/**
 * Live runs are in memory, which may be ahead of the disk by what is being committed: they are read inside of a batch,
 * and the answer given when that batch is durable.
 */
async function allWaiting({ deps }: ApiContext, namespace: string): Promise<readonly Waiting[]> {
  const { engine } = deps;
  const read = (): readonly Waiting[] =>
    engine.live.all().flatMap((held) => (held.namespace === namespace ? waitingOf(held) : []));
  try {
    return await engine.submit(read);
  } catch (caught) {
    if (!errorFrom(caught).code.startsWith("storage")) throw caught;
    // The disk refuses to be written; memory has gone back to what it has.
    return read();
  }
}

function waitingOf(held: HeldRun): readonly Waiting[] {
  const { run, facts } = held;
  if (run.header.counts.waiting === 0) return [];
  const found: Waiting[] = [];
  for (const [number, state] of run.jobs) {
    const job = run.graph.jobs[number];
    if (state.kind !== "approval" || job === undefined) continue;
    // What waits for a member of a group waits for the group.
    const behind = run.graph.dependants[job.memberOf ?? number] ?? [];
    found.push({
      id: `${held.id}.${number}`,
      run: held.id,
      number: facts.number,
      pipeline: facts.pipeline,
      pipelineVersion: facts.pipelineVersion,
      key: job.key,
      name: job.name,
      question: state.prompt,
      askedAt: state.askedAt,
      dueAt: state.dueAt,
      unblocks: behind.slice(0, UNBLOCKS_NAMED).map((other) => run.graph.jobs[other]?.key ?? String(other)),
      startedBy: facts.actor,
    });
  }
  return found;
}

/** What the definition says about a task; each version is read once for a page. Empty: it is no task of the file. */
function describer(context: ApiContext, namespace: string): (one: Waiting) => Promise<string> {
  const known = new Map<string, Promise<ReadonlyMap<string, string>>>();
  return async ({ pipeline, pipelineVersion, key }) => {
    const name = `${pipeline}\n${pipelineVersion}`;
    const texts = known.get(name) ?? descriptionsOf(context, namespace, pipeline, pipelineVersion);
    known.set(name, texts);
    return (await texts).get(key) ?? "";
  };
}

async function descriptionsOf(
  { deps }: ApiContext,
  namespace: string,
  pipeline: string,
  version: number,
): Promise<ReadonlyMap<string, string>> {
  const row = await deps.store.pipelines.version(namespace, pipeline, version);
  if (row === null) return new Map();
  try {
    const { jobs, notes } = await deps.describe(row);
    return new Map(jobs.map(({ key }, index) => [key, notes[index]?.description ?? ""]));
  } catch (caught) {
    // A question must be shown though its old definition cannot be read any more.
    if (!(caught instanceof GaiaError) || caught.code !== "invalid_definition") throw caught;
    return new Map();
  }
}

function itemOf(one: Waiting, description: string): InboxItem {
  return {
    id: one.id,
    kind: "approval",
    run: { id: one.run, number: one.number, pipeline: one.pipeline },
    task: { key: one.key, name: one.name },
    question: one.question,
    description,
    asked_at: timeText(one.askedAt),
    due_at: timeTextOrNull(one.dueAt),
    on_timeout: one.dueAt === null ? "" : "reject",
    unblocks: [...one.unblocks],
    started_by: { ...one.startedBy },
  };
}
