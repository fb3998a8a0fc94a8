import { GaiaError } from "@gaia/contracts/errors.ts";

import type { Connection } from "../database.ts";
import type { PackedChunk } from "./build-chunk.ts";

/** The writing half of packing: each call is one short transaction, so that commits get their turn between two. */
export interface ChunkWriter {
  /** Adds a chunk. With the last one the chunks become the truth, and the rows begin to go. */
  add(part: ChunkPart): Progress;
  /** Removes rows that the chunks have replaced. */
  removeRows(run: number): Progress;
}

export interface ChunkPart {
  readonly run: number;
  /** The run is as it was when its first chunk was made. */
  readonly version: number;
  readonly index: number;
  readonly chunk: PackedChunk;
  readonly isLast: boolean;
}

export interface Progress {
  readonly rowsLeft: boolean;
}

/** Rows deleted in one transaction: about 5 ms. */
const ROWS_AT_ONCE = 2_000;

export function chunkWriter(database: Connection): ChunkWriter {
  const find = database.prepare<[number], { version: number; packed: number }>(
    "select version, packed from run where key = ? and status in ('completed', 'failed', 'cancelled')",
  );
  const removeChunks = database.prepare<[number]>("delete from run_chunk where run = ?");
  const insert = database.prepare<[number, number, number, number | null, number | null, Uint8Array]>(
    "insert into run_chunk (run, chunk, jobs, first_seq, last_seq, body) values (?, ?, ?, ?, ?, ?)",
  );
  const setPacked = database.prepare<[number, number]>("update run set packed = ? where key = ?");
  const raiseFloor = floorRaiser(database);
  const deleteEvents = database.prepare<[number, number]>(
    "delete from event where position in (select position from event where run = ? limit ?)",
  );
  const deleteJobs = database.prepare<[number, number, number]>(
    "delete from job where run = ? and number in (select number from job where run = ? limit ?)",
  );

  function removeRows(run: number): Progress {
    const events = deleteEvents.run(run, ROWS_AT_ONCE).changes;
    const jobs = events < ROWS_AT_ONCE ? deleteJobs.run(run, run, ROWS_AT_ONCE - events).changes : 0;
    const rowsLeft = events + jobs === ROWS_AT_ONCE;
    if (!rowsLeft) setPacked.run(2, run);
    return { rowsLeft };
  }

  function add({ run, version, index, chunk, isLast }: ChunkPart): Progress {
    const row = find.get(run);
    if (row === undefined || row.packed !== 0 || row.version !== version) {
      throw new GaiaError("conflict", "The run changed while it was being packed.", { run });
    }
    // What an attempt before a crash has left behind.
    if (index === 0) removeChunks.run(run);
    insert.run(run, index, chunk.jobs, chunk.firstSeq, chunk.lastSeq, chunk.body);
    if (!isLast) return { rowsLeft: true };
    setPacked.run(1, run);
    raiseFloor(run);
    return removeRows(run);
  }

  const addAtOnce = database.transaction(add);
  const removeAtOnce = database.transaction(removeRows);
  return { add: (part) => addAtOnce.immediate(part), removeRows: (run) => removeAtOnce.immediate(run) };
}

/** The feed has holes up to the last event of a run whose events leave it. */
export function floorRaiser(database: Connection): (run: number) => void {
  const raise = database.prepare<[number]>(`
    update meta set value = max(value, coalesce(
      (select position from event where run = ? order by seq desc limit 1), 0)) where name = 'feed_floor'`);
  return (run) => void raise.run(run);
}
