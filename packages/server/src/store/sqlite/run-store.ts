import type { Job, JobState, RunStatus } from "@gaia/core";
import { RUN_STATUSES } from "@gaia/core/run/state.ts";
import { setImmediate as nextTurn } from "node:timers/promises";

import type { FeedEntry, RunStore, RunSummary, StoredRun } from "../port.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { checkLimit } from "./page.ts";
import type { PointReads } from "./point-reads.ts";
import type { ReaderThread } from "./reader-thread.ts";
import {
  answerOf,
  detailsOf,
  feedEventOf,
  feedNoteOf,
  graphFragmentOf,
  jobStateOf,
  storedEventOf,
  summaryOf,
} from "./rows.ts";
import { eventReader } from "./statements/read-events.ts";
import { runReader } from "./statements/read-runs.ts";
import { type StoredRunRows, storedRunReader } from "./statements/read-stored-run.ts";

/** Runs of up to this many jobs are read on the main thread: well under a millisecond, and no hop. */
const SMALL_RUN_JOBS = 200;

/** Likewise pages of events. */
const SMALL_PAGE = 500;

/** So much JSON is parsed in one turn of the event loop, about 5 ms. */
const PARSED_AT_ONCE_CHARACTERS = 1_000_000;

/** Likewise of a list, where a run is two documents of about a kilobyte. */
const PARSED_AT_ONCE_RUNS = 100;

export function runStore({ database, read }: PointReads, reader: ReaderThread): RunStore {
  const runs = runReader(database);
  const events = eventReader(database);
  const loadSmall = storedRunReader(database);

  async function rowsOf(id: string): Promise<StoredRunRows | null> {
    const summary = await read(() => runs.summary(id));
    if (summary === null) return null;
    return summary.job_count <= SMALL_RUN_JOBS
      ? await read(() => loadSmall(id))
      : await reader.call("load", id);
  }

  return {
    async list(filter, cursor, limit) {
      checkLimit(limit);
      const place = cursor === null ? null : decodeCursor(cursor, "runs", filter, ["number", "number"]);
      const after = place === null ? null : { at: place[0], key: place[1] };
      const { rows, next } = await reader.call("list", { filter, after, limit });
      const items: RunSummary[] = [];
      for (const [index, row] of rows.entries()) {
        if (index > 0 && index % PARSED_AT_ONCE_RUNS === 0) await nextTurn();
        items.push(summaryOf(row));
      }
      return {
        items,
        nextCursor: next === null ? null : encodeCursor("runs", filter, [next.at, next.key]),
      };
    },
    count: async (filter) => countsOf(await reader.call("count", filter)),
    summary: (id) =>
      read(() => {
        const row = runs.summary(id);
        return row === null ? null : summaryOf(row);
      }),
    async load(id) {
      const rows = await rowsOf(id);
      return rows === null ? null : await storedRunOf(rows);
    },
    live: () => read(() => runs.live()),
    async ended(cursor, limit) {
      checkLimit(limit);
      const place = cursor === null ? null : decodeCursor(cursor, "ended runs", null, ["number", "number"]);
      const after = place === null ? null : { at: place[0], key: place[1] };
      const { ids, next } = await reader.call("ended", { after, limit });
      return {
        items: ids,
        nextCursor: next === null ? null : encodeCursor("ended runs", null, [next.at, next.key]),
      };
    },
    byPrefix: (namespace, prefix, limit) => read(() => runs.byPrefix(namespace, prefix, limit)),
    byNumber: (namespace, pipeline, number) => read(() => runs.byNumber(namespace, pipeline, number)),
    lastNumber: (namespace, pipeline) => read(() => runs.lastNumber(namespace, pipeline)),
    async events(run, afterSeq, limit) {
      const rows =
        limit <= SMALL_PAGE
          ? await read(() => events.ofRun(run, afterSeq, limit))
          : await reader.call("events", { run, afterSeq, limit });
      return rows.map((row) => storedEventOf(run, row));
    },
    feed: (afterPosition, limit) =>
      read(() => {
        const found = events.feed(afterPosition, limit);
        const entries: readonly FeedEntry[] = [
          ...found.events.map(feedEventOf),
          ...found.notes.map(feedNoteOf),
        ];
        return entries.toSorted((one, other) => one.position - other.position).slice(0, limit);
      }),
    feedBounds: () => read(() => events.feedBounds()),
    answer: (namespace, key, notBefore) =>
      read(() => {
        const row = runs.answer(namespace, key, notBefore);
        return row === null ? null : answerOf(row);
      }),
  };
}

/** Parses in portions, so that a run of 100,000 jobs does not stop the server for a second. */
async function storedRunOf(rows: StoredRunRows): Promise<StoredRun> {
  let characters = 0;
  async function breathe(text: string): Promise<void> {
    characters += text.length;
    if (characters < PARSED_AT_ONCE_CHARACTERS) return;
    characters = 0;
    await nextTurn();
  }
  const graph: Job[] = [];
  for (const fragment of rows.graph) {
    for (const job of graphFragmentOf(fragment)) graph.push(job);
    await breathe(fragment);
  }
  const jobs = new Map<number, JobState>();
  for (const { number, body } of rows.jobs) {
    jobs.set(number, jobStateOf(body));
    characters += body.length;
    if (characters >= PARSED_AT_ONCE_CHARACTERS) await breathe("");
  }
  const summary = summaryOf(rows.summary);
  const { environment, reused } = detailsOf(rows.details);
  const facts = { ...summary.facts, environment, settings: { ...summary.facts.settings, reused } };
  return { ...summary, facts, definition: rows.definition, graph, jobs };
}

function countsOf(counts: Readonly<Record<string, number>>): Readonly<Record<RunStatus, number>> {
  const all: Record<RunStatus, number> = {
    pending: 0,
    running: 0,
    stopping: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
  };
  for (const status of RUN_STATUSES) all[status] = counts[status] ?? 0;
  return all;
}
