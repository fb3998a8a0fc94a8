import { type ErrorCode, errorFrom, type FileAck, type FileChunk, LIMITS } from "@gaia/contracts";
import type { StoredPart } from "../logs/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Logger } from "../observe/port.ts";

export interface FileIntakeOptions {
  readonly worker: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** @throws GaiaError when the chunk is not taken */
  readonly store: (chunk: FileChunk) => Promise<StoredPart>;
  readonly acknowledge: (ack: FileAck) => void;
  /** What the worker sends can no longer be stored, or can again. */
  readonly changed: () => void;
}

/** Told however often it is sent: the worker does not send it again. */
const FINAL: readonly ErrorCode[] = ["invalid_request", "too_large", "forbidden"];
/** What a waiting chunk costs beside its bytes. */
const CHUNK_COST_BYTES = 1_024;
/** A worker tries again each second; one that has not for so long has nothing to send any more. */
const PROBLEM_HELD_MS = 5_000;

/**
 * Files that one worker sends: stored one chunk after the other, answered in their order, and not more of them waiting
 * than a limit. A full disk is told to the worker, which keeps what it has and sends it again.
 */
export class FileIntake {
  readonly #options: FileIntakeOptions;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #isClosed = false;
  #problem: { readonly message: string; readonly at: number; readonly file: string } | null = null;

  constructor(options: FileIntakeOptions) {
    this.#options = options;
  }

  /** Why what the worker sends cannot be stored now; empty: it can. */
  get problem(): string {
    return this.#problem?.message ?? "";
  }

  /** False: the worker sends more than it may before it is acknowledged. */
  take(chunk: FileChunk): boolean {
    const cost = chunk.data.length + CHUNK_COST_BYTES;
    if (this.#waitingBytes + cost > LIMITS.unstoredBytes) return false;
    this.#waitingBytes += cost;
    this.#last = this.#last.then(async () => {
      if (!this.#isClosed) this.#options.acknowledge(await this.#answerTo(chunk));
      this.#waitingBytes -= cost;
    });
    return true;
  }

  /** The worker has spoken: a problem that it does not run into any more is none. */
  look(): void {
    if (this.#problem === null) return;
    if (this.#options.clock.elapsed() - this.#problem.at > PROBLEM_HELD_MS) this.#clear();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #answerTo(chunk: FileChunk): Promise<FileAck> {
    const { name, file } = chunk;
    try {
      const { offset, complete } = await this.#options.store(chunk);
      // A small file may find room where a large one did not.
      if (this.#problem?.file === keyOf(chunk)) this.#clear();
      return { name, file, offset, complete, code: "", message: "", retry: false };
    } catch (caught) {
      const { code, message } = errorFrom(caught);
      const retry = !FINAL.includes(code);
      if (retry) this.#tell(chunk, message, caught);
      else this.#warn(caught, "a part of a file was refused");
      return { name, file, offset: 0, complete: false, code, message, retry };
    }
  }

  #tell(chunk: FileChunk, message: string, caught: unknown): void {
    const isNew = message !== this.problem;
    this.#problem = { message, at: this.#options.clock.elapsed(), file: keyOf(chunk) };
    if (!isNew) return;
    this.#warn(caught, "what a worker sends cannot be stored; it sends it again");
    this.#options.changed();
  }

  #clear(): void {
    this.#problem = null;
    this.#options.changed();
  }

  #warn(caught: unknown, what: string): void {
    this.#options.log.warn({ err: errorFrom(caught), worker: this.#options.worker }, what);
  }
}

function keyOf({ name, file }: FileChunk): string {
  return `${name.run}.${name.job}.${name.attempt} ${file}`;
}
