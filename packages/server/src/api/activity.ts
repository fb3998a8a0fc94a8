import type { Store } from "../store/port.ts";
import { feedCursor } from "./cursors.ts";
import type { NoteView } from "./schemas.ts";
import { noteView } from "./views/note-view.ts";

/** Notes lie among the events of all runs: so many entries are looked at per read, and so many reads per request. */
const WINDOW = 500;
const WINDOWS = 20;

/** Notes, newest first. A page may be short, or empty, before the end: `next_cursor` null is the end. */
export async function activityPage(
  store: Store,
  namespace: string,
  before: number | null,
  limit: number,
): Promise<{ readonly items: readonly NoteView[]; readonly next_cursor: string | null }> {
  const bounds = await store.runs.feedBounds();
  const items: NoteView[] = [];
  let end = Math.min(before ?? Number.MAX_SAFE_INTEGER, bounds.last + 1);
  for (let window = 0; window < WINDOWS && end > bounds.first && bounds.last > 0; window++) {
    const after = Math.max(bounds.first - 1, end - 1 - WINDOW);
    const entries = await store.runs.feed(after, end - 1 - after);
    for (const entry of entries.toReversed()) {
      if (entry.position >= end || entry.kind !== "note" || entry.note.namespace !== namespace) continue;
      items.push(noteView(entry.note, feedCursor(namespace, entry.position)));
      if (items.length === limit) return { items, next_cursor: feedCursor(namespace, entry.position) };
    }
    end = after + 1;
  }
  return { items, next_cursor: end > bounds.first && bounds.last > 0 ? feedCursor(namespace, end) : null };
}
