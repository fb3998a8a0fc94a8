import type { RetentionPolicy, RunFilter } from "../port.ts";
import { copyDatabase } from "./backup.ts";
import { openForReading } from "./database.ts";
import type { StoredEventRow, SummaryRow } from "./rows.ts";
import { type ChunkBuilder, chunkBuilder } from "./statements/build-chunk.ts";
import { checkRows } from "./statements/check-rows.ts";
import { unmeasuredReader } from "./statements/file-sizes.ts";
import type { Place } from "./statements/list-plan.ts";
import { runList } from "./statements/list-runs.ts";
import { type PruneChoice, pruneChooser } from "./statements/prune-candidates.ts";
import { type EndedPage, endedReader } from "./statements/list-ended.ts";
import { type ActivityQuery, activityReader, type ActivityRow } from "./statements/read-activity.ts";
import { eventReader } from "./statements/read-events.ts";
import { type PipelineHistoryReader, pipelineHistoryReader } from "./statements/read-pipeline-history.ts";
import { runReader } from "./statements/read-runs.ts";
import { type SpendingReader, spendingReader } from "./statements/read-spending.ts";
import { type StoredRunRows, storedRunReader } from "./statements/read-stored-run.ts";

/** Reads that may take milliseconds to seconds; they are made in the reader's thread. */
export interface Reader {
  list(query: { filter: RunFilter; after: Place | null; limit: number }): RunPage;
  count(filter: RunFilter): Readonly<Record<string, number>>;
  ended(query: { after: Place | null; limit: number }): EndedPage;
  load(id: string): StoredRunRows | null;
  events(query: { run: string; afterSeq: number; limit: number }): readonly StoredEventRow[];
  readonly packing: ChunkBuilder;
  prunable(policy: RetentionPolicy, now: number, limit: number): PruneChoice;
  unmeasured(limit: number): readonly { readonly id: string; readonly createdAt: number }[];
  check(): readonly string[];
  backup(target: string): Promise<number>;
  readonly pipelines: PipelineHistoryReader;
  readonly spending: SpendingReader;
  activity(query: ActivityQuery): readonly ActivityRow[];
  close(): void;
}

export interface RunPage {
  readonly rows: readonly SummaryRow[];
  /** Where the next page starts; null at the end. */
  readonly next: Place | null;
}

export function openReader(file: string): Reader {
  const database = openForReading(file);
  const runs = runReader(database);
  const runLists = runList(database);
  const loadRun = storedRunReader(database);
  const events = eventReader(database);

  function list({
    filter,
    after,
    limit,
  }: {
    filter: RunFilter;
    after: Place | null;
    limit: number;
  }): RunPage {
    const places = runLists.places(filter, after, limit + 1);
    const page = places.slice(0, limit);
    return {
      rows: runs.summaries(page.map((place) => place.key)),
      next: places.length > limit ? (page.at(-1) ?? null) : null,
    };
  }

  return {
    list: database.transaction(list),
    count: (filter) => runLists.counts(filter),
    ended: endedReader(database),
    load: loadRun,
    events: ({ run, afterSeq, limit }) => events.ofRun(run, afterSeq, limit),
    packing: chunkBuilder(database),
    prunable: pruneChooser(database),
    unmeasured: unmeasuredReader(database),
    check: () => checkRows(database),
    backup: (target) => copyDatabase(database, target),
    pipelines: pipelineHistoryReader(database),
    spending: spendingReader(database),
    activity: activityReader(database, runLists, runs),
    close: () => void database.close(),
  };
}
