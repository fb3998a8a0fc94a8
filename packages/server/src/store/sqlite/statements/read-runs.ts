import type { Connection } from "../database.ts";
import type { StoredAnswerRow, SummaryRow } from "../rows.ts";
import { prefixEnd } from "./list-plan.ts";

/** Point reads of runs: each costs microseconds, so they are made on the main thread. */
export interface RunReader {
  summary(id: string): SummaryRow | null;
  summaries(keys: readonly number[]): readonly SummaryRow[];
  live(): readonly string[];
  byPrefix(namespace: string, prefix: string, limit: number): readonly string[];
  byNumber(namespace: string, pipeline: string, number: number): string | null;
  lastNumber(namespace: string, pipeline: string): number;
  answer(namespace: string, key: string, notBefore: number): StoredAnswerRow | null;
}

export const SUMMARY_COLUMNS =
  "run.id, run.namespace, run.version, run.seq, run.job_count, run.header, run_facts.body as facts";

export function runReader(database: Connection): RunReader {
  const summary = database.prepare<[string], SummaryRow>(
    `select ${SUMMARY_COLUMNS} from run join run_facts on run_facts.run = run.key where run.id = ?`,
  );
  const byKey = database.prepare<[number], SummaryRow>(
    `select ${SUMMARY_COLUMNS} from run join run_facts on run_facts.run = run.key where run.key = ?`,
  );
  const live = database.prepare<[], { id: string }>(
    "select id from run indexed by run_live where status in ('pending', 'running', 'stopping') order by created_at, key",
  );
  // Ids are made of the time first, so their order is that of creation.
  const byPrefix = database.prepare<[string, string, string, number], { id: string }>(
    "select id from run where id >= ? and id < ? and +namespace = ? order by id desc limit ?",
  );
  const byNumber = database.prepare<[string, string, number], { id: string }>(
    "select id from run where namespace = ? and pipeline = ? and number = ?",
  );
  const lastNumber = database.prepare<[string, string], { last_number: number }>(
    "select last_number from run_counter where namespace = ? and pipeline = ?",
  );
  const answer = database.prepare<[string, string, number], StoredAnswerRow>(
    "select namespace, key, fingerprint, at, body from answer where namespace = ? and key = ? and at >= ?",
  );

  return {
    summary: (id) => summary.get(id) ?? null,
    summaries: (keys) => keys.flatMap((key) => byKey.get(key) ?? []),
    live: () => live.all().map((row) => row.id),
    byPrefix: (namespace, prefix, limit) =>
      byPrefix.all(prefix, prefixEnd(prefix), namespace, limit).map((row) => row.id),
    byNumber: (namespace, pipeline, number) => byNumber.get(namespace, pipeline, number)?.id ?? null,
    lastNumber: (namespace, pipeline) => lastNumber.get(namespace, pipeline)?.last_number ?? 0,
    answer: (namespace, key, notBefore) => answer.get(namespace, key, notBefore) ?? null,
  };
}
