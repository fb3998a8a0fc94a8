import type { MeasuredFiles } from "../../port.ts";
import type { Connection } from "../database.ts";

/** Ended runs whose files have not been measured, oldest first. */
export function unmeasuredReader(
  database: Connection,
): (limit: number) => readonly { readonly id: string; readonly createdAt: number }[] {
  const unmeasured = database.prepare<[number], { id: string; createdAt: number }>(`
    select id, created_at as createdAt from run indexed by run_unmeasured
    where file_bytes is null and status in ('completed', 'failed', 'cancelled')
    order by created_at limit ?`);
  return (limit) => unmeasured.all(limit);
}

/** Notes what the files of ended runs take; runs that have been removed meanwhile are passed over. */
export function fileSizeWriter(database: Connection): (sizes: readonly MeasuredFiles[]) => void {
  const find = database.prepare<[string], { key: number; bytes: number }>(
    `select key, coalesce(file_bytes, 0) as bytes from run
     where id = ? and status in ('completed', 'failed', 'cancelled')`,
  );
  const set = database.prepare<[number, number]>("update run set file_bytes = ? where key = ?");
  const raise = fileBytesRaiser(database);

  function write(sizes: readonly MeasuredFiles[]): void {
    let grown = 0;
    for (const { id, bytes } of sizes) {
      const row = find.get(id);
      if (row === undefined) continue;
      set.run(bytes, row.key);
      grown += bytes - row.bytes;
    }
    raise(grown);
  }
  const atOnce = database.transaction(write);
  return (sizes) => atOnce.immediate(sizes);
}

/** Changes the sum. Within a transaction. */
export function fileBytesRaiser(database: Connection): (by: number) => void {
  const raise = database.prepare<[number]>("update meta set value = value + ? where name = 'file_bytes'");
  return (by) => {
    if (by !== 0) raise.run(by);
  };
}

/** The sum of all that was measured. */
export function fileBytesReader(database: Connection): () => number {
  const sum = database.prepare<[], { value: number }>("select value from meta where name = 'file_bytes'");
  return () => sum.get()?.value ?? 0;
}
