import { StringDecoder } from "node:string_decoder";
import type { JobView } from "@gaia/contracts/api.ts";
import type { GaiaClient } from "../client/api.ts";
import { plainLine } from "../terminal/control.ts";
import { hasEnded } from "../terminal/glyphs.ts";
import { LineCutter } from "../terminal/line-cutter.ts";
import { addLogLines, jobsInOrder, type LiveState } from "./state.ts";

/** How much is read at once; of a task that prints faster than it is read, the part between is left out. */
const READ_BYTES = 16_384;
/** Running tasks whose last line is looked at; more rows are seldom on the screen. */
const WATCHED_MAX = 12;
/** Finished tasks whose last line is fetched in one round. */
const FINISHED_MAX = 24;

/** Reads the ends of the running tasks' logs, a bounded piece at a time, however much they print. */
export class Tails {
  readonly #client: GaiaClient;
  readonly #ref: string;
  readonly #readers = new Map<string, TailReader>();

  constructor(client: GaiaClient, ref: string) {
    this.#client = client;
    this.#ref = ref;
  }

  /** One round. What cannot be read is tried again in the next one. */
  async read(state: LiveState): Promise<void> {
    const jobs = jobsInOrder(state).filter((job) => job.kind === "task" && job.attempt > 0);
    const running = jobs
      .filter((job) => job.status === "running" || job.status === "stopping")
      .slice(0, WATCHED_MAX);
    const finished = jobs
      .filter((job) => hasEnded(job.status) && this.#readers.get(readerKey(job))?.ended !== true)
      .toSorted((a, b) => (b.ended_at ?? "").localeCompare(a.ended_at ?? ""))
      .slice(0, FINISHED_MAX);
    await Promise.all([...running, ...finished].map((job) => this.#readOne(state, job)));
  }

  async #readOne(state: LiveState, job: JobView): Promise<void> {
    const key = readerKey(job);
    const reader = this.#readers.get(key) ?? newReader();
    this.#readers.set(key, reader);
    if (job.started_at === null) {
      reader.ended = hasEnded(job.status);
      return;
    }
    const range =
      reader.offset === null ? { tail: READ_BYTES } : { offset: reader.offset, length: READ_BYTES };
    const piece = await this.#client
      .log(this.#ref, job.key, { attempt: job.attempt, ...range })
      .catch(() => null);
    if (piece === null) {
      if (hasEnded(job.status)) reader.ended = true;
      return;
    }
    const start = reader.offset ?? Math.max(0, piece.sizeBytes - piece.bytes.length);
    reader.offset = start + piece.bytes.length;
    // Too far behind: the next round begins near the end again.
    if (piece.sizeBytes - reader.offset > READ_BYTES) reader.offset = null;
    else if (hasEnded(job.status) && reader.offset >= piece.sizeBytes) reader.ended = true;
    const lines = reader.cutter.push(reader.decoder.write(piece.bytes));
    if (reader.ended) lines.push(...reader.cutter.flush());
    addLogLines(state, job.key, lines.map(plainLine));
  }
}

interface TailReader {
  offset: number | null;
  ended: boolean;
  readonly decoder: StringDecoder;
  readonly cutter: LineCutter;
}

function newReader(): TailReader {
  return { offset: null, ended: false, decoder: new StringDecoder("utf8"), cutter: new LineCutter(4096) };
}

function readerKey(job: JobView): string {
  return `${job.number}.${job.attempt}`;
}
