import { setTimeout as pause } from "node:timers/promises";
import type { JobView } from "@gaia/contracts/api.ts";
import { errorFrom, GaiaError } from "@gaia/contracts/errors.ts";
import { hasEnded } from "../terminal/glyphs.ts";
import type { GaiaClient, LogRange } from "./api.ts";
import { parseAnswer } from "./ask.ts";
import { isConnectionError } from "./http.ts";
import { readStream } from "./sse.ts";

/** Whether the job itself has printed, or may have: groups leave that to their members, child runs to their tasks. */
export function hasLog(job: JobView): boolean {
  return job.kind !== "group" && job.kind !== "child" && job.attempt > 0;
}

/** Receives text as a task prints it. */
export type LogSink = (key: string, attempt: number, text: string) => void;

const TRY_EVERY_MS = 100;
const SILENCE_MS = 3000;

/**
 * Follows the logs of a run's tasks, each attempt once, as `consider` hears of them. A lost connection is taken up
 * again where it was.
 */
export class LogFollowers {
  readonly #client: GaiaClient;
  readonly #ref: string;
  readonly #sink: LogSink;
  readonly #signal: AbortSignal;
  readonly #onFailure: (key: string, error: GaiaError) => void;
  readonly #tailBytes: number | null;
  readonly #followed = new Map<string, number>();
  readonly #open = new Set<Promise<void>>();
  #pieces = 0;

  /**
   * @param onFailure told of a log that cannot be read; the others go on
   * @param tailBytes how much of what was printed before is wanted; null: all of it
   */
  constructor(
    client: GaiaClient,
    ref: string,
    sink: LogSink,
    signal: AbortSignal,
    onFailure: (key: string, error: GaiaError) => void,
    tailBytes: number | null = null,
  ) {
    this.#client = client;
    this.#ref = ref;
    this.#sink = sink;
    this.#signal = signal;
    this.#onFailure = onFailure;
    this.#tailBytes = tailBytes;
  }

  /** Starts to follow what the job has begun and nobody follows yet. */
  consider(job: JobView): void {
    if (!hasLog(job)) return;
    if (job.started_at === null && !hasEnded(job.status)) return;
    const before = this.#followed.get(job.key);
    // Whoever joins late wants the attempt that is running, not those before it.
    const first = before === undefined ? (this.#tailBytes === null ? 1 : job.attempt) : before + 1;
    for (let attempt = first; attempt <= job.attempt; attempt++) this.#start(job.key, attempt);
  }

  /**
   * The run has ended: resolves when everything that was begun has been read to its end, or when nothing has come for a
   * while (a worker that went away never says that its logs have ended).
   */
  async finish(): Promise<void> {
    const silence = new AbortController();
    const read = Promise.all(this.#open).finally(() => silence.abort());
    await Promise.race([read, this.#silence(silence.signal)]);
  }

  async #silence(signal: AbortSignal): Promise<void> {
    let heard = -1;
    while (heard !== this.#pieces && !signal.aborted) {
      heard = this.#pieces;
      await pause(SILENCE_MS, undefined, { signal }).catch(() => {});
    }
  }

  #start(key: string, attempt: number): void {
    this.#followed.set(key, attempt);
    const work = this.#follow(key, attempt)
      .catch((reason: unknown) => this.#onFailure(key, errorFrom(reason)))
      .finally(() => this.#open.delete(work));
    this.#open.add(work);
  }

  async #follow(key: string, attempt: number): Promise<void> {
    const tail = this.#tailBytes === null ? {} : { tail: this.#tailBytes };
    for await (const text of followLog(this.#client, this.#ref, key, { attempt, ...tail }, this.#signal)) {
      this.#pieces += 1;
      this.#sink(key, attempt, text);
    }
  }
}

/** The text of one attempt's log until it has ended. An attempt that has no log yields nothing. */
export async function* followLog(
  client: GaiaClient,
  ref: string,
  key: string,
  range: LogRange,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  let offset: number | null = null;
  let lastId: string | null = null;
  while (!signal.aborted) {
    const { tail: _tail, ...withoutTail } = range;
    const asked: LogRange = offset === null ? range : { ...withoutTail, offset };
    try {
      const question = { ...client.logStream(ref, key, asked), signal };
      for await (const message of readStream(client.transport, question, lastId)) {
        if (message.event === "end") return;
        lastId = message.id;
        if (message.event !== "log") continue;
        const piece = parseAnswer<{ offset: number; text: string }>(message.data);
        offset = piece.offset + Buffer.byteLength(piece.text);
        yield piece.text;
      }
    } catch (reason) {
      if (signal.aborted || (reason instanceof GaiaError && reason.code === "not_found")) return;
      if (!isConnectionError(reason) && !(reason instanceof GaiaError && reason.code === "unavailable"))
        throw reason;
    }
    // The run's own stream brings the server back; here it is enough to wait for it.
    await pause(TRY_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
