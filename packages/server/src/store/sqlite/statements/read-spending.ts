import { isEnded } from "@gaia/core/run/status.ts";

import type { RunFailure, RunSpending } from "../../history-port.ts";
import { spendingOf } from "../../spending.ts";
import type { Connection } from "../database.ts";
import { eventOf, headerOf, jobStateOf, type StoredEventRow } from "../rows.ts";
import { chunkReader } from "./chunks.ts";
import { graphReader } from "./read-graph.ts";

/** What became of the jobs of ended runs, out of their rows or their chunks. */
export interface SpendingReader {
  failure(id: string): RunFailure | null;
  spending(id: string): RunSpending | null;
}

/** Figures are made of runs of up to so many jobs and events: about 30 ms of a larger one would hold lists up. */
const JOBS_READ = 5_000;
const EVENTS_READ = 20_000;

interface RunRow {
  readonly key: number;
  readonly packed: number;
  readonly job_count: number;
  readonly seq: number;
  readonly header: string;
}

export function spendingReader(database: Connection): SpendingReader {
  const find = database.prepare<[string], RunRow>(
    `select key, packed, job_count, seq, header from run
     where id = ? and status in ('completed', 'failed', 'cancelled')`,
  );
  const jobRow = database.prepare<[number, number], { body: string }>(
    "select body from job where run = ? and number = ?",
  );
  const eventRows = database.prepare<[number], StoredEventRow>(
    `select position, seq, at, actor_kind, actor_id, actor_via, version, body
     from event where run = ? order by seq`,
  );
  const chunks = chunkReader(database);
  const graphs = graphReader(database);

  function bodyOf({ key, packed }: RunRow, job: number): string | null {
    if (packed === 0) return jobRow.get(key, job)?.body ?? null;
    return chunks.jobs(key).find((row) => row.number === job)?.body ?? null;
  }

  function failure(id: string): RunFailure | null {
    const run = find.get(id);
    if (run === undefined || run.job_count > JOBS_READ) return null;
    const { reason } = headerOf(run.header);
    const [job] = reason.kind === "jobs_failed" ? reason.jobs : [];
    if (job === undefined) return null;
    const name = graphs.name(run.key, job);
    const body = bodyOf(run, job);
    if (name === null || body === null) return null;
    const state = jobStateOf(body);
    return isEnded(state) ? { key: name.key, reason: state.reason } : null;
  }

  function spending(id: string): RunSpending | null {
    const run = find.get(id);
    if (run === undefined || run.job_count > JOBS_READ || run.seq > EVENTS_READ) return null;
    const events = run.packed === 0 ? eventRows.all(run.key) : chunks.events(run.key, 0, EVENTS_READ);
    return spendingOf(graphs.names(run.key), events.map(eventOf));
  }

  return { failure: database.transaction(failure), spending: database.transaction(spending) };
}
