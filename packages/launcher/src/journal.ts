import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import type { ExitedMessage, Json, StartedMessage, StopMeans } from "./protocol.ts";

/** First record of a launcher process in the journal: who it was, so that the next one knows what it may signal. */
export interface IncarnationRecord {
  readonly kind: "incarnation";
  readonly incarnation: string;
  readonly pid: number;
  readonly startTime: number;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly markBase: number | null;
  /** Folders under which it makes control groups. */
  readonly cgroupFolders: readonly string[];
}

/** A process was started. */
export interface StartedRecord {
  readonly kind: "started";
  readonly started: StartedMessage;
  readonly logPath: string;
  readonly mark: number | null;
  readonly cgroupFolders: readonly string[];
  /** Null for a secret one. */
  readonly meta: Json;
}

/** An attempt ended, or was refused. What a `started` record would tell is given when none came before. */
export interface EndedRecord {
  readonly kind: "ended";
  readonly exited: ExitedMessage;
  readonly logPath?: string;
  readonly meta?: Json;
  readonly started?: StartedMessage;
}

/** The worker has these. */
export interface ForgottenRecord {
  readonly kind: "forgotten";
  readonly attempts: readonly string[];
}

/** A line of the journal. */
export type JournalRecord = IncarnationRecord | StartedRecord | EndedRecord | ForgottenRecord;

/** What is left of an attempt in the journal. */
export interface JournaledAttempt {
  readonly attempt: string;
  readonly incarnation: string | null;
  readonly started: StartedRecord | null;
  readonly ended: EndedRecord | null;
}

/** What a journal says: the launchers that wrote it, and the attempts that nobody forgot. */
export interface JournalContent {
  readonly incarnations: readonly IncarnationRecord[];
  readonly attempts: ReadonlyMap<string, JournaledAttempt>;
}

const CLEAR_ABOVE_BYTES = 64 * 1024;
/** Compaction below this size saves nothing worth the work. */
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

/**
 * The launcher's own record of what it started and how it ended, one JSON object a line. It must outlive processes,
 * not the machine: no fsync. A torn last line, after a crash or a full disk, is skipped by the reader.
 */
export class Journal {
  readonly #path: string;
  readonly #header: string;
  #file: number;
  #sizeBytes: number;
  #pending: string[] = [];
  #isTorn = false;
  #failure: string | null = null;
  #compactAboveBytes = COMPACT_ABOVE_BYTES;

  /** Begins a new journal file with these records, in place of the old one. */
  constructor(path: string, header: IncarnationRecord, kept: readonly JournalRecord[]) {
    this.#path = path;
    this.#header = JSON.stringify(header);
    this.#file = -1;
    this.#sizeBytes = 0;
    this.compact(kept);
  }

  /** The reason why the journal cannot be written, or null. While there is one no attempt may be started. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Adds a record; `flush` writes it. */
  append(record: JournalRecord): void {
    this.#pending.push(JSON.stringify(record));
  }

  /** Adds an end whose message is text already: it is written and sent as it is. */
  appendEnded(exited: string): void {
    this.#pending.push(`{"kind":"ended","exited":${exited}}`);
  }

  /** Writes what was added. What cannot be written is kept and tried again with the next flush. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const text = `${this.#isTorn ? "\n" : ""}${this.#pending.join("\n")}\n`;
    const bytes = Buffer.from(text);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
      this.#pending = [];
      this.#isTorn = false;
      this.#failure = null;
    } catch (error) {
      // The records stay pending; a repeated one is harmless, a half-written line is closed by the next attempt.
      this.#isTorn = this.#isTorn || written > 0;
      this.#failure = `the journal ${this.#path} cannot be written: ${String(error)}; free space or fix its permissions`;
    }
    this.#sizeBytes += written;
  }

  /** True when the journal is long enough to be emptied, if nothing of it counts any more. */
  get wantsClearing(): boolean {
    return this.#sizeBytes > CLEAR_ABOVE_BYTES;
  }

  /** True when the journal has grown enough that writing it anew with only what counts is worth it. */
  get wantsCompaction(): boolean {
    return this.#sizeBytes > this.#compactAboveBytes;
  }

  /** Replaces the file by one with only these records. A failure leaves the old one in use. */
  compact(kept: readonly JournalRecord[]): void {
    const lines = [this.#header, ...kept.map((record) => JSON.stringify(record)), ""];
    const bytes = Buffer.from(lines.join("\n"));
    const next = `${this.#path}.next`;
    let file = -1;
    try {
      file = openSync(next, "w", 0o600);
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      // Only here: a rename that outlives its content would leave an empty journal after a power cut.
      fsyncSync(file);
      closeSync(file);
      file = openSync(next, "a");
      renameSync(next, this.#path);
    } catch (error) {
      if (file !== -1) closeSync(file);
      if (this.#file === -1) throw error;
      this.#failure = `the journal ${this.#path} cannot be written: ${String(error)}; free space or fix its permissions`;
      return;
    }
    if (this.#file !== -1) closeSync(this.#file);
    this.#file = file;
    this.#sizeBytes = bytes.length;
    this.#pending = [];
    this.#isTorn = false;
    this.#failure = null;
    this.#compactAboveBytes = Math.max(COMPACT_ABOVE_BYTES, bytes.length * 4);
  }

  /** Empties the file down to its first line: cheap, for when nothing is left to remember. */
  clear(): void {
    const length = Buffer.byteLength(this.#header) + 1;
    ftruncateSync(this.#file, length);
    this.#sizeBytes = length;
    this.#isTorn = false;
  }

  /** Closes the file. */
  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** Reads a journal; a file that does not exist is empty. Lines that are no records are skipped. */
export function readJournal(path: string): JournalContent {
  const incarnations: IncarnationRecord[] = [];
  const attempts = new Map<string, JournaledAttempt>();
  let incarnation: string | null = null;
  for (const line of readLines(path)) {
    const record = recordFrom(line);
    if (record === null) continue;
    switch (record.kind) {
      case "incarnation":
        incarnation = record.incarnation;
        incarnations.push(record);
        break;
      case "started":
        attempts.set(record.started.attempt, {
          attempt: record.started.attempt,
          incarnation,
          started: record,
          ended: null,
        });
        break;
      case "ended": {
        const attempt = record.exited.attempt;
        const known = attempts.get(attempt);
        attempts.set(attempt, { attempt, incarnation, started: known?.started ?? null, ended: record });
        break;
      }
      case "forgotten":
        for (const attempt of record.attempts) attempts.delete(attempt);
        break;
    }
  }
  return { incarnations, attempts };
}

/** The means an attempt was started with, as far as the journal knows. */
export function meansOf(attempt: JournaledAttempt): StopMeans {
  return attempt.started?.started.means ?? attempt.ended?.exited.stopMeans ?? "group";
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const KINDS: ReadonlySet<unknown> = new Set(["incarnation", "started", "ended", "forgotten"]);

/** The record in a line, or null for a torn or foreign one. */
function recordFrom(line: string): JournalRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("kind" in value) || !KINDS.has(value.kind))
      return null;
    return value as JournalRecord;
  } catch {
    return null;
  }
}
