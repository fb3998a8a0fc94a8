import { GaiaError } from "@gaia/contracts/errors.ts";

import type { Connection } from "../database.ts";
import type { WireRun } from "../wire.ts";
import { contentWriter } from "./content.ts";

/** Statements that change one run. Not safe on their own: the writer wraps them in a transaction. */
export interface RunWriter {
  /** Writes the run; its events get positions from `position` on. Answers with the first position that is left. */
  write(run: WireRun, position: number): number;
}

interface RunRow {
  readonly key: number;
  readonly version: number;
  readonly seq: number;
  readonly status: string;
  readonly job_count: number;
  readonly packed: number;
}

/** A cursor into a run's rows: what its commit starts from. */
type Target = Pick<RunRow, "key" | "seq" | "job_count">;

export function runWriter(database: Connection): RunWriter {
  const find = database.prepare<[string], RunRow>(
    "select key, version, seq, status, job_count, packed from run where id = ?",
  );
  const updateHeader = database.prepare<[number, number, number, string, number]>(
    "update run set version = ?, seq = ?, job_count = ?, header = ? where key = ?",
  );
  // Apart from the header: it changes three times in a run's life, and it is in five indexes.
  const updateStatus = database.prepare<[string, number | null, number | null, number]>(
    "update run set status = ?, ended_at = ?, took_ms = ? where key = ?",
  );
  const create = runCreator(database);
  const appendGraph = graphWriter(database);
  const writeRows = rowWriter(database);

  function targetOf(run: WireRun): Target {
    if (run.expectedVersion === 0) {
      if (find.get(run.id) !== undefined) throw conflict(run, "it exists already");
      return { key: create(run), seq: 0, job_count: 0 };
    }
    const row = find.get(run.id);
    if (row === undefined) throw conflict(run, "it does not exist");
    if (row.version !== run.expectedVersion) throw conflict(run, `it has version ${row.version}`);
    if (row.packed !== 0) throw conflict(run, "it has ended and was packed");
    if (row.status !== run.status) updateStatus.run(run.status, run.endedAt, run.tookMs, row.key);
    return row;
  }

  return {
    write(run, position) {
      checkShape(run);
      const target = targetOf(run);
      const jobCount = target.job_count + (run.graph?.jobs ?? 0);
      const seq = target.seq + run.events.length;
      if (run.expectedVersion > 0)
        updateHeader.run(run.expectedVersion + 1, seq, jobCount, run.header, target.key);
      if (run.graph !== null) appendGraph(run, target, run.graph);
      return writeRows(run, target, jobCount, position);
    },
  };
}

function runCreator(database: Connection): (run: WireRun) => number {
  const insertRun = database.prepare<(string | number | null)[]>(`
    insert into run (id, namespace, pipeline, pipeline_version, number, status, created_at, ended_at, took_ms,
                     trigger_name, started_by, retry_of, parent, version, seq, job_count, definition, header)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`);
  const insertFacts = database.prepare<[number, number, string]>(
    "insert into run_facts (run, details, body) values (?, ?, ?)",
  );
  const numberTaken = database.prepare<[string, string, number], { id: string }>(
    "select id from run where namespace = ? and pipeline = ? and number = ?",
  );
  const raiseCounter = database.prepare<[string, string, number]>(`
    insert into run_counter (namespace, pipeline, last_number) values (?, ?, ?)
    on conflict do update set last_number = max(last_number, excluded.last_number)`);
  const keep = contentWriter(database);

  return (run) => {
    const facts = run.created;
    if (facts === null) throw bug(run, "a new run without the facts it was started from");
    const { namespace } = run;
    const other = numberTaken.get(namespace, facts.pipeline, facts.number);
    if (other !== undefined) throw conflict(run, `number ${facts.number} of its pipeline is ${other.id}`);
    const inserted = insertRun.run(
      run.id,
      namespace,
      facts.pipeline,
      facts.pipelineVersion,
      facts.number,
      run.status,
      run.createdAt,
      run.endedAt,
      run.tookMs,
      facts.trigger,
      facts.startedBy,
      facts.retryOf,
      facts.parent,
      run.events.length,
      run.graph?.jobs ?? 0,
      keep(facts.definition),
      run.header,
    );
    const key = Number(inserted.lastInsertRowid);
    insertFacts.run(key, keep(facts.details), facts.body);
    raiseCounter.run(namespace, facts.pipeline, facts.number);
    return key;
  };
}

function graphWriter(
  database: Connection,
): (run: WireRun, target: Target, graph: NonNullable<WireRun["graph"]>) => void {
  const insert = database.prepare<[number, number, number, number]>(
    "insert into run_graph (run, first, jobs, content) values (?, ?, ?, ?)",
  );
  const keep = contentWriter(database);
  return (run, target, graph) => {
    if (graph.first !== target.job_count) {
      throw bug(run, `jobs from number ${graph.first}, but the graph has ${target.job_count}`);
    }
    if (graph.jobs > 0) insert.run(target.key, graph.first, graph.jobs, keep(graph.body));
  };
}

function rowWriter(
  database: Connection,
): (run: WireRun, target: Target, jobCount: number, position: number) => number {
  const upsertJob = database.prepare<[number, number, string, string]>(`
    insert into job (run, number, status, body) values (?, ?, ?, ?)
    on conflict do update set status = excluded.status, body = excluded.body`);
  const insertEvent = database.prepare<
    [number, number, number, number, string, string, string, number, string]
  >(`
    insert into event (position, run, seq, at, actor_kind, actor_id, actor_via, version, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`);

  return (run, target, jobCount, firstPosition) => {
    const { key } = target;
    for (const [number, status, body] of run.jobs) {
      if (number < 0 || number >= jobCount) throw bug(run, `job ${number} of ${jobCount}`);
      upsertJob.run(key, number, status, body);
    }
    let position = firstPosition;
    let expected = target.seq + 1;
    for (const [seq, at, kind, id, via, version, body] of run.events) {
      if (seq !== expected) throw bug(run, `event ${seq} where ${expected} is next`);
      insertEvent.run(position, key, seq, at, kind, id, via, version, body);
      expected += 1;
      position += 1;
    }
    return position;
  };
}

function checkShape(run: WireRun): void {
  const isNew = run.expectedVersion === 0;
  if (isNew !== (run.created !== null)) throw bug(run, "facts are given exactly when a run is new");
}

function conflict(run: WireRun, because: string): GaiaError {
  const message = `Run ${run.id} was to be written at version ${run.expectedVersion}, but ${because}. Read it again.`;
  return new GaiaError("conflict", message, { run: run.id, expectedVersion: run.expectedVersion });
}

function bug(run: WireRun, what: string): GaiaError {
  return new GaiaError("internal", `A commit for run ${run.id} contradicts itself: ${what}.`, {
    run: run.id,
  });
}
