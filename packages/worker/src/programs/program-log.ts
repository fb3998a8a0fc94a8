import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { maskerFor, type Masker, type MaskStream } from "../logs/masker.ts";
import { punchHole } from "../logs/punch-hole.ts";

/** Takes what belongs to the log of one job. */
export interface LogSink {
  write(bytes: Buffer): void;
}

/** The same as for the logs of processes: an attempt that ends sooner is read once, at its end. */
const POLL_MS = 100;
const CHUNK_BYTES = 256 * 1024;
/** A hole is punched into the file whenever it frees so much. */
const PUNCH_BYTES = 64 * 1024 * 1024;

/**
 * The stderr of a program, handed out to the logs of its jobs. Nobody can tell which of several jobs that run at once
 * has printed a line: each of their logs has it. What is printed while none runs belongs to the next. Masked with every
 * secret that the process was ever given, since its jobs share its memory.
 */
export class ProgramLog {
  readonly #path: string;
  readonly #sinks = new Set<LogSink>();
  readonly #secrets = new Set<string>();
  #masker: Masker = maskerFor([]);
  #mask: MaskStream = this.#masker.stream();
  #file: number | null = null;
  #position = 0;
  #punchedTo = 0;
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;

  constructor(path: string) {
    this.#path = path;
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
    this.#sinks.add(sink);
    this.#timer ??= setInterval(() => void this.drain().catch(() => undefined), POLL_MS);
  }

  /** Hands out all that is there, and nothing more to this one. */
  async detach(sink: LogSink): Promise<void> {
    await this.drain();
    if (this.#sinks.size === 1) {
      this.#hand(this.#mask.end());
      this.#mask = this.#masker.stream();
    }
    this.#sinks.delete(sink);
    if (this.#sinks.size === 0) this.#pause();
  }

  /** Hands out what is new: at once when it is little, else in turns. */
  async drain(): Promise<void> {
    await this.#reading;
    this.#file ??= openSync(this.#path, "r");
    const { size } = fstatSync(this.#file);
    if (size === this.#position) return;
    this.#reading = this.#readTo(size, this.#file).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async close(): Promise<void> {
    this.#pause();
    await this.#reading;
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #readTo(size: number, file: number): Promise<void> {
    for (;;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - this.#position));
      const length = readSync(file, buffer, 0, buffer.length, this.#position);
      this.#position += length;
      this.#hand(this.#mask.push(buffer.subarray(0, length)));
      if (length === 0 || this.#position >= size) break;
      await nextTurn();
    }
    if (this.#position - this.#punchedTo < PUNCH_BYTES) return;
    await punchHole(this.#path, this.#punchedTo, this.#position - this.#punchedTo);
    this.#punchedTo = this.#position;
  }

  #hand(bytes: Buffer): void {
    if (bytes.length === 0) return;
    for (const sink of this.#sinks) sink.write(bytes);
  }
}
