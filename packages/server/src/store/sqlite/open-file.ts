import { errorFrom, GaiaError } from "@gaia/contracts/errors.ts";
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { connect } from "./database.ts";
import { storageError } from "./failure.ts";
import { migrate, readMigrations } from "./migrate.ts";

/** The first bytes of every SQLite database (https://sqlite.org/fileformat.html). */
const MAGIC = "SQLite format 3\0";

/**
 * Makes sure that the file is there, is ours, is whole as far as can be seen at once, and has the newest schema.
 * Throws a `GaiaError` that says what is wrong with it and what to do.
 */
export async function prepareFile(file: string, migrations: URL, backupsFolder: string): Promise<void> {
  checkWritable(file);
  checkMagic(file);
  try {
    const database = connect(file);
    try {
      await migrate(database, file, readMigrations(migrations), backupsFolder);
    } finally {
      database.close();
    }
  } catch (error) {
    throw storageError(error, "open", file);
  }
}

function checkWritable(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    throw new GaiaError(
      "storage_failed",
      `The folder ${folder} does not exist. Create it, or choose another home.`,
    );
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    // Definitions and inputs are for the user alone; SQLite gives its other files the mode of this one.
    closeSync(openSync(file, "a+", 0o600));
  } catch (error) {
    throw refusalOf(error, file);
  }
}

function refusalOf(cause: unknown, file: string): GaiaError {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    const message = `${file} or its folder cannot be written (${code}). Make both writable for the user that runs Gaia.`;
    return new GaiaError("storage_read_only", message, { file }, { cause });
  }
  if (code === "EISDIR")
    return new GaiaError("storage_failed", `${file} is a folder. Move it away.`, { file }, { cause });
  return errorFrom(cause);
}

function checkMagic(file: string): void {
  if (statSync(file).size === 0) return;
  const start = Buffer.alloc(MAGIC.length);
  const descriptor = openSync(file, "r");
  readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  if (start.toString("latin1") === MAGIC) return;
  const message = `${file} is not a database, or its beginning is damaged. Restore it from a backup, or move it away.`;
  throw new GaiaError("storage_failed", message, { file });
}
