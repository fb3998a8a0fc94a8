import type { GaiaError } from "@gaia/contracts/errors.ts";
import { dirname, join } from "node:path";

import type { Store } from "../port.ts";
import { Committer } from "./committer.ts";
import { openForReading } from "./database.ts";
import { prepareFile } from "./open-file.ts";
import { pipelineStore, triggerStore } from "./pipeline-store.ts";
import type { ReaderOffers } from "./reader-thread.ts";
import { runStore } from "./run-store.ts";
import { startThread, type Thread } from "./thread.ts";
import { upkeepOf } from "./upkeep.ts";
import type { PostedCommits, PostedResults, WriterOffers } from "./writer-thread.ts";

export interface SqliteSettings {
  readonly file: string;
  /** Where the file is copied to before its schema is changed. Default: `backups` beside the file. */
  readonly backupsFolder?: string;
  /** Entries of the threads and the folder of migrations, for a bundle that has them elsewhere. */
  readonly writerEntry?: URL;
  readonly readerEntry?: URL;
  readonly migrations?: URL;
  /** A thread of the store ended by itself: nothing can be written any more, the server has to end. */
  readonly onDeath?: (error: GaiaError) => void;
}

/** Opens the store, and creates it if there is none. Refuses with a `GaiaError` that says what to do. */
export async function openSqliteStore(settings: SqliteSettings): Promise<Store> {
  const { file } = settings;
  const onDeath = settings.onDeath ?? (() => {});
  const committer = new Committer();
  // The threads load their modules while this one looks at the file.
  const writer = startThread<WriterOffers>({
    entry: settings.writerEntry ?? new URL("./writer-thread.ts", import.meta.url),
    name: "store-writer",
    onPosted: (body) => committer.settle(body as PostedResults),
    onDeath: (error) => {
      committer.die(error);
      onDeath(error);
    },
  });
  const reader = startThread<ReaderOffers>({
    entry: settings.readerEntry ?? new URL("./reader-thread.ts", import.meta.url),
    name: "store-reader",
    onDeath,
  });
  try {
    const migrations = settings.migrations ?? new URL("./migrations/", import.meta.url);
    await prepareFile(file, migrations, settings.backupsFolder ?? join(dirname(file), "backups"));
    await writer.call("open", { file });
    await reader.call("open", { file });
    return storeOf(file, committer, writer, reader);
  } catch (error) {
    await Promise.all([writer.end(), reader.end()]);
    throw error;
  }
}

function storeOf(
  file: string,
  committer: Committer,
  writer: Thread<WriterOffers>,
  reader: Thread<ReaderOffers>,
): Store {
  const points = openForReading(file);
  committer.start((commits) => writer.post(commits satisfies PostedCommits));
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await committer.stop();
    points.close();
    try {
      await reader.call("close", undefined);
      await writer.call("close", undefined);
    } finally {
      await Promise.all([reader.end(), writer.end()]);
    }
  }

  return {
    runs: runStore(points, reader),
    pipelines: pipelineStore(points),
    triggers: triggerStore(points),
    upkeep: upkeepOf(file, points, writer, reader),
    commit: (commit) => committer.commit(commit),
    close: () => (closing ??= close()),
  };
}
