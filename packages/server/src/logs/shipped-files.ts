import {
  artifactsFolder,
  errorFrom,
  GaiaError,
  LIMITS,
  logFile,
  logIndexFile,
  runFolder,
  summaryFile,
} from "@gaia/contracts";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AttemptPlace, FilePart, StoredPart } from "./port.ts";

/**
 * What workers send that do not write into this home: it comes to lie where such a file of the local worker lies, so
 * nobody who reads it sees a difference. How far a file has come is asked of the file itself: there is nothing to be
 * remembered over a restart.
 */
export class ShippedFiles {
  readonly #home: string;
  /** Chunks of one file are written one after the other, also when a worker comes back while one is being written. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(home: string) {
    this.#home = home;
  }

  /**
   * Keeps a part of a file; what is there already is passed over, and a part that begins past the end is not written.
   * The answer says where the next part begins. A file that is complete is on the disk when this resolves.
   *
   * @throws GaiaError `invalid_request` or `too_large` for what no worker sends that is well, `storage_full` and the like
   */
  store(place: AttemptPlace, part: FilePart): Promise<StoredPart> {
    const target = targetOf(place, part.file);
    checkSize(part, target.maxBytes);
    const path = join(this.#home, runFolder(place.run, place.runCreatedAt), target.path);
    const turn = (this.#turns.get(path) ?? Promise.resolve()).then(() => write(path, part, target.grows));
    const settled: Promise<void> = turn.then(
      () => this.#endTurn(path, settled),
      () => this.#endTurn(path, settled),
    );
    this.#turns.set(path, settled);
    return turn;
  }

  #endTurn(path: string, turn: Promise<void>): void {
    if (this.#turns.get(path) === turn) this.#turns.delete(path);
  }
}

interface Target {
  /** Below the run's folder. */
  readonly path: string;
  readonly maxBytes: number;
  /** It is read while it grows, so what is there stays. Else it is whole or nothing, and may be sent anew. */
  readonly grows: boolean;
}

const ARTIFACTS = "artifacts/";
/** A process may print on for a moment after its limit, before it is killed. */
const LOG_BYTES = 2 * LIMITS.logBytes;
const PATH_BYTES = 1_024;

function targetOf({ job, attempt }: AttemptPlace, file: string): Target {
  if (file === "log") return { path: logFile(job, attempt), maxBytes: LOG_BYTES, grows: true };
  if (file === "index") return { path: logIndexFile(job, attempt), maxBytes: LOG_BYTES, grows: true };
  if (file === "summary") {
    return { path: summaryFile(job, attempt), maxBytes: LIMITS.summaryBytes, grows: false };
  }
  if (file.startsWith(ARTIFACTS)) {
    const path = `${artifactsFolder(job, attempt)}/${cleanPath(file.slice(ARTIFACTS.length))}`;
    return { path, maxBytes: LIMITS.artifactBytes, grows: false };
  }
  throw invalid(`there is no file "${file.slice(0, 100)}" of an attempt; upgrade the server or the worker`);
}

/** Only names below the attempt's own folder. */
function cleanPath(path: string): string {
  const parts = path.split("/");
  const isClean = parts.every((name) => name !== "" && name !== "." && name !== "..");
  if (!isClean || path.includes("\0") || Buffer.byteLength(path) > PATH_BYTES)
    throw invalid(`"${path.slice(0, 100)}" is no path below the folder of artifacts`);
  return path;
}

function checkSize({ file, offset, data }: FilePart, maxBytes: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalid(`${offset} is no offset in a file`);
  const { fileChunkBytes } = LIMITS;
  if (data.length > fileChunkBytes) {
    throw new GaiaError(
      "too_large",
      `A chunk has ${data.length} bytes, more than fileChunkBytes (${fileChunkBytes}).`,
    );
  }
  if (offset + data.length > maxBytes) {
    throw new GaiaError(
      "too_large",
      `${file} of an attempt has ${offset + data.length} bytes, more than the limit of ${maxBytes}.`,
    );
  }
}

async function write(path: string, part: FilePart, grows: boolean): Promise<StoredPart> {
  try {
    return await writeTo(path, part, grows);
  } catch (caught) {
    throw failureOf(path, caught);
  }
}

async function writeTo(path: string, part: FilePart, grows: boolean): Promise<StoredPart> {
  const file = await openToWrite(path);
  try {
    const { size } = await file.stat();
    if (part.offset > size) return { offset: size, complete: false };
    const from = grows ? Math.min(part.data.length, size - part.offset) : 0;
    await writeAll(file, part.data.subarray(from), part.offset + from);
    const end = part.offset + part.data.length;
    if (!part.last) return { offset: grows ? Math.max(size, end) : end, complete: false };
    if (!grows && size > end) await file.truncate(end);
    // The worker removes its own copy when it knows that this one is safe.
    await file.datasync();
    return { offset: grows ? Math.max(size, end) : end, complete: true };
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function openToWrite(path: string): Promise<FileHandle> {
  try {
    return await open(path, FLAGS, 0o600);
  } catch (caught) {
    if (codeOf(caught) !== "ENOENT") throw caught;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, FLAGS, 0o600);
}

/** Names that stay unusable however often they are sent; everything else may be mended while the worker waits. */
const UNUSABLE = ["ENOTDIR", "EISDIR", "EEXIST", "ENAMETOOLONG", "ELOOP", "ENXIO"];

function failureOf(path: string, caught: unknown): GaiaError {
  const code = codeOf(caught);
  const known = errorFrom(caught);
  if (known.code !== "internal" || code === "") return known;
  const place = `…${path.slice(-100)}`;
  if (UNUSABLE.includes(code)) return invalid(`no file can be made at ${place} (${code})`, caught);
  const isForbidden = code === "EACCES" || code === "EPERM";
  return new GaiaError(
    isForbidden ? "storage_read_only" : "storage_failed",
    `${place} cannot be written (${code}). ${isForbidden ? "See to whom it belongs" : "See to the disk"}; it is tried again.`,
    {},
    { cause: caught },
  );
}

function codeOf(caught: unknown): string {
  return caught instanceof Error && "code" in caught ? String(caught.code) : "";
}

function invalid(what: string, cause?: unknown): GaiaError {
  return new GaiaError("invalid_request", `A worker sent a part of a file: ${what}.`, {}, { cause });
}
