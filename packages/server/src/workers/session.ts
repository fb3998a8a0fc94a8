import {
  type Assignment,
  cacheTextIn,
  errorFrom,
  type FileChunk,
  type FromWorker,
  type Hello,
  HOME_TAG,
  type Report,
  type ToWorker,
  WORKER_PROTOCOL_VERSION,
  type WorkerAnswer,
  type WorkerRequest,
} from "@gaia/contracts";
import { type AttemptResult, OUTCOMES, type Outcome, type Value } from "@gaia/core";
import { type Cancel, type Clock, pause } from "../engine/clock.ts";
import type { AttemptReport, ConnectedWorker, Unwanted } from "../engine/port.ts";
import type { StoredPart } from "../logs/port.ts";
import type { Logger } from "../observe/port.ts";
import { FileIntake } from "./file-intake.ts";

/** The stream of one worker, seen from the server. */
export interface Wire {
  write(message: ToWorker): boolean;
  end(): void;
}

/** What the session needs of the engine. */
export interface SessionOwner {
  connected(session: Session, hello: Hello): Promise<Unwanted>;
  /** What a job asks for. Resolves when it can be answered, which may be in days; null: the next server is asked. */
  request(session: Session, request: WorkerRequest): Promise<WorkerAnswer | null>;
  updated(session: Session): void;
  gone(session: Session): void;
  report(worker: string, reports: readonly AttemptReport[]): Promise<void>;
  /** @throws GaiaError when it is not taken, such as of an attempt that the worker does not hold */
  storeFile(session: Session, chunk: FileChunk): Promise<StoredPart>;
  readonly serverId: string;
  readonly logsRoot: string;
  /** What a worker reads in the server's home to prove that it shares it. */
  readonly homeProof: string;
}

/** A worker says something each second; without a word for this long it is gone. */
export const HEARTBEAT_MS = 1_000;
const SILENT_MS = 10_000;
/** Reports that could not be written are tried again after this. */
const RETRY_MS = 300;
/** An acknowledgement waits so long for others, or for an assignment to go along with: only then may a worker forget. */
const ACK_MS = 10;

export class Session {
  readonly #wire: Wire;
  readonly #owner: SessionOwner;
  readonly #log: Logger;
  readonly #leaseMs: number;
  readonly #clock: Clock;
  hello: Hello | null = null;
  slots = 0;
  credits = 0;
  running = 0;
  #unhealthy = "";
  #files: FileIntake | null = null;
  draining = false;
  freeDiskBytes = 0;
  lastSeenAt = 0;
  connectedAt = 0;
  /** It has given an attempt back: it gets none before it has said how it is. Else the two would throw it to and fro. */
  #givesBack = false;
  #closed = false;
  #drain: string | null = null;
  #welcomed = false;
  #starts: Assignment[] = [];
  #stops: NonNullable<ToWorker["stop"]>["orders"][number][] = [];
  #flushing = false;
  #settledSeq = 0;
  /** Settled, and not yet acknowledged. */
  #ackDue: number | null = null;
  #ack: Cancel | null = null;
  #pending: Promise<void> = Promise.resolve();
  #watch: Cancel | null = null;

  constructor(wire: Wire, owner: SessionOwner, log: Logger, leaseMs: number, clock: Clock) {
    this.#clock = clock;
    this.#wire = wire;
    this.#owner = owner;
    this.#log = log;
    this.#leaseMs = leaseMs;
  }

  get id(): string {
    return this.hello?.worker_id ?? "";
  }

  get isOpen(): boolean {
    return this.#welcomed && !this.#closed;
  }

  /** It writes its files into the server's own home, so it need not send them. */
  get sharesHome(): boolean {
    const proof = this.hello?.home_proof ?? "";
    return proof !== "" && proof === this.#owner.homeProof;
  }

  /** What it says of itself, and whether it shares the home, which it does not say but proves. */
  get tags(): readonly string[] {
    const said = (this.hello?.tags ?? []).filter((tag) => tag !== HOME_TAG);
    return this.sharesHome ? [...said, HOME_TAG] : said;
  }

  /** Why it takes no work; empty: it does. */
  get unhealthy(): string {
    const problem = this.#files?.problem ?? "";
    if (this.#unhealthy !== "" || problem === "") return this.#unhealthy;
    return `its logs and files cannot be stored here: ${problem}`;
  }

  /** The worker as the planner sees it. */
  get worker(): ConnectedWorker {
    return {
      id: this.id,
      name: this.hello?.name ?? "",
      tags: this.tags,
      slots: this.slots,
      credits: this.credits,
      accepts: this.isOpen && !this.draining && !this.#givesBack && this.unhealthy === "",
    };
  }

  receive(message: FromWorker): void {
    this.lastSeenAt = this.#clock.now();
    if (message.hello !== undefined) void this.#greet(message.hello);
    else if (this.hello === null) this.close("a worker must say hello first");
    else if (message.reports !== undefined) this.#report(message.reports.reports);
    else if (message.heartbeat !== undefined) this.#heartbeat(message.heartbeat);
    else if (message.file_chunk !== undefined) this.#fileChunk(message.file_chunk);
    else if (message.request !== undefined) void this.#answer(message.request);
  }

  start(assignments: readonly Assignment[]): void {
    this.#starts.push(...assignments);
    this.#flushSoon();
  }

  stop(orders: readonly NonNullable<ToWorker["stop"]>["orders"][number][]): void {
    this.#stops.push(...orders);
    this.#flushSoon();
  }

  /** What it does not hear of now it hears of when it comes back. */
  runEnded(run: string): void {
    if (this.isOpen) this.#wire.write({ runs_ended: { runs: [run] } });
  }

  async #answer(request: WorkerRequest): Promise<void> {
    const answer = await this.#owner.request(this, request);
    if (answer !== null && this.isOpen) this.#wire.write({ answer });
  }

  /** A worker that has not been welcomed yet hears of it then. */
  drain(reason: string): void {
    this.#drain = reason;
    if (this.isOpen) this.#wire.write({ drain: { reason } });
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch?.();
    this.#ack?.();
    this.#files?.close();
    this.#log.info({ worker: this.id, reason }, "a worker's stream has ended");
    this.#wire.end();
    this.#owner.gone(this);
  }

  async #greet(hello: Hello): Promise<void> {
    if (this.hello !== null) return this.close("a worker says hello once");
    if (hello.version_min > WORKER_PROTOCOL_VERSION || hello.version_max < WORKER_PROTOCOL_VERSION) {
      const message = `This server speaks version ${WORKER_PROTOCOL_VERSION} of the worker protocol, the worker ${hello.version_min} to ${hello.version_max}. Upgrade the older one.`;
      this.#wire.write({ refused: { code: "unsupported", message, retry: false } });
      return this.close(message);
    }
    this.hello = hello;
    this.slots = hello.slots;
    this.credits = hello.credits;
    this.draining = hello.draining;
    this.freeDiskBytes = hello.free_disk_bytes;
    this.connectedAt = this.#clock.now();
    this.#settledSeq = hello.last_seq;
    try {
      const unwanted = await this.#owner.connected(this, hello);
      if (this.#closed) return;
      this.#welcomed = true;
      const { sharesHome } = this;
      this.#wire.write({
        welcome: {
          version: WORKER_PROTOCOL_VERSION,
          server_id: this.#owner.serverId,
          lease_ms: this.#leaseMs,
          heartbeat_ms: HEARTBEAT_MS,
          acked_seq: hello.last_seq,
          ship_files: !sharesHome,
          unknown: unwanted.attempts,
          logs_root: sharesHome ? this.#owner.logsRoot : "",
          ended_runs: unwanted.runs,
        },
      });
      if (this.#drain !== null) this.#wire.write({ drain: { reason: this.#drain } });
      this.#pulseSoon();
      this.#owner.updated(this);
      this.#flushSoon();
    } catch (caught) {
      const error = errorFrom(caught);
      this.#wire.write({ refused: { code: error.code, message: error.message, retry: true } });
      this.close(error.message);
    }
  }

  #pulseSoon(): void {
    this.#watch = this.#clock.after(HEARTBEAT_MS, () => this.#pulse());
  }

  #pulse(): void {
    if (this.#clock.now() - this.lastSeenAt > SILENT_MS)
      return this.close(`no word from the worker for ${SILENT_MS / 1000} s`);
    this.#wire.write({ pulse: { at: this.#clock.now() } });
    this.#pulseSoon();
  }

  #heartbeat(heartbeat: NonNullable<FromWorker["heartbeat"]>): void {
    this.#files?.look();
    const changed =
      this.slots !== heartbeat.slots ||
      this.credits !== heartbeat.credits ||
      this.#givesBack ||
      this.#unhealthy !== heartbeat.unhealthy ||
      this.draining !== heartbeat.draining;
    this.slots = heartbeat.slots;
    this.credits = heartbeat.credits;
    this.#unhealthy = heartbeat.unhealthy;
    this.draining = heartbeat.draining;
    this.#givesBack = false;
    this.running = heartbeat.running;
    this.freeDiskBytes = heartbeat.free_disk_bytes;
    if (changed && this.isOpen) this.#owner.updated(this);
  }

  /** Reports are handed on at once, so that they share a commit; acknowledged in their order. */
  #report(reports: readonly Report[]): void {
    const fresh = reports.filter((report) => report.seq > this.#settledSeq);
    const last = reports.at(-1)?.seq ?? 0;
    if (fresh.length === 0) {
      this.#wire.write({ ack: { seq: this.#settledSeq } });
      return;
    }
    this.#settledSeq = Math.max(this.#settledSeq, last);
    if (fresh.some((report) => report.returned !== undefined)) {
      this.#givesBack = true;
      this.#owner.updated(this);
    }
    const written = this.#write(fresh.map(reportFrom).filter((report) => report !== null));
    this.#pending = Promise.all([this.#pending, written]).then(() => {
      if (!this.#closed) this.#acknowledgeSoon(last);
    });
  }

  #acknowledgeSoon(seq: number): void {
    this.#ackDue = seq;
    this.#ack ??= this.#clock.after(ACK_MS, () => this.#acknowledge());
  }

  #acknowledge(): void {
    this.#ack?.();
    this.#ack = null;
    if (this.#ackDue !== null) this.#wire.write({ ack: { seq: this.#ackDue } });
    this.#ackDue = null;
  }

  async #write(reports: readonly AttemptReport[]): Promise<void> {
    for (;;) {
      try {
        return await this.#owner.report(this.id, reports);
      } catch (caught) {
        if (this.#closed) return;
        this.#log.warn(
          { err: errorFrom(caught), worker: this.id, reports: reports.length },
          "reports could not be written; trying again",
        );
        await pause(this.#clock, RETRY_MS);
      }
    }
  }

  #fileChunk(chunk: FileChunk): void {
    if (this.#closed) return;
    this.#files ??= new FileIntake({
      worker: this.id,
      clock: this.#clock,
      log: this.#log,
      store: (part) => this.#owner.storeFile(this, part),
      acknowledge: (ack) => {
        if (!this.#closed) this.#wire.write({ file_ack: ack });
      },
      changed: () => {
        if (this.isOpen) this.#owner.updated(this);
      },
    });
    if (this.#files.take(chunk)) return;
    const message = "it sends more than it may before it is acknowledged";
    this.#wire.write({ refused: { code: "queue_full", message, retry: true } });
    this.close(message);
  }

  #flushSoon(): void {
    if (this.#flushing || !this.#welcomed) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#closed) return;
      if (this.#starts.length > 0) this.#wire.write({ assign: { assignments: this.#starts } });
      if (this.#stops.length > 0) this.#wire.write({ stop: { orders: this.#stops } });
      this.#acknowledge();
      this.#stops = [];
      this.#starts = [];
    });
  }
}

function reportFrom(report: Report): AttemptReport | null {
  const { name } = report;
  if (report.started !== undefined) {
    return { kind: "started", name, at: report.started.at, stopMeans: report.started.stop_means };
  }
  if (report.returned !== undefined)
    return { kind: "returned", name, at: report.returned.at, message: report.returned.message };
  const ended = report.ended;
  if (ended === undefined) return null;
  const usage = objectFrom(ended.usage);
  return {
    kind: "ended",
    name,
    at: ended.at,
    growth: Buffer.from(ended.growth).toString("utf8"),
    result: {
      outcome: outcomeFrom(ended.outcome),
      startedAt: ended.started_at === 0 ? null : ended.started_at,
      exitCode: ended.has_exit_code ? ended.exit_code : null,
      message: ended.message,
      outputs: objectFrom(ended.outputs),
      growth: null,
      survivors: ended.survivors,
      usage: { ...usage, stop_means: ended.stop_means },
      note: cacheTextIn(usage),
      ...verdictFrom(ended.verdict),
    },
  };
}

/** A word that this server does not know is a newer worker's: the attempt did not succeed, more is not known. */
function outcomeFrom(text: string): Outcome {
  return OUTCOMES.find((outcome) => outcome === text) ?? "failed";
}

/** What this server does not know of a newer worker, it cannot heed. */
function verdictFrom(text: string): Pick<AttemptResult, "verdict"> {
  return text === "exited" || text === "declined" ? { verdict: text } : {};
}

function objectFrom(bytes: Uint8Array): Readonly<Record<string, Value>> {
  if (bytes.length === 0) return {};
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Value>>)
    : {};
}
