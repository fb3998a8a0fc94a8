import type { Job } from "@gaia/core";

import type { Connection } from "../database.ts";
import { graphFragmentOf } from "../rows.ts";
import { type ContentRow, textOf } from "./content.ts";

/** What figures need of a job's definition. */
export interface JobName {
  readonly key: string;
  readonly kind: Job["work"]["kind"];
}

export interface GraphReader {
  /** All jobs of a run, by number. */
  names(run: number): readonly JobName[];
  name(run: number, job: number): JobName | null;
}

/** Runs of one version of a pipeline share their graph: so many are kept parsed, of so many jobs altogether. */
const KEPT_JOBS = 50_000;

interface FragmentRow {
  readonly first: number;
  readonly content: number;
}

/** Names of jobs out of the graphs of runs. */
export function graphReader(database: Connection): GraphReader {
  const fragments = database.prepare<[number], FragmentRow>(
    "select first, content from run_graph where run = ? order by first",
  );
  const fragmentOf = database.prepare<[number, number], FragmentRow>(
    "select first, content from run_graph where run = ? and first <= ? order by first desc limit 1",
  );
  const content = database.prepare<[number], ContentRow>("select codec, body from content where key = ?");
  const kept = new Map<number, readonly JobName[]>();
  let keptJobs = 0;

  function parsed(key: number): readonly JobName[] {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const row = content.get(key);
    if (row === undefined) throw new Error(`content ${key} is missing in the store`);
    const names = graphFragmentOf(textOf(row)).map((job) => ({ key: job.key, kind: job.work.kind }));
    kept.set(key, names);
    keptJobs += names.length;
    for (const [oldest, jobs] of kept) {
      if (keptJobs <= KEPT_JOBS || oldest === key) break;
      kept.delete(oldest);
      keptJobs -= jobs.length;
    }
    return names;
  }

  return {
    names: (run) => fragments.all(run).flatMap((row) => parsed(row.content)),
    name(run, job) {
      const row = fragmentOf.get(run, job);
      return row === undefined ? null : (parsed(row.content)[job - row.first] ?? null);
    },
  };
}
