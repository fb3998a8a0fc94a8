import type { Connection } from "../database.ts";

interface StoredStatusRow {
  readonly body: string;
}

export interface CommitStatusReader {
  open(): readonly StoredStatusRow[];
  of(run: string): StoredStatusRow | undefined;
}

export function commitStatusReader(database: Connection): CommitStatusReader {
  const open = database.prepare<[], StoredStatusRow>(
    "select body from commit_status where is_open = 1 order by since, run",
  );
  const one = database.prepare<[string], StoredStatusRow>(
    "select body from commit_status where run = (select key from run where id = ?)",
  );
  return { open: () => open.all(), of: (run) => one.get(run) };
}
