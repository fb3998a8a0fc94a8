import {
  COUNTED_RUNS,
  type EndedInBucket,
  type FailingPipeline,
  type PipelineHistory,
  RECENT_RUNS,
} from "../../history-port.ts";
import type { Connection } from "../database.ts";
import { statusOf } from "../rows.ts";

/** Figures over many runs, each out of an index: the rows of runs are read for the few that are shown. */
export interface PipelineHistoryReader {
  ofPipelines(query: PipelinesQuery): ReadonlyMap<string, PipelineHistory>;
  ends(query: EndsQuery): readonly EndedInBucket[];
  failing(query: { readonly namespace: string; readonly limit: number }): readonly FailingPipeline[];
}

export interface PipelinesQuery {
  readonly namespace: string;
  readonly names: readonly string[];
  readonly since: number;
}

export interface EndsQuery {
  readonly namespace: string;
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
}

const LIVE = ["pending", "running", "stopping"] as const;
const ENDED = ["completed", "failed", "cancelled"] as const;
/** Failures in a row past this many say nothing more. */
const ROW_COUNTED = 1_000;

export function pipelineHistoryReader(database: Connection): PipelineHistoryReader {
  return {
    ofPipelines: database.transaction(pipelinesReader(database)),
    ends: endsReader(database),
    failing: database.transaction(failingReader(database)),
  };
}

interface RecentRow {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

interface EndedRow {
  readonly at: number;
  readonly key: number;
  readonly took_ms: number | null;
}

function pipelinesReader(database: Connection): (query: PipelinesQuery) => Map<string, PipelineHistory> {
  const ofStatus = "from run indexed by run_by_pipeline where namespace = ? and pipeline = ? and status = ?";
  const newest = database.prepare<[string, string, string, number], { at: number; key: number }>(
    `select created_at as at, key ${ofStatus} order by created_at desc, key desc limit ?`,
  );
  const ended = database.prepare<[string, string, string, number, number], EndedRow>(
    `select created_at as at, key, took_ms ${ofStatus} and created_at > ?
     order by created_at desc, key desc limit ?`,
  );
  const count = database.prepare<[string, string, string], { count: number }>(
    `select count(*) as count ${ofStatus}`,
  );
  const recent = database.prepare<[number], RecentRow>(
    // Of most runs the header need not be parsed.
    `select id, number, status, created_at, ended_at,
       coalesce(ended_at - took_ms, json_extract(header, '$.startedAt')) as started_at
     from run where key = ?`,
  );

  function recentOf(namespace: string, name: string): PipelineHistory["recent"] {
    const found = [...LIVE, ...ENDED].flatMap((status) => newest.all(namespace, name, status, RECENT_RUNS));
    return found
      .sort((one, other) => other.at - one.at || other.key - one.key)
      .slice(0, RECENT_RUNS)
      .reverse()
      .flatMap(({ key }) => recent.get(key) ?? [])
      .map((row) => ({
        id: row.id,
        number: row.number,
        status: statusOf(row.status),
        createdAt: row.created_at,
        startedAt: row.started_at,
        endedAt: row.ended_at,
      }));
  }

  function endedOf(
    namespace: string,
    name: string,
    since: number,
  ): Pick<PipelineHistory, "ended" | "tookMs"> {
    const found = ENDED.flatMap((status) =>
      ended.all(namespace, name, status, since, COUNTED_RUNS).map((row) => ({ ...row, status })),
    );
    const counted = found
      .sort((one, other) => other.at - one.at || other.key - one.key)
      .slice(0, COUNTED_RUNS);
    const numbers = { completed: 0, failed: 0, cancelled: 0 };
    for (const { status } of counted) numbers[status] += 1;
    const tookMs = counted.flatMap(({ status, took_ms: took }) =>
      status === "completed" && took !== null ? [took] : [],
    );
    return { ended: numbers, tookMs: tookMs.sort((one, other) => one - other) };
  }

  return ({ namespace, names, since }) =>
    new Map(
      names.map((name) => {
        const counts = LIVE.map((status) => count.get(namespace, name, status)?.count ?? 0);
        const live = counts.reduce((sum, one) => sum + one, 0);
        return [name, { recent: recentOf(namespace, name), ...endedOf(namespace, name, since), live }];
      }),
    );
}

function endsReader(database: Connection): (query: EndsQuery) => readonly EndedInBucket[] {
  const ends = database.prepare<EndsQuery, EndedInBucket>(
    `select ended_at - ended_at % @bucketMs as at, status, count(*) as count from run indexed by run_by_end
     where namespace = @namespace and ended_at >= @from and ended_at < @to
     group by 1, 2 order by 1, 2`,
  );
  return (query) => ends.all(query);
}

function failingReader(
  database: Connection,
): (query: { readonly namespace: string; readonly limit: number }) => readonly FailingPipeline[] {
  const kept = database.prepare<[string], { name: string }>(
    "select name from pipeline where newest = 1 and namespace = ? and removed_at is null",
  );
  const lastCompleted = database.prepare<[string, string], { at: number }>(
    `select created_at as at from run indexed by run_by_pipeline
     where namespace = ? and pipeline = ? and status = 'completed' order by created_at desc limit 1`,
  );
  const failedSince = database.prepare<
    [string, string, number, number],
    { count: number; since: number | null }
  >(
    `select count(*) as count, min(created_at) as since from (
       select created_at from run indexed by run_by_pipeline
       where namespace = ? and pipeline = ? and status = 'failed' and created_at > ?
       order by created_at desc limit ?)`,
  );
  return ({ namespace, limit }) =>
    kept
      .all(namespace)
      .flatMap(({ name }) => {
        const after = lastCompleted.get(namespace, name)?.at ?? -1;
        const row = failedSince.get(namespace, name, after, ROW_COUNTED);
        if (row === undefined || row.since === null || row.count < 2) return [];
        return [{ pipeline: name, inARow: row.count, since: row.since }];
      })
      .sort((one, other) => other.inARow - one.inARow || one.since - other.since)
      .slice(0, limit);
}
