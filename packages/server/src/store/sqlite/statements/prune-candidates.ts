import type { RetentionPolicy } from "../../port.ts";
import type { Connection } from "../database.ts";
import { fileBytesReader } from "./file-sizes.ts";

/** A run that the policy lets go. */
export interface PruneCandidate {
  readonly key: number;
  readonly id: string;
  readonly createdAt: number;
  readonly packed: number;
  /** Has so many rows that they cannot be removed in one short transaction. */
  readonly isLarge: boolean;
}

/** Rows of jobs and events that are removed together with their run. */
const ROWS_AT_ONCE = 1_000;

export interface PruneChoice {
  readonly runs: readonly PruneCandidate[];
  readonly left: boolean;
}

interface EndedRow {
  readonly key: number;
  readonly id: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly number: number;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly packed: number;
  readonly rows: number;
  readonly file_bytes: number;
}

/**
 * Chooses ended runs, oldest first. A run goes when it is too old, or when there are too many runs, or when they take
 * too much (in the database, by the mean size of a run, and what its own files were measured to take); it stays when it is one of the newest of its pipeline, or when the run
 * that started it still goes on and may ask for it.
 */
export function pruneChooser(
  database: Connection,
): (policy: RetentionPolicy, now: number, limit: number) => PruneChoice {
  const ended = database.prepare<[], EndedRow>(`
    select key, id, namespace, pipeline, number, created_at, ended_at, packed,
           iif(packed = 2, 0, job_count + seq) as rows, coalesce(file_bytes, 0) as file_bytes
    from run indexed by run_ended
    where status in ('completed', 'failed', 'cancelled')
      and not exists (select 1 from run as above where above.id = run.parent
                      and above.status in ('pending', 'running', 'stopping'))
    order by created_at, key`);
  const newer = database.prepare<[string, string, number, number], { count: number }>(`
    select count(*) as count from (
      select 1 from run where namespace = ? and pipeline = ? and number > ? limit ?)`);
  const surplus = surplusReader(database);

  function isKept(row: EndedRow, keepPerPipeline: number): boolean {
    if (keepPerPipeline <= 0) return false;
    const found = newer.get(row.namespace, row.pipeline, row.number, keepPerPipeline);
    return (found?.count ?? 0) < keepPerPipeline;
  }

  function choose(policy: RetentionPolicy, now: number, limit: number): PruneChoice {
    const { overRuns, overBytes, meanBytes } = surplus(policy);
    let freedBytes = 0;
    const endedBefore = policy.maxAgeMs === null ? Number.NEGATIVE_INFINITY : now - policy.maxAgeMs;
    const runs: PruneCandidate[] = [];
    for (const row of ended.iterate()) {
      const isTooOld = row.ended_at !== null && row.ended_at < endedBefore;
      // Sorted by their start, not their end: a younger run may have ended earlier, so the walk goes on while one can.
      const isSurplus = runs.length < overRuns || freedBytes < overBytes;
      if (!isTooOld && !isSurplus && row.created_at >= endedBefore) break;
      if (!isTooOld && !isSurplus) continue;
      if (isKept(row, policy.keepPerPipeline)) continue;
      if (runs.length === limit) return { runs, left: true };
      const { key, id, packed, created_at: createdAt } = row;
      freedBytes += meanBytes + row.file_bytes;
      runs.push({ key, id, createdAt, packed, isLarge: row.rows > ROWS_AT_ONCE });
    }
    return { runs, left: false };
  }
  return database.transaction(choose);
}

/** What has to go for the sake of the number of runs, and of what they take. */
interface Surplus {
  readonly overRuns: number;
  readonly overBytes: number;
  /** Of a run in the database. */
  readonly meanBytes: number;
}

function surplusReader(database: Connection): (policy: RetentionPolicy) => Surplus {
  const count = database.prepare<[], { count: number }>("select count(*) as count from run");
  const pragma = (name: string): number => Number(database.pragma(name, { simple: true }));
  const fileBytes = fileBytesReader(database);
  return ({ maxRuns, maxBytes }) => {
    const runs = count.get()?.count ?? 0;
    const overRuns = maxRuns === null ? 0 : Math.max(0, runs - maxRuns);
    if (maxBytes === null || runs === 0) return { overRuns, overBytes: 0, meanBytes: 0 };
    const usedBytes = (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
    const overBytes = Math.max(0, usedBytes + fileBytes() - maxBytes);
    return { overRuns, overBytes, meanBytes: usedBytes / runs };
  };
}
