import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LIMITS } from "@gaia/contracts";
import { maskerFor, type Masker, type MaskStream } from "../logs/masker.ts";
import { punchHole } from "../logs/punch-hole.ts";

/** Takes what belongs to the log of one job. */
export interface LogSink {
  /** Does not throw: what one of them cannot keep is no affair of the others. */
  write(bytes: Buffer): void;
}

/** The same as for the logs of processes: an attempt that ends sooner is read once, at its end. */
const POLL_MS = 100;
const CHUNK_BYTES = 256 * 1024;
/** A hole is punched into the file whenever it frees so much. */
const PUNCH_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The stderr of a program, handed out to the logs of its jobs. Nobody can tell which of several jobs that run at once
 * has printed a line: each of their logs has it. What is printed while none runs belongs to the next, the end of it at
 * least. Masked with every secret that the process was ever given, since its jobs share its memory.
 */
export class ProgramLog {
  readonly #path: string;
  /** Null: it is closed. */
  #file: number | null;
  readonly #timer: NodeJS.Timeout;
  readonly #sinks = new Set<LogSink>();
  readonly #secrets = new Set<string>();
  #masker: Masker = maskerFor([]);
  #mask: MaskStream = this.#masker.stream();
  #position = 0;
  #punchedTo = 0;
  /** Printed while no job ran, and passed over. */
  #passedOver = 0;
  #reading: Promise<void> | null = null;

  /** Follows the file from now on, until it is closed. */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "r");
    this.#timer = setInterval(() => void this.drain().catch(() => undefined), POLL_MS);
  }

  /** Knows by heart what must be seen nowhere. */
  get masker(): Masker {
    return this.#masker;
  }

  addSecrets(values: readonly string[]): void {
    const before = this.#secrets.size;
    for (const value of values) this.#secrets.add(value);
    if (this.#secrets.size === before) return;
    this.#hand(this.#mask.end());
    this.#masker = maskerFor([...this.#secrets]);
    this.#mask = this.#masker.stream();
  }

  attach(sink: LogSink): void {
    if (this.#sinks.size === 0 && this.#file !== null) this.#passOver(this.#file);
    this.#sinks.add(sink);
    if (this.#passedOver === 0) return;
    const bytes = this.#passedOver;
    this.#passedOver = 0;
    sink.write(
      Buffer.from(`[gaia] ${bytes} bytes that were printed while no job ran are left out\n`, "utf8"),
    );
  }

  /** Hands out all that is there, and nothing more to this one. */
  async detach(sink: LogSink): Promise<void> {
    try {
      await this.drain();
      if (this.#sinks.size > 1) return;
      this.#hand(this.#mask.end());
      this.#mask = this.#masker.stream();
    } finally {
      this.#sinks.delete(sink);
    }
  }

  /** Hands out what is new: at once when it is little, else in turns. */
  async drain(): Promise<void> {
    while (this.#reading !== null) await this.#reading;
    if (this.#file === null) return;
    this.#reading = this.#readOn(this.#file).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** The process has ended: what is there is handed out. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    // Whose log it is missing in is told so by `detach`.
    await this.drain().catch(() => undefined);
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  async #readOn(file: number): Promise<void> {
    if (this.#sinks.size === 0) this.#passOver(file);
    else await this.#readTo(fstatSync(file).size, file);
    if (this.#position - this.#punchedTo < PUNCH_BYTES) return;
    await punchHole(this.#path, this.#punchedTo, this.#position - this.#punchedTo);
    this.#punchedTo = this.#position;
  }

  async #readTo(size: number, file: number): Promise<void> {
    while (this.#position < size && this.#sinks.size > 0) {
      const bytes = bytesAt(this.#position, Math.min(CHUNK_BYTES, size - this.#position), file);
      if (bytes.length === 0) return;
      this.#position += bytes.length;
      this.#hand(this.#mask.push(bytes));
      if (this.#position < size) await nextTurn();
    }
  }

  /** Keeps for the next job what was printed last: whole lines, so that no secret is cut where it would not be known. */
  #passOver(file: number): void {
    const from = fstatSync(file).size - LIMITS.programIdleLogBytes;
    if (from <= this.#position) return;
    const newline = bytesAt(from - 1, LIMITS.programIdleLogBytes, file).indexOf(NEWLINE);
    const to = from + (newline < 0 ? LIMITS.programIdleLogBytes : newline);
    this.#passedOver += to - this.#position;
    this.#position = to;
  }

  #hand(bytes: Buffer): void {
    if (bytes.length === 0) return;
    for (const sink of this.#sinks) sink.write(bytes);
  }
}

function bytesAt(position: number, mostBytes: number, file: number): Buffer {
  const buffer = Buffer.allocUnsafe(mostBytes);
  return buffer.subarray(0, readSync(file, buffer, 0, mostBytes, position));
}
