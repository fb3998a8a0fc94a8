import { type ErrorCode, errorFrom, GaiaError } from "@gaia/contracts/errors.ts";
import Database from "better-sqlite3";

/** A `GaiaError` as it crosses a thread. */
export interface WireFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** For the log: what SQLite said, or the stack of a bug. */
  readonly cause: string | null;
}

/**
 * What SQLite's refusal means to the caller. `doing` completes "Gaia could not …".
 * What is neither SQLite's nor the system's is a bug and becomes `internal`.
 */
export function storageError(reason: unknown, doing: string, file: string): GaiaError {
  if (!(reason instanceof Database.SqliteError)) return errorFrom(reason);
  const code = codeOf(reason.code);
  const message = `Gaia could not ${doing} ${file}: ${REMEDIES[code]} (SQLite: ${reason.message}, ${reason.code})`;
  return new GaiaError(code, message, { sqlite: reason.code }, { cause: reason });
}

export function failureOf(error: GaiaError): WireFailure {
  const { cause } = error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : null;
  return { code: error.code, message: error.message, details: error.details, cause: text };
}

export function errorOf(failure: WireFailure): GaiaError {
  const { code, message, details, cause } = failure;
  return new GaiaError(code, message, details, cause === null ? {} : { cause });
}

type StorageCode = "storage_full" | "storage_read_only" | "storage_failed" | "internal";

const REMEDIES: Readonly<Record<StorageCode, string>> = {
  storage_full: "the disk is full. Nothing was written; free some space and try again.",
  storage_read_only:
    "it cannot be written. Make the file and its folder writable for the user that runs Gaia.",
  storage_failed:
    "the database did not answer as it should. Look at the disk; `gaia doctor` checks the file.",
  internal: "this is a bug in Gaia.",
};

/** Extended result codes (https://sqlite.org/rescode.html) by their meaning. */
function codeOf(sqlite: string): StorageCode {
  if (sqlite === "SQLITE_FULL" || sqlite === "SQLITE_IOERR_SHMSIZE") return "storage_full";
  if (sqlite.startsWith("SQLITE_READONLY") || sqlite === "SQLITE_PERM") return "storage_read_only";
  if (sqlite.startsWith("SQLITE_CONSTRAINT") || BUGS.has(sqlite)) return "internal";
  return "storage_failed";
}

const BUGS: ReadonlySet<string> = new Set([
  "SQLITE_ERROR",
  "SQLITE_MISUSE",
  "SQLITE_MISMATCH",
  "SQLITE_RANGE",
  "SQLITE_TOOBIG",
]);
