import type { ChildProcess } from "node:child_process";
import type { Logger } from "../observe/port.ts";
import type { Workers } from "./workers.ts";

export interface LocalWorkerOptions {
  readonly spawn: () => ChildProcess;
  /** A worker that has been started before the rest of the server was there. */
  readonly first: ChildProcess | null;
  readonly workers: Workers;
  readonly logFile: string;
  /** Whether a worker of this home runs, connected or not: one that an earlier server has left, perhaps hung. */
  readonly isThere: () => boolean;
  readonly log: Logger;
}

/** How often a worker that is there, but not connected, is looked after: it comes back by itself, or dies. */
const LOOK_AGAIN_MS = 100;
/** How soon the next worker is started: `first` after the first crash, then twice as long each time. */
interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
  /** A worker that lived for so long ends the row of crashes. */
  readonly stableMs: number;
}
/** Of a worker that never got as far as to connect: it will hardly do better at once. */
const STARTING: Pauses = { firstMs: 50, longestMs: 30_000, stableMs: 20_000 };
/** Of one that had connected: jobs wait for the next. */
const AT_WORK: Pauses = { firstMs: 50, longestMs: 1_000, stableMs: 5_000 };
/** Crashes in a row after which the worker is called unhealthy; it is still tried again. */
const UNHEALTHY_AFTER = 5;

/**
 * Looks after the worker of this machine: starts one when none of this home is connected, again when it ends, with growing pauses.
 * The worker gets a session of its own, so that it outlives this server and a Ctrl-C.
 */
export class LocalWorker {
  readonly #options: LocalWorkerOptions;
  #child: ChildProcess | null = null;
  #crashes = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: LocalWorkerOptions) {
    this.#options = options;
  }

  start(): void {
    const { first } = this.#options;
    if (first === null) this.#checkIn(0);
    else if (first.exitCode === null && first.signalCode === null) this.#started(first);
    else this.#checkIn(STARTING.firstMs);
  }

  /** A stream has ended: unless its worker comes back, there must be a new one. */
  disconnected(): void {
    // The end of a child is told by itself, and starts the next.
    if (this.#child === null && this.#timer === null) this.#checkIn(0);
  }

  /** A worker has been started and is not connected yet. */
  get isComing(): boolean {
    return this.#child !== null && !this.#hasConnected(this.#child);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#child?.unref();
  }

  #checkIn(afterMs: number): void {
    if (this.#closed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#check();
    }, afterMs);
    this.#timer.unref();
  }

  #check(): void {
    const { workers, isThere, spawn } = this.#options;
    if (workers.hasLocal || this.#child !== null || this.#closed) return;
    if (isThere()) return this.#checkIn(LOOK_AGAIN_MS);
    this.#started(spawn());
  }

  #started(child: ChildProcess): void {
    this.#child = child;
    this.#startedAt = Date.now();
    child.once("error", (error) => this.#ended(`it cannot be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      this.#ended(signal === null ? `it ended with exit status ${code}` : `it was ended by ${signal}`),
    );
  }

  #ended(reason: string): void {
    if (this.#child === null) return;
    const pauses = this.#hasConnected(this.#child) ? AT_WORK : STARTING;
    this.#child = null;
    if (this.#closed) return;
    const isStable = Date.now() - this.#startedAt > pauses.stableMs;
    this.#crashes = isStable ? 1 : this.#crashes + 1;
    const pauseMs = Math.min(pauses.longestMs, pauses.firstMs * 2 ** (this.#crashes - 1));
    this.#options.log.warn(
      { reason, crashes: this.#crashes, pauseMs },
      "the local worker has ended; it will be started again",
    );
    this.#options.workers.localProblem =
      this.#crashes < UNHEALTHY_AFTER
        ? ""
        : `the local worker keeps ending (${this.#crashes} times): ${reason}; see ${this.#options.logFile}`;
    this.#checkIn(pauseMs);
  }

  #hasConnected(child: ChildProcess): boolean {
    return this.#options.workers.known.some((known) => known.hello.pid === child.pid);
  }
}
