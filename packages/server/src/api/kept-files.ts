import { ARTIFACTS_FOLDER, runFolder } from "@gaia/contracts";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Caller } from "../runs/port.ts";
import type { ApiContext } from "./context.ts";
import { printedAttempts } from "./job-logs.ts";
import { jobNumberOf } from "./references.ts";
import type { RunSnapshot } from "./views/snapshot.ts";

/** A job whose newest attempt has a folder of kept files. */
export interface KeptJob {
  readonly number: number;
  readonly key: string;
  readonly attempt: number;
  readonly folder: string;
}

export interface KeptQuestion {
  /** Key or number of a job, or of a group with its members; null: all. */
  readonly job: string | null;
  /** Number of the first job that is looked at. */
  readonly from: number;
}

/**
 * Jobs of a run whose newest attempts kept files, by their numbers. The disk is asked once for the run, however many jobs
 * it has: few of them keep anything.
 * @throws GaiaError `not_found` for a run or a job that there is not
 */
export async function keptJobs(
  context: ApiContext,
  caller: Caller,
  ref: string,
  { job, from }: KeptQuestion,
): Promise<readonly KeptJob[]> {
  const { id, createdAt, only } = await context.run(caller, ref, (run) => ({
    id: run.id,
    createdAt: run.header.createdAt,
    only: job === null ? null : jobNumberOf(run, job),
  }));
  const root = join(context.deps.settings.home, runFolder(id, createdAt), ARTIFACTS_FOLDER);
  // Without the folder nothing was kept, or retention has removed it.
  const names = await readdir(root).catch((): string[] => []);
  return context.runById(id, (run) =>
    names
      .flatMap((name) => keptJobOf(run, root, name))
      .filter(({ number }) => number >= from && isAsked(run, number, only))
      .toSorted((one, other) => one.number - other.number),
  );
}

/** None for a folder of a former attempt, and for what no attempt has made. */
function keptJobOf(run: RunSnapshot, root: string, name: string): readonly KeptJob[] {
  const [, number, attempt] = /^(\d{1,7})\.(\d{1,9})$/.exec(name)?.map(Number) ?? [];
  if (number === undefined || attempt === undefined) return [];
  const key = run.keyOf(number);
  if (key === null || printedAttempts(run, number) !== attempt) return [];
  return [{ number, key, attempt, folder: join(root, name) }];
}

function isAsked(run: RunSnapshot, number: number, only: number | null): boolean {
  return only === null || number === only || run.jobs[number]?.memberOf === only;
}
