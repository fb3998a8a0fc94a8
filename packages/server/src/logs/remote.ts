import { type AttemptName, GaiaError, LIMITS } from "@gaia/contracts";
import type { LogPiece, LogPlace, LogReader } from "./port.ts";

/** A connected worker that does not share this home, as logs need it. */
export interface RemoteWorker {
  readLog(
    name: AttemptName,
    offset: number,
    length: number,
  ): Promise<{ readonly data: Uint8Array; readonly size: number; readonly error: string }>;
}

/** A worker answers from its disk; one that needs longer is stuck. */
const ANSWER_MS = 5_000;

/**
 * Logs wherever they lie. What has been shipped, or was written into this home by a worker that shares it, is read here;
 * the rest is asked of the worker, while it is connected.
 */
export class Logs implements LogReader {
  readonly #local: LogReader;
  readonly #remoteOf: (worker: string) => RemoteWorker | null;

  /** @param remoteOf the worker, if it is connected and writes its logs into a folder of its own */
  constructor(local: LogReader, remoteOf: (worker: string) => RemoteWorker | null) {
    this.#local = local;
    this.#remoteOf = remoteOf;
  }

  async read(place: LogPlace, offset: number, length: number, into?: Buffer): Promise<LogPiece> {
    const remote = this.#remoteOf(place.worker);
    const piece = await this.#local.read(place, offset, length, into);
    if (remote === null || piece.data.length > 0) return piece;
    const { run, job, attempt, token } = place;
    const wanted = Math.min(length, LIMITS.logReadBytes);
    const answer = await inTime(remote.readLog({ run, job, attempt, token }, offset, wanted));
    if (answer.error !== "") return piece;
    return {
      data: Buffer.from(answer.data),
      sizeBytes: Math.max(answer.size, piece.sizeBytes),
      changedAt: 0,
    };
  }

  /** Of what has been shipped: a worker sends the times with the bytes. */
  times(place: LogPlace, offsets: readonly number[]): Promise<readonly (number | null)[]> {
    return this.#local.times(place, offsets);
  }
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    reject(new GaiaError("timeout", "The worker that has the log does not answer. Try again in a moment."));
  }, ANSWER_MS);
  answer.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
