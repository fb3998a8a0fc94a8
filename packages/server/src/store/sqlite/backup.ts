import { GaiaError } from "@gaia/contracts/errors.ts";
import { existsSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

import type { Connection } from "./database.ts";

/** Pages (4 KiB) copied at a time; between two portions the thread does other work. */
const PAGES_AT_ONCE = 500;

/**
 * Copies the database as it is at this moment to a new file, while others write. The copy has its final name only
 * when it is complete and on the disk.
 *
 * @returns size of the copy in bytes
 */
export async function copyDatabase(database: Connection, target: string): Promise<number> {
  if (existsSync(target)) throw exists(target);
  mkdirSync(dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  // Without a snapshot of its own, a copy starts again from its first page whenever someone else writes.
  database.exec("begin");
  try {
    database.prepare("select count(*) from sqlite_schema").get();
    await database.backup(partial, { progress: () => PAGES_AT_ONCE });
    putInPlace(partial, target);
    return statSync(target).size;
  } finally {
    database.exec("rollback");
    rmSync(partial, { force: true });
  }
}

/** A link, unlike a rename, never replaces a file that has come into being meanwhile. */
function putInPlace(partial: string, target: string): void {
  try {
    linkSync(partial, target);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw exists(target);
    throw error;
  }
}

function exists(target: string): GaiaError {
  return new GaiaError("conflict", `${target} exists already. Choose another name, or remove it first.`, {
    target,
  });
}
