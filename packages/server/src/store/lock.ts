import { GaiaError } from "@gaia/contracts/errors.ts";
import Database from "better-sqlite3";
import { readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { storageError } from "./sqlite/failure.ts";

/**
 * One server owns a home folder. Node has no flock; an exclusive transaction that is held open on a database of its
 * own is one: the system releases it when the process ends, however it ends. Who holds it is said in a file beside
 * it, which is only for people and for messages: the lock alone decides.
 */

const LOCK_FILE = "server.lock.db";
const OWNER_FILE = "server.owner.json";

/** Who owns a home. */
export interface Owner {
  readonly pid: number;
  /** Milliseconds UTC. */
  readonly since: number;
  /** Where it can be reached, null while it is starting. */
  readonly address: string | null;
}

export type Acquired =
  | {
      readonly kind: "owned";
      /** Says where the server can be reached, for those who come later. */
      announce(address: string): void;
      release(): void;
    }
  /** `by` is null when the owner has not said yet who it is. */
  | { readonly kind: "taken"; readonly by: Owner | null };

/**
 * Takes the ownership of a home folder, or says who has it. Does not wait.
 *
 * @throws GaiaError `storage_read_only`, `storage_failed` (a network file system, a folder that is not there)
 */
export function acquireHome(home: string, now: number = Date.now()): Acquired {
  refuseNetworkFileSystem(home);
  const ownerFile = join(home, OWNER_FILE);
  const lock = takeLock(join(home, LOCK_FILE));
  if (lock === null) return { kind: "taken", by: readOwner(ownerFile) };
  const owner: Owner = { pid: process.pid, since: now, address: null };
  try {
    writeOwner(ownerFile, owner);
  } catch (error) {
    lock.close();
    throw storageError(error, "write", ownerFile);
  }
  return {
    kind: "owned",
    announce: (address) => writeOwner(ownerFile, { ...owner, address }),
    release() {
      if (!lock.open) return;
      // In this order: afterwards the file may be the next owner's.
      rmSync(ownerFile, { force: true });
      lock.close();
    },
  };
}

function takeLock(file: string): Database.Database | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { timeout: 0 });
    // Not in WAL mode, where an exclusive transaction excludes writers only.
    database.pragma("journal_mode = delete");
    database.exec("begin exclusive");
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return null;
    throw storageError(error, "take the lock", file);
  }
}

function writeOwner(file: string, owner: Owner): void {
  const partial = `${file}.${owner.pid}`;
  writeFileSync(partial, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  renameSync(partial, file);
}

function readOwner(file: string): Owner | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isOwner(value) ? { pid: value.pid, since: value.since, address: value.address } : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== "object" || value === null) return false;
  if (!("pid" in value && "since" in value && "address" in value)) return false;
  const isAddress = value.address === null || typeof value.address === "string";
  return typeof value.pid === "number" && typeof value.since === "number" && isAddress;
}

/** `f_type` of statfs(2) on Linux. On other systems the numbers mean other things, and nothing is refused. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "SMB (cifs)"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x01021997, "9p"],
  [0x5346414f, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
]);

function refuseNetworkFileSystem(home: string): void {
  if (process.platform !== "linux") return;
  const name = networkFileSystem(home);
  if (name === null) return;
  throw new GaiaError(
    "storage_failed",
    `${home} is on ${name}, a network file system. Locks and the shared memory of the database do not work ` +
      "reliably there: two servers could write at once. Put the home folder on a local disk (GAIA_HOME); to share " +
      "state between hosts, use PostgreSQL.",
    { fileSystem: name },
  );
}

function networkFileSystem(home: string): string | null {
  try {
    // Some of the numbers come sign-extended.
    return networkFileSystemOf(statfsSync(home).type);
  } catch (cause) {
    const message = `The home folder ${home} cannot be looked at. Create it, or choose another one (GAIA_HOME).`;
    throw new GaiaError("storage_failed", message, { home }, { cause });
  }
}

/** The name of a network file system, null for all others. */
export function networkFileSystemOf(type: number): string | null {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0) ?? null;
}
