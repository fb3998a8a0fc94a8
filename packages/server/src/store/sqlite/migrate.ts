import { GaiaError } from "@gaia/contracts/errors.ts";
import Database from "better-sqlite3";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { copyDatabase } from "./backup.ts";
import { type Connection, setForWriting } from "./database.ts";

/** One step of the schema. Never changed once it was released: files out there have it. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** In the header of the file (`PRAGMA application_id`): "GAIA". */
export const APPLICATION_ID = 0x47414941;

/** Reads `NNNN.sql`, in order and without gaps. */
export function readMigrations(folder: URL): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const version = Number(name.slice(0, 4));
    if (version !== index + 1)
      throw new Error(`Migration ${name} is out of order in ${fileURLToPath(folder)}.`);
    return { version, sql: readFileSync(new URL(name, folder), "utf8") };
  });
}

/**
 * Makes the file's schema the newest. A file with an older one is copied to `backupsFolder` first; one with a newer
 * one, or of another program, is refused untouched.
 */
export async function migrate(
  database: Connection,
  file: string,
  migrations: readonly Migration[],
  backupsFolder: string,
): Promise<void> {
  const newest = migrations.length;
  const version = schemaVersion(database);
  if (version === 0) checkEmpty(database, file);
  else checkOurs(database, file);
  if (version > newest) throw tooNew(file, version, newest, backupsFolder);
  if (version === newest) return;
  setForWriting(database);
  const backup = version === 0 ? null : join(backupsFolder, backupName(version, newest, new Date()));
  if (backup !== null) await copyDatabase(database, backup);
  for (const migration of migrations.slice(version)) step(database, file, migration, backup);
}

export function schemaVersion(database: Connection): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function step(database: Connection, file: string, migration: Migration, backup: string | null): void {
  const apply = database.transaction(() => {
    database.exec(migration.sql);
    const broken = database.pragma("foreign_key_check");
    if (Array.isArray(broken) && broken.length > 0) throw new Error("rows would point to nothing");
    database.pragma(`user_version = ${migration.version}`);
    database.pragma(`application_id = ${APPLICATION_ID}`);
  });
  try {
    apply.immediate();
  } catch (cause) {
    if (cause instanceof Database.SqliteError && cause.code !== "SQLITE_ERROR") throw cause;
    const copy = backup === null ? "" : ` A copy from before is ${backup}.`;
    const message = `${file} could not be brought to schema ${migration.version}; it was left as it was.${copy}`;
    throw new GaiaError("storage_failed", message, { version: migration.version }, { cause });
  }
}

function checkEmpty(database: Connection, file: string): void {
  const tables = database.prepare<[], { count: number }>("select count(*) as count from sqlite_schema").get();
  if ((tables?.count ?? 0) > 0) throw foreign(file);
}

function checkOurs(database: Connection, file: string): void {
  if (database.pragma("application_id", { simple: true }) !== APPLICATION_ID) throw foreign(file);
}

function foreign(file: string): GaiaError {
  return new GaiaError(
    "storage_failed",
    `${file} is a database of another program. Move it away, or choose another home folder.`,
  );
}

function tooNew(file: string, version: number, newest: number, backupsFolder: string): GaiaError {
  return new GaiaError(
    "schema_too_new",
    `${file} was written by a newer Gaia: it has schema ${version}, this Gaia knows schemas up to ${newest}. ` +
      `Start the newer Gaia again, or restore a copy made before the upgrade from ${backupsFolder}.`,
    { found: version, known: newest },
  );
}

/** `gaia-schema-1-before-2-20261121T093137Z.db` */
function backupName(version: number, newest: number, now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `gaia-schema-${version}-before-${newest}-${time}.db`;
}
