import type { GaiaError } from "@gaia/contracts/errors.ts";
import { dirname, join } from "node:path";

import type { Store } from "../port.ts";
import { Committer } from "./committer.ts";
import { historyStore } from "./history-store.ts";
import { prepareFile } from "./open-file.ts";
import { openPointReads } from "./point-reads.ts";
import { commitStatusStore, pipelineStore, programStore, triggerStore } from "./pipeline-store.ts";
import type { ReaderOffers } from "./reader-thread.ts";
import { runStore } from "./run-store.ts";
import { secretStore } from "./secret-store.ts";
import { startThread, startThreadWhenNeeded, type Thread } from "./thread.ts";
import { upkeepOf } from "./upkeep.ts";
import type { PostedCommits, PostedResults, WriterOffers } from "./writer-thread.ts";

export interface SqliteSettings {
  readonly file: string;
  /** Where the file is copied to before its schema is changed. Default: `backups` beside the file. */
  readonly backupsFolder?: string;
  /** Entries of the threads and the folder of migrations. Default: beside this module, also when it was bundled. */
  readonly writerEntry?: URL;
  readonly readerEntry?: URL;
  readonly migrations?: URL;
  /** The writer's thread ended by itself: nothing can be written any more, the server has to end. */
  readonly onDeath?: (error: GaiaError) => void;
}

/** Opens the store, and creates it if there is none. Refuses with a `GaiaError` that says what to do. */
export async function openSqliteStore(settings: SqliteSettings): Promise<Store> {
  const { file } = settings;
  const onDeath = settings.onDeath ?? (() => {});
  const committer = new Committer();
  // The thread loads its modules while this one looks at the file.
  const writer = startThread<WriterOffers>({
    entry: settings.writerEntry ?? threadEntry("writer-thread"),
    name: "store-writer",
    onPosted: (body) => committer.settle(body as PostedResults),
    onDeath: (error) => {
      committer.die(error);
      onDeath(error);
    },
  });
  try {
    const migrations = settings.migrations ?? new URL("./migrations/", import.meta.url);
    await prepareFile(file, migrations, settings.backupsFolder ?? join(dirname(file), "backups"));
    await writer.call("open", { file });
    return storeOf(settings, committer, writer);
  } catch (error) {
    await writer.end();
    throw error;
  }
}

function storeOf(settings: SqliteSettings, committer: Committer, writer: Thread<WriterOffers>): Store {
  const { file } = settings;
  const points = openPointReads(file);
  committer.start((commits) => writer.post(commits satisfies PostedCommits));
  const startReader = readerStarter(settings);
  const reader = startThreadWhenNeeded(startReader);
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await committer.stop();
    points.close();
    try {
      await reader.end();
      if (!committer.isDead) await writer.call("close", undefined);
    } finally {
      await writer.end();
    }
  }

  return {
    runs: runStore(points, reader),
    history: historyStore(reader),
    pipelines: pipelineStore(points),
    triggers: triggerStore(points),
    programs: programStore(points),
    secrets: secretStore(points),
    commitStatuses: commitStatusStore(points),
    upkeep: upkeepOf({ file, points, writer, reader, startReader: () => startReader(() => {}) }),
    commit: (commit) => committer.commit(commit),
    close: () => (closing ??= close()),
  };
}

function readerStarter(settings: SqliteSettings): (onDeath: () => void) => Promise<Thread<ReaderOffers>> {
  const entry = settings.readerEntry ?? threadEntry("reader-thread");
  return async (onDeath) => {
    const thread = startThread<ReaderOffers>({ entry, name: "store-reader", onDeath });
    try {
      await thread.call("open", { file: settings.file });
      return thread;
    } catch (error) {
      await thread.end();
      throw error;
    }
  };
}

/** Source runs as TypeScript, what is published as JavaScript. */
function threadEntry(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
}
