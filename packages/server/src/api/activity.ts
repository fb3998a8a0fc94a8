import type { ActivityEntry } from "@gaia/contracts";
import type { ActivityEntry as StoredEntry, ActivityFilter, Store } from "../store/port.ts";
import { noteView } from "./views/note-view.ts";
import { timeText } from "./views/run-view.ts";

/** Who did what, newest first. */
export async function activityPage(
  store: Store,
  filter: ActivityFilter,
  cursor: string | null,
  limit: number,
): Promise<{ readonly items: readonly ActivityEntry[]; readonly next_cursor: string | null }> {
  const page = await store.history.activity(filter, cursor, limit);
  return { items: page.items.map(entryView), next_cursor: page.nextCursor };
}

/** The start of a run is told like a note. */
function entryView(entry: StoredEntry): ActivityEntry {
  if (entry.kind === "note") return noteView(entry.note, entry.cursor);
  const { id, facts, header } = entry.run;
  return {
    cursor: entry.cursor,
    at: timeText(header.createdAt),
    actor: { ...facts.actor },
    kind: facts.retryOf === null ? "run.started" : "run.retried",
    subject: facts.pipeline,
    body: {
      run: id,
      number: facts.number,
      version: facts.pipelineVersion,
      trigger: facts.trigger,
      retry_of: facts.retryOf,
      parent_run: facts.parent?.run ?? null,
    },
  };
}
