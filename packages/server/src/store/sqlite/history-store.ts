import { setImmediate as nextTurn } from "node:timers/promises";

import type { ActivityEntry, HistoryStore, RunFailure, RunSpending } from "../history-port.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { checkLimit } from "./page.ts";
import type { ReaderThread } from "./reader-thread.ts";
import { feedNoteOf, summaryOf } from "./rows.ts";
import type { ActivityPlace, ActivityRow } from "./statements/read-activity.ts";

/** A run is read in one call to the thread; between two of them lists get their turn. */
const FAILURES_AT_ONCE = 50;
/** Ended runs do not change: what was worked out of so many is kept, of so many tasks. */
const KEPT_FAILURES = 5_000;
const KEPT_TASKS = 50_000;

export function historyStore(reader: ReaderThread): HistoryStore {
  const failures = new Kept<RunFailure>(KEPT_FAILURES, () => 1);
  const spendings = new Kept<RunSpending>(KEPT_TASKS, (spending) => 1 + spending.tasks.length);
  return {
    ofPipelines: (namespace, names, since) => reader.call("ofPipelines", { namespace, names, since }),
    ends: (namespace, from, to, bucketMs) => reader.call("ends", { namespace, from, to, bucketMs }),
    failing: (namespace, limit) => reader.call("failing", { namespace, limit }),
    async failures(ids) {
      const unknown = failures.missing(ids);
      for (let first = 0; first < unknown.length; first += FAILURES_AT_ONCE) {
        const step = unknown.slice(first, first + FAILURES_AT_ONCE);
        for (const [id, failure] of await reader.call("failures", step)) failures.keep(id, failure);
      }
      return failures.of(ids);
    },
    async spending(ids) {
      for (const id of spendings.missing(ids)) {
        const spending = await reader.call("spending", id);
        if (spending !== null) spendings.keep(id, spending);
      }
      return spendings.of(ids);
    },
    async activity(filter, cursor, limit) {
      checkLimit(limit);
      const after = cursor === null ? { note: null, run: null } : placeFrom(cursor, filter);
      const rows = await reader.call("activity", { filter, after, limit: limit + 1 });
      const items: ActivityEntry[] = [];
      for (const row of rows.slice(0, limit)) {
        if (items.length % 100 === 99) await nextTurn();
        items.push(entryOf(row, encodeCursor("activity", filter, partsOf(row.place))));
      }
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.cursor ?? null) : null };
    },
  };
}

function entryOf(found: ActivityRow, cursor: string): ActivityEntry {
  if (found.kind === "started") return { kind: "started", cursor, run: summaryOf(found.row) };
  const entry = feedNoteOf(found.row);
  if (entry.kind !== "note") throw new Error("a row of notes is a note");
  return { ...entry, cursor };
}

/** Nothing was shown of a list: its part is -1. */
function partsOf({ note, run }: ActivityPlace): readonly number[] {
  return [note ?? -1, run?.at ?? -1, run?.key ?? -1];
}

function placeFrom(cursor: string, filter: unknown): ActivityPlace {
  const [note, at, key] = decodeCursor(cursor, "activity", filter, ["number", "number", "number"]);
  return { note: note < 0 ? null : note, run: key < 0 ? null : { at, key } };
}

/** Results by run, the oldest given up first. */
class Kept<T> {
  readonly #most: number;
  readonly #sizeOf: (value: T) => number;
  readonly #values = new Map<string, T>();
  #size = 0;

  constructor(most: number, sizeOf: (value: T) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  missing(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => !this.#values.has(id));
  }

  keep(id: string, value: T): void {
    if (this.#values.has(id)) return;
    this.#values.set(id, value);
    this.#size += this.#sizeOf(value);
  }

  /** Gives up what is too much only now: what is asked for was kept a moment ago. */
  of(ids: readonly string[]): ReadonlyMap<string, T> {
    const found = new Map<string, T>();
    for (const id of ids) {
      const value = this.#values.get(id);
      if (value !== undefined) found.set(id, value);
    }
    for (const [id, value] of this.#values) {
      if (this.#size <= this.#most) break;
      this.#values.delete(id);
      this.#size -= this.#sizeOf(value);
    }
    return found;
  }
}
