import Database from "better-sqlite3";

import type { Connection } from "../database.ts";

/** A store with this many problems is not understood better by more of them. */
const PROBLEMS_SHOWN = 100;

/** Looks for damage and for rows that contradict each other; answers with a sentence for each problem. */
export function checkRows(database: Connection): readonly string[] {
  const damage = integrityProblems(database);
  if (damage.length > 0) return damage;
  const found = CHECKS.flatMap(({ sql, say }) =>
    database
      .prepare<[number], CheckRow>(`${sql} limit ?`)
      .all(PROBLEMS_SHOWN)
      .map((row) => say(row)),
  );
  return [...danglingProblems(database), ...found].slice(0, PROBLEMS_SHOWN);
}

interface CheckRow {
  readonly id: string;
  readonly expected: number | string | null;
  readonly actual: number | string | null;
}

interface Check {
  /** Yields a row per contradiction: whose, what the one side says, what the other. */
  readonly sql: string;
  readonly say: (row: CheckRow) => string;
}

const CHECKS: readonly Check[] = [
  {
    sql: `select '' as id, value as expected, coalesce((select sum(file_bytes) from run), 0) as actual
          from meta where name = 'file_bytes' and value <> coalesce((select sum(file_bytes) from run), 0)`,
    say: ({ expected, actual }) =>
      `The files of runs take ${actual} bytes, but their sum is kept as ${expected}.`,
  },
  {
    sql: `select id, seq as expected, coalesce(events, 0) || ', last ' || coalesce(last, 0) as actual
          from run left join (select run, count(*) as events, max(seq) as last from event group by run) on run = key
          where packed = 0 and (coalesce(events, 0) <> seq or coalesce(last, 0) <> seq)`,
    say: ({ id, expected, actual }) => `Run ${id} should have ${expected} events; its events are ${actual}.`,
  },
  {
    sql: `select id, job_count as expected, coalesce(jobs, 0) as actual
          from run left join (select run, sum(jobs) as jobs from run_graph group by run) on run = key
          where coalesce(jobs, 0) <> job_count`,
    say: ({ id, expected, actual }) => `Run ${id} should have a graph of ${expected} jobs; it has ${actual}.`,
  },
  {
    sql: `select id, job_count as expected, max(job.number) as actual
          from run join job on job.run = run.key group by run.key having max(job.number) >= job_count`,
    say: ({ id, expected, actual }) => `Run ${id} has ${expected} jobs, but a row for job ${actual}.`,
  },
  {
    sql: `select id, status as expected, json_extract(header, '$.status') as actual from run
          where status <> json_extract(header, '$.status')`,
    say: ({ id, expected, actual }) => `Run ${id} is listed as ${expected}, but its header says ${actual}.`,
  },
  {
    sql: `select id, json_extract(header, '$.counts.' || job.status) as expected, count(*) as actual
          from run join job on job.run = run.key
          where packed = 0 and job.status <> 'pending'
          group by run.key, job.status having count(*) is not json_extract(header, '$.counts.' || job.status)`,
    say: ({ id, expected, actual }) =>
      `Run ${id} counts ${expected} jobs of one status; there are ${actual}. Restarting the server counts them again.`,
  },
  {
    sql: `select run.pipeline as id, max(number) as expected, coalesce(last_number, 0) as actual
          from run left join run_counter on run_counter.namespace = run.namespace
                                        and run_counter.pipeline = run.pipeline
          group by run.namespace, run.pipeline having max(number) > coalesce(last_number, 0)`,
    say: ({ id, expected, actual }) =>
      `Pipeline ${id} has a run ${expected}, but its counter is at ${actual}.`,
  },
  {
    sql: `select id, seq as expected, coalesce(last, 0) as actual
          from run left join (select run, max(last_seq) as last from run_chunk group by run) on run = key
          where packed > 0 and coalesce(last, 0) <> seq`,
    say: ({ id, expected, actual }) =>
      `Run ${id} was packed with ${expected} events; its chunks end at ${actual}.`,
  },
];

function integrityProblems(database: Connection): readonly string[] {
  const problems: string[] = [];
  const check = database.prepare<[], { integrity_check: string }>(
    `pragma integrity_check(${PROBLEMS_SHOWN})`,
  );
  try {
    for (const row of check.iterate()) if (row.integrity_check !== "ok") problems.push(row.integrity_check);
  } catch (error) {
    // Some damage ends the check itself.
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith("SQLITE_CORRUPT")) throw error;
    problems.push(error.message);
  }
  return problems.map((text) => `The database file is damaged: ${text}.`);
}

function danglingProblems(database: Connection): readonly string[] {
  return database
    .prepare<[], { table: string; rowid: number | null; parent: string }>("pragma foreign_key_check")
    .all()
    .map(
      ({ table, rowid, parent }) =>
        `Row ${rowid ?? "?"} of table ${table} points to nothing in table ${parent}.`,
    );
}
