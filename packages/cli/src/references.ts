import { nearest } from "@gaia/core/text/index.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient } from "./client/api.ts";

/** A run, and perhaps one of its tasks, as the user named them. */
export interface Reference {
  readonly run: string;
  readonly task: string | null;
}

/** Does what needs a run; when the server knows no such run or task, the error names the nearest one. */
export async function withReference<T>(
  client: GaiaClient,
  reference: Reference,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (reason) {
    if (!(reason instanceof GaiaError) || reason.code !== "not_found") throw reason;
    throw await explained(client, reference, reason);
  }
}

/** The key of the task that is meant: exact, else the only one that begins so. */
export async function taskKey(client: GaiaClient, run: string, task: string): Promise<string> {
  const keys = await keysOf(client, run);
  if (keys.includes(task)) return task;
  const beginning = keys.filter((key) => key.startsWith(task));
  const only = beginning[0];
  return beginning.length === 1 && only !== undefined ? only : task;
}

async function explained(client: GaiaClient, reference: Reference, error: GaiaError): Promise<GaiaError> {
  if (/did you mean/i.test(error.message)) return error;
  const { run, task } = reference;
  const keys = task === null ? null : await keysOf(client, run).catch(() => null);
  // The task is there: what is not is something of it, such as an attempt, and the server has named it.
  if (task !== null && keys?.some((key) => key.startsWith(task)) === true) return error;
  if (task !== null && keys !== null) return unknownTask(run, task, keys);
  return unknownRun(client, run, error);
}

function unknownTask(run: string, task: string, keys: readonly string[]): GaiaError {
  const near = nearest(task, keys);
  const guess = near === null ? "" : ` Did you mean \`${near}\`?`;
  const known = keys.length <= 12 ? ` It has: ${keys.join(", ")}.` : "";
  return new GaiaError(
    "not_found",
    `The run \`${run}\` has no task \`${task}\`.${guess === "" ? known : guess}`,
    {
      next: [`gaia show ${run}`],
    },
  );
}

async function unknownRun(client: GaiaClient, run: string, error: GaiaError): Promise<GaiaError> {
  const page = await client.runs({ limit: "100" }).catch(() => null);
  if (page === null) return error;
  if (page.items.length === 0) {
    return new GaiaError("not_found", "There are no runs yet.", { next: ["gaia run FILE"] });
  }
  const names = new Set(
    page.items.flatMap((item) => [item.pipeline, `${item.pipeline}#${item.number}`, item.id]),
  );
  const near = nearest(run, names);
  if (near === null)
    return new GaiaError("not_found", error.message, { ...error.details, next: ["gaia runs"] });
  return new GaiaError("not_found", `There is no run \`${run}\`. Did you mean \`${near}\`?`, {
    next: ["gaia runs"],
  });
}

async function keysOf(client: GaiaClient, run: string): Promise<readonly string[]> {
  return (await client.run(run)).jobs.map((job) => job.key);
}
