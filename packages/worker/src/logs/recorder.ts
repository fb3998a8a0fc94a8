import { existsSync, statSync } from "node:fs";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import type { BufferPool } from "./buffer-pool.ts";
import { LogIndex } from "./log-index.ts";
import type { Masker, MaskStream } from "./masker.ts";
import { punchHole } from "./punch-hole.ts";

/** How the log of one attempt is kept. */
export interface LogPlan {
  /** What the process writes to, where that is not what people see; null: it is. */
  readonly raw: string | null;
  readonly shown: string;
  readonly index: string;
  readonly maxBytes: number;
  /** Past the limit: true keeps the beginning and the end, false ends the attempt. */
  readonly drop: boolean;
  readonly masker: Masker;
}

/** Who polls the recorders. */
export interface RecorderHost {
  /** Wall clock, milliseconds. */
  now(): number;
  begun(recorder: LogRecorder): void;
  ended(recorder: LogRecorder): void;
}

/** Where the log that people may see lies. */
export interface RecordedLog {
  readonly path: string;
  readonly indexPath: string;
  /** Nothing will be added to it. */
  readonly isComplete: boolean;
}

/** So much is read in one go before other logs have their turn. */
const TURN_BYTES = 8 * 1024 * 1024;
/** A hole is punched into the raw file whenever it frees so much. */
const PUNCH_BYTES = 64 * 1024 * 1024;
/** More than this is not read at the end only to know at what time each line came. */
const TAIL_INDEX_BYTES = 4 * 1024 * 1024;

/**
 * Follows the log of one attempt: times of its lines, its limit, and the masked copy where it has secrets. Reads in
 * pieces of a shared buffer, so that a gigabyte passes without the worker growing.
 */
export class LogRecorder implements RecordedLog {
  readonly #plan: LogPlan;
  readonly #pool: BufferPool;
  readonly #host: RecorderHost;
  readonly #index: LogIndex;
  readonly #mask: MaskStream;
  #limitPassed: ((message: string) => void) | null = null;
  #source: FileHandle | null = null;
  #target: FileHandle | null = null;
  /** Of the source. */
  #readBytes = 0;
  /** Of the shown log. */
  #shownBytes = 0;
  #punchedTo = 0;
  #isHolding = false;
  #hasPolled = false;
  #isComplete = false;
  #excess: string | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(plan: LogPlan, pool: BufferPool, host: RecorderHost) {
    this.#plan = plan;
    this.#pool = pool;
    this.#host = host;
    this.#index = new LogIndex(plan.index);
    this.#mask = plan.masker.stream();
  }

  get path(): string {
    return this.#plan.shown;
  }

  get indexPath(): string {
    return this.#plan.index;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The process writes now. `limitPassed` is called at most once. */
  begin(limitPassed: (message: string) => void): void {
    this.#limitPassed = limitPassed;
    this.#host.begun(this);
  }

  /** Takes in what is new. */
  poll(): Promise<void> {
    this.#hasPolled = true;
    const turn = this.#work.then(() => this.#follow(this.#host.now()));
    // What went wrong in one turn is told once, and does not keep the next one from trying.
    this.#work = turn.catch(() => undefined);
    return turn;
  }

  /** The process is over. Null: nothing is left to do. Else resolves to what is wrong with the log, null if nothing. */
  end(): Promise<string | null> | null {
    this.#host.ended(this);
    this.#measure();
    if (this.#plan.raw === null && !this.#hasPolled) {
      this.#isComplete = true;
      return null;
    }
    return this.#endSlowly();
  }

  /** Why the log as it ended is too long for its plan; null: it is not. Known when the process is over. */
  get excess(): string | null {
    return this.#excess;
  }

  /** Whether a log is too long must not depend on whether somebody looked in time. */
  #measure(): void {
    const { drop, maxBytes } = this.#plan;
    if (drop) return;
    const size = statSync(this.#sourcePath, { throwIfNoEntry: false })?.size ?? 0;
    if (size > maxBytes) this.#excess = excessText(maxBytes);
  }

  async #endSlowly(): Promise<string | null> {
    try {
      await this.#work;
      await this.#complete(this.#host.now());
      return null;
    } catch (error) {
      return `its log could not be kept: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      await this.#close();
    }
  }

  get #sourcePath(): string {
    return this.#plan.raw ?? this.#plan.shown;
  }

  async #follow(atMs: number): Promise<void> {
    const size = await sizeOf(this.#sourcePath);
    if (size === null) return;
    if (size > this.#plan.maxBytes) await this.#pastLimit(size);
    const until = Math.min(size, this.#readBytes + TURN_BYTES, this.#headEnd());
    await this.#take(until, atMs);
    if (this.#plan.drop && this.#readBytes >= this.#headEnd()) await this.#hold(atMs);
  }

  async #complete(atMs: number): Promise<void> {
    const size = await sizeOf(this.#sourcePath);
    if (size !== null) {
      if (this.#plan.raw === null) {
        if (size - this.#readBytes <= TAIL_INDEX_BYTES) await this.#take(size, atMs);
      } else if (this.#isUntouched(size)) {
        await rename(this.#plan.raw, this.#plan.shown);
      } else {
        await this.#completeCopy(size, atMs);
      }
    }
    await this.#index.flush();
    if (this.#plan.raw !== null) {
      // Until the run is removed there is always one of the two: a second start finds it, and is refused.
      await (await open(this.#plan.shown, "a")).close();
      await rm(this.#plan.raw, { force: true });
    }
    this.#isComplete = true;
  }

  /** Nothing of it was copied, and it may be seen as it is. */
  #isUntouched(size: number): boolean {
    return (
      this.#plan.masker.overlapBytes === 0 &&
      size <= this.#plan.maxBytes &&
      this.#readBytes === 0 &&
      !existsSync(this.#plan.shown)
    );
  }

  async #completeCopy(size: number, atMs: number): Promise<void> {
    if (this.#plan.drop && size > this.#plan.maxBytes) {
      await this.#take(this.#headEnd(), atMs);
      await this.#hold(atMs);
      await this.#copyTail(size, atMs);
      return;
    }
    await this.#take(size, atMs);
    await this.#show(this.#mask.end(), atMs);
  }

  /** The end of a log whose middle is dropped. It begins with context, so that no half of a secret is shown. */
  async #copyTail(size: number, atMs: number): Promise<void> {
    const from = Math.max(this.#readBytes, size - Math.floor(this.#plan.maxBytes / 2));
    const context = Math.min(from - this.#readBytes, this.#plan.masker.overlapBytes);
    await this.#show(
      Buffer.from(`[gaia] ${from - this.#readBytes} bytes were left out here.\n`, "utf8"),
      atMs,
    );
    const mask = this.#plan.masker.stream({ skipBytes: context });
    this.#readBytes = from - context;
    await this.#read(size, (chunk) => this.#show(mask.push(chunk), atMs));
    await this.#show(mask.end(), atMs);
  }

  /** Up to here a log is shown while it grows; what follows may have to be dropped. */
  #headEnd(): number {
    return this.#plan.drop ? Math.floor(this.#plan.maxBytes / 2) : Number.POSITIVE_INFINITY;
  }

  async #hold(atMs: number): Promise<void> {
    if (this.#isHolding) return;
    this.#isHolding = true;
    const tail = Math.floor(this.#plan.maxBytes / 2);
    await this.#show(
      Buffer.from(
        `\n[gaia] The log is long: what follows is shown when the task ends, at most its last ${tail} bytes.\n`,
        "utf8",
      ),
      atMs,
    );
  }

  async #pastLimit(size: number): Promise<void> {
    const { drop, maxBytes, raw } = this.#plan;
    if (!drop) {
      this.#limitPassed?.(excessText(maxBytes));
      this.#limitPassed = null;
      return;
    }
    const keepFrom = size - Math.floor(maxBytes / 2) - this.#plan.masker.overlapBytes;
    const from = Math.max(this.#punchedTo, this.#readBytes);
    if (raw === null || this.#readBytes < this.#headEnd() || keepFrom - from < PUNCH_BYTES) return;
    await punchHole(raw, from, keepFrom - from);
    this.#punchedTo = keepFrom;
  }

  /** Reads on to `until`, masks what must be, and notes the lines. */
  async #take(until: number, atMs: number): Promise<void> {
    await this.#read(until, async (chunk) => {
      if (this.#plan.raw === null) await this.#note(chunk, atMs);
      else await this.#show(this.#mask.push(chunk), atMs);
    });
  }

  async #read(until: number, each: (chunk: Buffer) => Promise<void>): Promise<void> {
    if (this.#readBytes >= until) return;
    if (this.#plan.raw === null && this.#readBytes === 0) {
      this.#readBytes = await this.#index.resume();
      this.#shownBytes = this.#readBytes;
    }
    this.#source ??= await open(this.#sourcePath, "r");
    const buffer = await this.#pool.take();
    try {
      while (this.#readBytes < until) {
        const length = Math.min(buffer.length, until - this.#readBytes);
        const { bytesRead } = await this.#source.read(buffer, 0, length, this.#readBytes);
        if (bytesRead === 0) return;
        this.#readBytes += bytesRead;
        await each(buffer.subarray(0, bytesRead));
      }
    } finally {
      this.#pool.giveBack(buffer);
    }
  }

  /** Writes at its place: after a restart of the worker the same bytes are written again, which nobody sees. */
  async #show(bytes: Buffer, atMs: number): Promise<void> {
    if (bytes.length === 0) return;
    if (this.#target === null) {
      await this.#index.resume();
      this.#target = await open(this.#plan.shown, existsSync(this.#plan.shown) ? "r+" : "w", 0o600);
    }
    await this.#target.write(bytes, 0, bytes.length, this.#shownBytes);
    await this.#note(bytes, atMs);
  }

  async #note(bytes: Buffer, atMs: number): Promise<void> {
    this.#index.add(bytes, this.#shownBytes, atMs);
    this.#shownBytes += bytes.length;
    await this.#index.flush();
  }

  async #close(): Promise<void> {
    await this.#source?.close();
    await this.#target?.close();
    this.#source = null;
    this.#target = null;
  }
}

function excessText(maxBytes: number): string {
  return `its log is past its limit of ${maxBytes} bytes; print less, raise the limit, or let the middle be dropped`;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}
