import type { Connection } from "../database.ts";
import type { SummaryRow } from "../rows.ts";
import { chunkReader } from "./chunks.ts";
import { type ContentRow, textOf } from "./content.ts";
import { SUMMARY_COLUMNS } from "./read-runs.ts";

/** A run as it is in the file: JSON texts, not parsed yet. */
export interface StoredRunRows {
  readonly summary: SummaryRow;
  readonly definition: string;
  readonly details: string;
  /** Lists of jobs, in order. */
  readonly graph: readonly string[];
  readonly jobs: readonly JobBody[];
}

export interface JobBody {
  readonly number: number;
  readonly body: string;
}

/** Reads whole runs, packed ones too, each in one snapshot. */
export function storedRunReader(database: Connection): (id: string) => StoredRunRows | null {
  const find = database.prepare<
    [string],
    SummaryRow & { key: number; packed: number; definition: number; details: number }
  >(
    `select ${SUMMARY_COLUMNS}, run.key, run.packed, run.definition, run_facts.details
     from run join run_facts on run_facts.run = run.key where run.id = ?`,
  );
  const content = database.prepare<[number], ContentRow>("select codec, body from content where key = ?");
  const fragments = database.prepare<[number], ContentRow>(
    `select codec, body from run_graph join content on content.key = run_graph.content
     where run_graph.run = ? order by run_graph.first`,
  );
  const jobRows = database.prepare<[number], JobBody>(
    "select number, body from job where run = ? order by number",
  );
  const chunks = chunkReader(database);

  function text(key: number): string {
    const row = content.get(key);
    if (row === undefined) throw new Error(`content ${key} is missing in the store`);
    return textOf(row);
  }

  function read(id: string): StoredRunRows | null {
    const found = find.get(id);
    if (found === undefined) return null;
    const { key, packed, definition, details, ...summary } = found;
    return {
      summary,
      definition: text(definition),
      details: text(details),
      graph: fragments.all(key).map(textOf),
      jobs: packed === 0 ? jobRows.all(key) : chunks.jobs(key),
    };
  }
  return database.transaction(read);
}
