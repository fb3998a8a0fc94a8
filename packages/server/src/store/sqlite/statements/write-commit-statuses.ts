import type { Connection } from "../database.ts";
import type { WireCommitStatus } from "../wire.ts";

/** Puts a row in the place of the one that its run has. Of a run that was removed meanwhile none is kept. */
export function commitStatusWriter(database: Connection): (row: WireCommitStatus) => void {
  const put = database.prepare<[number, number, string, string]>(
    "insert or replace into commit_status (run, since, is_open, body) select key, ?, ?, ? from run where id = ?",
  );
  return ({ run, since, isOpen, body }) => void put.run(since, isOpen, body, run);
}
