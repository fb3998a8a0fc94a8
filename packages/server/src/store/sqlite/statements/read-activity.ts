import type { ActivityFilter } from "../../history-port.ts";
import type { RunFilter } from "../../port.ts";
import type { Connection } from "../database.ts";
import type { StoredNoteRow, SummaryRow } from "../rows.ts";
import type { Place } from "./list-plan.ts";
import type { RunList } from "./list-runs.ts";
import type { RunReader } from "./read-runs.ts";

/** How far a reader has come in both of the lists that are merged. */
export interface ActivityPlace {
  /** Position of the last note that was shown; null: none was. */
  readonly note: number | null;
  readonly run: Place | null;
}

export interface ActivityQuery {
  readonly filter: ActivityFilter;
  readonly after: ActivityPlace;
  readonly limit: number;
}

export type ActivityRow =
  | { readonly kind: "note"; readonly row: StoredNoteRow; readonly place: ActivityPlace }
  | { readonly kind: "started"; readonly row: SummaryRow; readonly place: ActivityPlace };

/**
 * Starts of runs lie in the runs themselves: they cost no note, and stay when events are packed. They are merged with
 * the notes by time; each list goes on where it was left, so nothing is shown twice or left out.
 */
export function activityReader(
  database: Connection,
  lists: RunList,
  runs: RunReader,
): (query: ActivityQuery) => readonly ActivityRow[] {
  const notes = database.prepare<
    { namespace: string; before: number; actor: string | null; subject: string | null; limit: number },
    StoredNoteRow
  >(
    `select position, namespace, at, actor_kind, actor_id, actor_via, kind, subject, body from note
     where position < @before and namespace = @namespace
       and (@actor is null or actor_id = @actor) and (@subject is null or subject = @subject)
     order by position desc limit @limit`,
  );

  return database.transaction(({ filter, after, limit }: ActivityQuery) => {
    const { namespace, actor = null, subject = null } = filter;
    const before = after.note ?? Number.MAX_SAFE_INTEGER;
    const noted = notes.all({ namespace, before, actor, subject, limit });
    const started = lists.places(runFilter(filter), after.run, limit);
    const found: ActivityRow[] = [];
    let place = after;
    for (let note = 0, run = 0; found.length < limit; ) {
      const nextNote = noted[note];
      const nextRun = started[run];
      if (nextNote !== undefined && (nextRun === undefined || nextNote.at >= nextRun.at)) {
        place = { ...place, note: nextNote.position };
        found.push({ kind: "note", row: nextNote, place });
        note += 1;
      } else if (nextRun !== undefined) {
        place = { ...place, run: nextRun };
        run += 1;
        for (const row of runs.summaries([nextRun.key])) found.push({ kind: "started", row, place });
      } else break;
    }
    return found;
  });
}

function runFilter({ namespace, actor, subject }: ActivityFilter): RunFilter {
  return {
    namespace,
    ...(actor === undefined ? {} : { startedBy: actor }),
    ...(subject === undefined ? {} : { pipeline: subject }),
  };
}
