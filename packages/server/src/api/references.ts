import { GaiaError, LIMITS } from "@gaia/contracts";
import { nearest, type RunStatus } from "@gaia/core";
import type { Store } from "../store/port.ts";
import type { RunSnapshot } from "./views/snapshot.ts";

/** Behind `run_`: fewer characters would name a different run each minute. */
const LEAST_PREFIX = "run_".length + 4;
const CANDIDATES = 10;
/** Pages of the history that are searched for a run that no other run started. */
const PAGES = 20;

/**
 * The id of the run that a person named: its id or a unique start of it, `pipeline#number`, a pipeline's name (its
 * latest run), `@` (the last run) or `@failed`.
 *
 * @throws GaiaError `not_found`, with `details.candidates` when the name is ambiguous, or the nearest name
 */
export async function runIdOf(store: Store, namespace: string, ref: string): Promise<string> {
  if (ref === "@") return (await lastRun(store, namespace, {})) ?? refuse("There is no run yet.");
  if (ref === "@failed")
    return (await lastRun(store, namespace, { statuses: ["failed"] })) ?? refuse("No run has failed.");
  if (ref.startsWith("@"))
    throw new GaiaError(
      "not_found",
      `\`${shown(ref)}\` names no run; there are \`@\` (the last) and \`@failed\`.`,
    );
  return (
    (await byId(store, namespace, ref)) ??
    (await byNumber(store, namespace, ref)) ??
    (await lastRun(store, namespace, { pipeline: ref })) ??
    unknown(store, namespace, ref)
  );
}

/** Number of the job that a person named by its key, or by its number. */
export function jobNumberOf(run: Pick<RunSnapshot, "byKey" | "jobs">, key: string): number {
  const known = run.byKey.get(key);
  if (known !== undefined) return known;
  if (/^\d{1,7}$/.test(key) && Number(key) < run.jobs.length) return Number(key);
  const near = nearest(key, firstKeys(run.byKey));
  const remedy = near === null ? `It has ${listed(run)}.` : `Did you mean \`${near}\`?`;
  throw new GaiaError(
    "not_found",
    `The run has no task \`${shown(key)}\`. ${remedy}`,
    near === null ? {} : { nearest: near },
  );
}

async function byId(store: Store, namespace: string, ref: string): Promise<string | null> {
  if (!ref.startsWith("run_")) return null;
  const exact = await store.runs.summary(ref);
  if (exact !== null && exact.namespace === namespace) return ref;
  if (ref.length < LEAST_PREFIX) return null;
  const found = await store.runs.byPrefix(namespace, ref, CANDIDATES + 1);
  // A run's children carry its id in front of theirs: the shortest is the run itself.
  const [root] = found.toSorted((a, b) => a.length - b.length);
  if (root === undefined) return null;
  if (found.every((id) => id === root || id.startsWith(`${root}_`))) return root;
  const candidates = found.slice(0, CANDIDATES);
  const message = `\`${shown(ref)}\` is the start of several runs: ${candidates.slice(0, 3).join(", ")}${found.length > 3 ? ", …" : ""}. Give more of the id.`;
  throw new GaiaError("not_found", message, { candidates });
}

async function byNumber(store: Store, namespace: string, ref: string): Promise<string | null> {
  const parts = /^(.+?) ?#(\d{1,9})$/.exec(ref);
  if (parts === null) return null;
  const [, pipeline = "", number = ""] = parts;
  const id = await store.runs.byNumber(namespace, pipeline, Number(number));
  if (id !== null) return id;
  const last = await store.runs.lastNumber(namespace, pipeline);
  if (last === 0) return unknown(store, namespace, pipeline);
  throw new GaiaError("not_found", `\`${pipeline}\` has no run #${number}; its last one is #${last}.`, {
    last,
  });
}

/** Runs that other runs started are passed over: people mean what they started. */
async function lastRun(
  store: Store,
  namespace: string,
  filter: { readonly pipeline?: string; readonly statuses?: readonly RunStatus[] },
): Promise<string | null> {
  let cursor: string | null = null;
  let first: string | null = null;
  const isOfPipeline = filter.pipeline !== undefined;
  for (let page = 0; page < PAGES; page++) {
    const limit = page === 0 ? 20 : LIMITS.pageItems;
    const { items, nextCursor } = await store.runs.list({ namespace, ...filter }, cursor, limit);
    first ??= items[0]?.id ?? null;
    const found = items.find((run) => isOfPipeline || run.facts.parent === null);
    if (found !== undefined) return found.id;
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return first;
}

async function unknown(store: Store, namespace: string, ref: string): Promise<never> {
  const { items } = await store.pipelines.list(namespace, null, null, LIMITS.pageItems);
  const kept = items.filter((row) => row.removedAt === null).map((row) => row.name);
  if (kept.includes(ref))
    throw new GaiaError(
      "not_found",
      `\`${shown(ref)}\` has never run. Start it with \`gaia workflow start ${ref}\`.`,
    );
  const near = nearest(ref, kept);
  const remedy =
    near === null
      ? "Give an id, the start of one, `pipeline#number`, a pipeline's name, `@` or `@failed`."
      : `Did you mean \`${near}\`?`;
  throw new GaiaError(
    "not_found",
    `There is no run \`${shown(ref)}\`. ${remedy}`,
    near === null ? {} : { nearest: near },
  );
}

function refuse(message: string): never {
  throw new GaiaError("not_found", message);
}

function shown(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}

/** Comparing a name with 100,000 others would take a second. */
function* firstKeys(keys: ReadonlyMap<string, number>): Generator<string> {
  let count = 0;
  for (const key of keys.keys()) {
    if (count === 10_000) return;
    count += 1;
    yield key;
  }
}

function listed(run: Pick<RunSnapshot, "jobs">): string {
  const keys = run.jobs.slice(0, 5).map((job) => `\`${job.key}\``);
  const more = run.jobs.length - keys.length;
  return more > 0 ? `${keys.join(", ")} and ${more} more` : keys.join(", ");
}
