import { isEnded, statusOf } from "@gaia/core";
import type { ApiContext } from "../context.ts";
import { type JobLog, jobLog, printedAttempts } from "../job-logs.ts";
import { tailStart } from "../log-answer.ts";
import type { RunSnapshot } from "../views/snapshot.ts";
import { type Channel, frame } from "./channel.ts";
import { completeCharacters } from "./characters.ts";

/** Read and sent at once. */
const PORTION_BYTES = 65_536;
/** A log is looked at again after this; longer and longer while nothing comes. */
const SOON_MS = 30;
const LATE_MS = 400;

export interface LogStreamOptions {
  readonly run: string;
  readonly job: number;
  /** Null: the newest, and those that follow it until the job ends. */
  readonly attempt: number | null;
  readonly offset: number;
  /** Start with the last so many bytes; wins over `offset`. */
  readonly tail: number | null;
  /** The id of the last message that arrived; wins over both. */
  readonly after: string | null;
}

interface Looked {
  readonly log: JobLog;
  readonly attempts: number;
  readonly status: string;
  /** The job has ended: there will be no other attempt. */
  readonly isOver: boolean;
}

/**
 * A job's log while it is written: `log` {attempt, offset, text, at}, `attempt` when another one begins, `end` when
 * nothing will be added. Its ids name attempt and offset, so that a reader comes back without loss or repetition.
 */
export class LogStream {
  readonly #context: ApiContext;
  readonly #channel: Channel;
  readonly #options: LogStreamOptions;
  readonly #isResumed: boolean;
  #attempt: number;
  #offset: number;
  #waitMs = SOON_MS;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: () => void = () => undefined;
  #wake: (() => void) | null = null;
  #looked: Looked | null = null;
  #isStale = true;

  constructor(context: ApiContext, channel: Channel, options: LogStreamOptions) {
    this.#context = context;
    this.#channel = channel;
    this.#options = options;
    const resumed = placeFrom(channel.lastEventId ?? options.after);
    this.#isResumed = resumed !== null;
    this.#attempt = resumed?.attempt ?? options.attempt ?? 0;
    this.#offset = resumed?.offset ?? options.offset;
  }

  async open(): Promise<void> {
    const { run } = this.#options;
    this.#unsubscribe = this.#context.subscribe(this.#channel, (published) => {
      if (!published.some((entry) => entry.kind === "run" && entry.run === run)) return;
      this.#isStale = true;
      this.#soon();
    });
    this.#channel.listen({ drained: () => this.#soon(), closed: () => this.#close() });
    if (this.#options.tail !== null && !this.#isResumed) await this.#skipToTail(this.#options.tail);
    while (this.#channel.isOpen) {
      const state = await this.#state();
      if (this.#channel.isBlocked) await this.#pause();
      else if (await this.#send(state.log)) this.#waitMs = SOON_MS;
      else if (!state.log.isEnded || !(await this.#isSentWhole(state.log))) await this.#pause();
      else if (!this.#follows(state)) return this.#end(state.status);
      else if (state.attempts > this.#attempt) this.#nextAttempt();
      else await this.#pause();
    }
  }

  /** Asked again only when something has happened to the run: what is heard has been made durable. */
  async #state(): Promise<Looked> {
    if (!this.#isStale && this.#looked !== null) return this.#looked;
    this.#isStale = false;
    this.#looked = await this.#look();
    return this.#looked;
  }

  #look(): Promise<Looked> {
    const { run, job } = this.#options;
    return this.#context.runById(run, (found: RunSnapshot) => {
      const state = found.stateOf(job);
      const attempts = printedAttempts(found, job);
      if (this.#attempt === 0) this.#attempt = attempts;
      const log = jobLog(found, job, this.#attempt === 0 ? null : this.#attempt);
      return { log, attempts, status: statusOf(state), isOver: isEnded(state) };
    });
  }

  /** Whether another attempt follows, or may follow. */
  #follows(state: Looked): boolean {
    return this.#options.attempt === null && (state.attempts > this.#attempt || !state.isOver);
  }

  #nextAttempt(): void {
    this.#attempt += 1;
    this.#offset = 0;
    this.#isStale = true;
    this.#channel.write([frame("attempt", { attempt: this.#attempt }, this.#id())]);
  }

  #end(status: string): void {
    this.#channel.write([
      frame("end", { attempt: this.#attempt, size_bytes: this.#offset, status }, this.#id()),
    ]);
    this.#channel.end();
  }

  async #send(log: JobLog): Promise<boolean> {
    if (log.place.attempt === 0) return false;
    const piece = await this.#context.deps.logs.read(log.place, this.#offset, PORTION_BYTES);
    const isLast = log.isEnded && this.#offset + piece.data.length >= piece.sizeBytes;
    const length = isLast ? piece.data.length : completeCharacters(piece.data);
    if (length === 0) return false;
    const at = new Date(piece.changedAt === 0 ? this.#context.deps.now() : piece.changedAt).toISOString();
    const data = {
      attempt: this.#attempt,
      offset: this.#offset,
      text: piece.data.toString("utf8", 0, length),
      at,
    };
    this.#offset += length;
    this.#context.deps.metrics.logBytes(length);
    this.#channel.write([frame("log", data, this.#id())]);
    return true;
  }

  /** What was written before the end was told may have been read before it was there. */
  async #isSentWhole(log: JobLog): Promise<boolean> {
    if (log.place.attempt === 0) return true;
    const { sizeBytes } = await this.#context.deps.logs.read(log.place, 0, 0);
    return this.#offset >= sizeBytes;
  }

  async #skipToTail(tail: number): Promise<void> {
    const { log } = await this.#look();
    if (log.place.attempt === 0) return;
    const { sizeBytes } = await this.#context.deps.logs.read(log.place, 0, 0);
    this.#offset = await tailStart(this.#context.deps.logs, log.place, tail, sizeBytes);
  }

  #id(): string {
    return `${this.#attempt}.${this.#offset}`;
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#timer = setTimeout(resolve, this.#waitMs);
    this.#timer.unref();
    this.#waitMs = Math.min(LATE_MS, this.#waitMs * 1.5);
    return promise;
  }

  #soon(): void {
    this.#waitMs = SOON_MS;
    this.#wake?.();
  }

  #close(): void {
    this.#unsubscribe();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wake?.();
  }
}

function placeFrom(id: string | null): { readonly attempt: number; readonly offset: number } | null {
  const parts = /^(\d{1,6})\.(\d{1,15})$/.exec(id ?? "");
  if (parts === null) return null;
  const [, attempt, offset] = parts;
  return { attempt: Number(attempt), offset: Number(offset) };
}
