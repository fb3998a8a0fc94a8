import { LIMITS } from "@gaia/contracts/limits.ts";
import type { Connection } from "../database.ts";
import { fileBytesRaiser } from "./file-sizes.ts";
import { floorRaiser } from "./write-chunks.ts";
import { ANSWER_KEPT_MS } from "./write-notes.ts";

/** Removal in short transactions. */
export interface Remover {
  /** Removes ended runs with all that belongs to them; answers with the keys of those that were there. */
  runs(keys: readonly number[]): readonly number[];
  /** Removes old answers, old deliveries and surplus notes; true: there are more. */
  leftovers(now: number): boolean;
}

/** So many notes are kept: a year of 270 a day. */
const NOTES_KEPT = 100_000;

const ROWS_AT_ONCE = 2_000;

export function remover(database: Connection): Remover {
  const remove = database.prepare<[number], { bytes: number }>(`
    delete from run where key = ? and status in ('completed', 'failed', 'cancelled')
    returning coalesce(file_bytes, 0) as bytes`);
  const contents = database.prepare<[number, number, number], { content: number }>(`
    select definition as content from run where key = ?
    union select details from run_facts where run = ?
    union select content from run_graph where run = ?`);
  const forget = database.prepare<{ key: number }>(`
    delete from content where key = @key
      and not exists (select 1 from run where definition = @key)
      and not exists (select 1 from run_facts where details = @key)
      and not exists (select 1 from run_graph where content = @key)
      and not exists (select 1 from pipeline where source = @key)
      and not exists (select 1 from pipeline where definition = @key)`);
  const raiseFloor = floorRaiser(database);
  const raiseFileBytes = fileBytesRaiser(database);
  const leftovers = leftoverRemover(database);

  function runs(keys: readonly number[]): readonly number[] {
    const candidates = new Set<number>();
    let freedBytes = 0;
    const removed = keys.filter((key) => {
      const ofRun = contents.all(key, key, key);
      raiseFloor(key);
      const row = remove.get(key);
      if (row === undefined) return false;
      freedBytes += row.bytes;
      for (const row of ofRun) candidates.add(row.content);
      return true;
    });
    for (const key of candidates) forget.run({ key });
    raiseFileBytes(-freedBytes);
    return removed;
  }

  const runsAtOnce = database.transaction(runs);
  const leftoversAtOnce = database.transaction(leftovers);
  return { runs: (keys) => runsAtOnce.immediate(keys), leftovers: (now) => leftoversAtOnce.immediate(now) };
}

function leftoverRemover(database: Connection): (now: number) => boolean {
  const removeAnswers = database.prepare<[number, number]>(
    `delete from answer where (namespace, key) in
       (select namespace, key from answer where at < ? order by at limit ?)`,
  );
  const removeDeliveries = database.prepare<[number, number]>(
    `delete from delivery where (trigger_id, key) in
       (select trigger_id, key from delivery where at < ? order by at limit ?)`,
  );
  const surplusNotes = database.prepare<[number], { count: number }>(
    "select max(0, count(*) - ?) as count from note",
  );
  const lastSurplus = database.prepare<[number], { position: number }>(
    "select position from note order by position limit 1 offset ?",
  );
  const removeNotes = database.prepare<[number]>("delete from note where position <= ?");
  const raiseFloor = database.prepare<[number]>(
    "update meta set value = max(value, ?) where name = 'feed_floor'",
  );

  return (now) => {
    const answers = removeAnswers.run(now - ANSWER_KEPT_MS, ROWS_AT_ONCE).changes;
    const deliveries = removeDeliveries.run(now - LIMITS.deliveryMemoryMs, ROWS_AT_ONCE).changes;
    const surplus = surplusNotes.get(NOTES_KEPT)?.count ?? 0;
    const last = surplus === 0 ? undefined : lastSurplus.get(Math.min(surplus, ROWS_AT_ONCE) - 1);
    if (last !== undefined) {
      raiseFloor.run(last.position);
      removeNotes.run(last.position);
    }
    return answers === ROWS_AT_ONCE || deliveries === ROWS_AT_ONCE || surplus > ROWS_AT_ONCE;
  };
}
