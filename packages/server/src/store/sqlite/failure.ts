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
  const trouble = troubleOf(reason.code);
  const message = `Gaia could not ${doing} ${file}: ${REMEDIES[trouble]} (SQLite: ${reason.message}, ${reason.code})`;
  return new GaiaError(CODES[trouble], message, { sqlite: reason.code }, { cause: reason });
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

type Trouble = "full" | "read_only" | "damaged" | "failed" | "bug";

const CODES = {
  full: "storage_full",
  read_only: "storage_read_only",
  damaged: "storage_failed",
  failed: "storage_failed",
  bug: "internal",
} as const satisfies Record<Trouble, ErrorCode>;

const REMEDIES: Readonly<Record<Trouble, string>> = {
  full: "the disk is full. Nothing was written; free some space and try again.",
  read_only: "it cannot be written. Make the file and its folder writable for the user that runs Gaia.",
  damaged: "the file is damaged. Stop the server, keep a copy of the file, and restore the newest backup.",
  failed: "the database did not answer as it should. Look at the disk, then start the server again.",
  bug: "this is a bug in Gaia.",
};

/** Extended result codes (https://sqlite.org/rescode.html) by what they mean to people. */
function troubleOf(sqlite: string): Trouble {
  if (sqlite === "SQLITE_FULL" || sqlite === "SQLITE_IOERR_SHMSIZE") return "full";
  if (sqlite.startsWith("SQLITE_READONLY") || sqlite === "SQLITE_PERM") return "read_only";
  if (sqlite.startsWith("SQLITE_CORRUPT") || sqlite === "SQLITE_NOTADB") return "damaged";
  if (sqlite.startsWith("SQLITE_CONSTRAINT") || BUGS.has(sqlite)) return "bug";
  return "failed";
}

const BUGS: ReadonlySet<string> = new Set([
  "SQLITE_ERROR",
  "SQLITE_MISUSE",
  "SQLITE_MISMATCH",
  "SQLITE_RANGE",
  "SQLITE_TOOBIG",
]);
