import type { Connection } from "../database.ts";
import type { Place } from "./list-plan.ts";

export interface EndedPage {
  readonly ids: readonly string[];
  /** Where the next page starts; null at the end. */
  readonly next: Place | null;
}

interface EndedRow {
  readonly key: number;
  readonly id: string;
  readonly created_at: number;
}

/** Before the newest run. */
const FIRST: Place = { at: Number.MAX_SAFE_INTEGER, key: Number.MAX_SAFE_INTEGER };

/** Walks through the runs that have ended, of all namespaces, the newest first. */
export function endedReader(
  database: Connection,
): (query: { readonly after: Place | null; readonly limit: number }) => EndedPage {
  const page = database.prepare<[number, number, number], EndedRow>(
    `select key, id, created_at from run indexed by run_ended
     where status in ('completed', 'failed', 'cancelled') and (created_at, key) < (?, ?)
     order by created_at desc, key desc limit ?`,
  );
  return ({ after, limit }) => {
    const { at, key } = after ?? FIRST;
    const rows = page.all(at, key, limit + 1);
    const last = rows[limit - 1];
    return {
      ids: rows.slice(0, limit).map((row) => row.id),
      next: rows.length > limit && last !== undefined ? { at: last.created_at, key: last.key } : null,
    };
  };
}
