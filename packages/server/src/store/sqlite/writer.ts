import { openForWriting } from "./database.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";

/** Everything that writes, in one place and one thread. */
export interface Writer {
  readonly commits: GroupCommit;
  close(): void;
}

export function openWriter(file: string): Writer {
  const database = openForWriting(file);
  return {
    commits: groupCommit(database, file),
    close() {
      // Leaves one file behind: the write-ahead log is copied into it and removed with the last connection.
      database.pragma("wal_checkpoint(truncate)");
      database.close();
    },
  };
}
