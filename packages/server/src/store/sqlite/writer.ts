import type { MeasuredFiles } from "../port.ts";
import { openForWriting } from "./database.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import { fileSizeWriter } from "./statements/file-sizes.ts";
import { type Remover, remover } from "./statements/remove-runs.ts";
import { type ChunkWriter, chunkWriter } from "./statements/write-chunks.ts";

/** Everything that writes, in one place and one thread. */
export interface Writer {
  readonly commits: GroupCommit;
  readonly chunks: ChunkWriter;
  readonly removal: Remover;
  /** Keeps what the files of runs take. */
  measured(sizes: readonly MeasuredFiles[]): void;
  /** Gives free pages back to the file system, at most so many; true: there are more. */
  shrink(pages: number): boolean;
  /** Copies the write-ahead log into the file and empties it. */
  checkpoint(): void;
  close(): void;
}

export function openWriter(file: string): Writer {
  const database = openForWriting(file);
  const freePages = (): number => Number(database.pragma("freelist_count", { simple: true }));
  return {
    commits: groupCommit(database, file),
    chunks: chunkWriter(database),
    removal: remover(database),
    measured: fileSizeWriter(database),
    shrink(pages) {
      const before = freePages();
      database.pragma(`incremental_vacuum(${pages})`);
      const after = freePages();
      return after > 0 && after < before;
    },
    checkpoint: () => void database.pragma("wal_checkpoint(truncate)"),
    // The last connection to close copies the write-ahead log into the file, and leaves that one file behind.
    close: () => void database.close(),
  };
}
