import type { Connection } from "../database.ts";
import type { FeedEventRow, StoredEventRow, StoredNoteRow } from "../rows.ts";
import { chunkReader } from "./chunks.ts";

/** The history: of one run in its own order, of all in commit order. */
export interface EventReader {
  ofRun(id: string, afterSeq: number, limit: number): readonly StoredEventRow[];
  feed(
    after: number,
    limit: number,
  ): { readonly events: readonly FeedEventRow[]; readonly notes: readonly StoredNoteRow[] };
  feedBounds(): { readonly first: number; readonly last: number };
}

const EVENT_COLUMNS =
  "event.position, event.seq, event.at, event.actor_kind, event.actor_id, event.actor_via, event.version, event.body";

export function eventReader(database: Connection): EventReader {
  const find = database.prepare<[string], { key: number; packed: number }>(
    "select key, packed from run where id = ?",
  );
  const ofRun = database.prepare<[number, number, number], StoredEventRow>(
    `select ${EVENT_COLUMNS} from event where run = ? and seq > ? order by seq limit ?`,
  );
  const events = database.prepare<[number, number], FeedEventRow>(
    `select ${EVENT_COLUMNS}, run.namespace, run.id as run from event join run on run.key = event.run
     where event.position > ? and run.packed = 0 order by event.position limit ?`,
  );
  const notes = database.prepare<[number, number], StoredNoteRow>(
    `select position, namespace, at, actor_kind, actor_id, actor_via, kind, subject, body
     from note where position > ? order by position limit ?`,
  );
  const bounds = database.prepare<[], { floor: number; last: number }>(`
    select floor, max(floor, event, note) as last from (
      select (select value from meta where name = 'feed_floor') as floor,
             coalesce((select max(position) from event), 0) as event,
             coalesce((select max(position) from note), 0) as note)`);
  const chunks = chunkReader(database);

  return {
    ofRun: database.transaction((id: string, afterSeq: number, limit: number) => {
      const run = find.get(id);
      if (run === undefined) return [];
      return run.packed === 0 ? ofRun.all(run.key, afterSeq, limit) : chunks.events(run.key, afterSeq, limit);
    }),
    feed: database.transaction((after: number, limit: number) => ({
      events: events.all(after, limit),
      notes: notes.all(after, limit),
    })),
    feedBounds() {
      const row = bounds.get();
      if (row === undefined || row.last === 0) return { first: 0, last: 0 };
      return { first: row.floor + 1, last: row.last };
    },
  };
}
