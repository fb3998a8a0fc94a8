import { DatabaseSync } from "node:sqlite";

/** A lock that this process holds until it ends, however it ends. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes the lock, or returns null when somebody has it. Node has no flock; an exclusive SQLite transaction
 * is one, held by the kernel on behalf of the process: `kill -9` releases it, and no stale file can lie.
 */
export function takeLock(path: string): HeldLock | null {
  return lockBy("BEGIN EXCLUSIVE", path);
}

/** As `takeLock`, but any number may share it. While one of them has it nobody takes it for himself, nor the other way. */
export function shareLock(path: string): HeldLock | null {
  // Reading takes the kernel's lock for readers, and the transaction keeps it.
  return lockBy("BEGIN; SELECT * FROM sqlite_schema", path);
}

function lockBy(statements: string, path: string): HeldLock | null {
  const database = new DatabaseSync(path);
  try {
    // MEMORY: no journal file beside the lock. The timeout of 0 makes a held lock an answer instead of a wait.
    database.exec(`PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; ${statements}`);
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked/.test(error.message)) return null;
    throw error;
  }
  return { release: () => database.close() };
}
