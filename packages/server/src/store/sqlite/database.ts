import Database from "better-sqlite3";

/** A connection. */
export type Connection = Database.Database;

/** Another program (a SQL client, a backup tool) may hold the file for a moment; longer than this is an error. */
const BUSY_TIMEOUT_MS = 5_000;

/** After a burst the write-ahead log is cut back to this size. */
const WAL_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Pages (4 KiB) in the write-ahead log from which a commit also copies them into the file. SQLite's default, 1,000,
 * does so about every 250 commits; the pages that each commit rewrites (indexes, the last page of a table) are the
 * same, so a longer log copies them less often. 16 MiB also bounds what a start after a crash reads again.
 */
const CHECKPOINT_PAGES = 4_000;

/** A connection as it comes: whoever only looks at a file must not change it, and settings do. */
export function connect(file: string): Connection {
  return new Database(file, { timeout: BUSY_TIMEOUT_MS });
}

/** The only connection that writes. */
export function openForWriting(file: string): Connection {
  return closedOnFailure(connect(file), setForWriting);
}

/** Sees whole commits only, and never waits for the writer. */
export function openForReading(file: string): Connection {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  return closedOnFailure(database, () => {
    database.pragma("query_only = on");
    database.pragma("temp_store = memory");
  });
}

/** What every commit rests on. */
export function setForWriting(database: Connection): void {
  // Only a new file takes this, and only before anything else: free pages can be given back in small steps, where a
  // full VACUUM would hold up every commit.
  if (database.pragma("page_count", { simple: true }) === 0) database.pragma("auto_vacuum = incremental");
  database.pragma("journal_mode = wal");
  // Every commit is on the disk when it is acknowledged. The two others matter on macOS, whose fsync does not reach it.
  database.pragma("synchronous = full");
  database.pragma("fullfsync = on");
  database.pragma("checkpoint_fullfsync = on");
  database.pragma("foreign_keys = on");
  database.pragma("temp_store = memory");
  database.pragma("cache_size = -32000");
  database.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

function closedOnFailure(database: Connection, prepare: (database: Connection) => void): Connection {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
