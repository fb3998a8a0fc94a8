import {
  type Assignment,
  type FileChunk,
  GaiaError,
  type Hello,
  type WorkerAnswer,
  type WorkerRequest,
} from "@gaia/contracts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { LEASE_MS } from "../engine/attempts.ts";
import type { AttemptReport, Unwanted, WorkerGate } from "../engine/port.ts";
import type { AttemptPlace, StoredPart } from "../logs/port.ts";
import type { Logger } from "../observe/port.ts";
import { listenForWorkers, type StreamHandlers } from "./server.ts";
import { Session, type SessionOwner, type Wire } from "./session.ts";

export interface WorkersOptions {
  readonly log: Logger;
  readonly clock: Clock;
  readonly serverId: string;
  readonly logsRoot: string;
  readonly homeProof: string;
  /** A worker's stream has ended. */
  readonly onGone?: () => void;
  /** Keeps a part of a file of a worker that does not write into this home. */
  readonly storeFile: (place: AttemptPlace, part: FileChunk) => Promise<StoredPart>;
}

/** Facts about a worker that the screens show. */
export interface KnownWorker {
  readonly hello: Hello;
  readonly session: Session;
  readonly disconnectedAt: number | null;
}

/** All workers: their sessions, and what the engine wants of them. */
export class Workers implements WorkerGate, SessionOwner {
  readonly serverId: string;
  readonly logsRoot: string;
  readonly homeProof: string;
  readonly #options: WorkersOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #known = new Map<string, KnownWorker>();
  readonly #waiters: (() => void)[] = [];
  #engine: Engine | null = null;
  #listener: { close(): Promise<void> } | null = null;
  /** Set by the composition root: what jobs ask of the server, beside being done. */
  answerRequest: (worker: string, request: WorkerRequest) => Promise<WorkerAnswer | null> = () =>
    Promise.resolve(null);
  /** Why the local worker is not there, when it is not. */
  localProblem = "";

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.serverId = options.serverId;
    this.logsRoot = options.logsRoot;
    this.homeProof = options.homeProof;
  }

  attach(engine: Engine): void {
    this.#engine = engine;
  }

  async listen(socketPath: string): Promise<void> {
    this.#listener = await listenForWorkers(socketPath, (wire) => this.accept(wire));
  }

  /** A worker has dialled. */
  accept(wire: Wire): StreamHandlers {
    const session = new Session(wire, this, this.#options.log, LEASE_MS, this.#options.clock);
    return { receive: (message) => session.receive(message), closed: (reason) => session.close(reason) };
  }

  get known(): readonly KnownWorker[] {
    return [...this.#known.values()];
  }

  get connectedCount(): number {
    return this.#sessions.size;
  }

  /** Whether a worker of this home is connected; one of another home does not stand in for it. */
  get hasLocal(): boolean {
    return [...this.#sessions.values()].some((session) => session.sharesHome);
  }

  /** Resolves when a worker is connected. */
  async whenConnected(): Promise<void> {
    if (this.#sessions.size > 0) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  sessionOf(worker: string): Session | null {
    return this.#sessions.get(worker) ?? null;
  }

  start(worker: string, assignments: readonly Assignment[]): void {
    this.#sessions.get(worker)?.start(assignments);
  }

  stop(worker: string, orders: Parameters<WorkerGate["stop"]>[1]): void {
    this.#sessions
      .get(worker)
      ?.stop(orders.map(({ name, graceMs, force, cause }) => ({ name, grace_ms: graceMs, force, cause })));
  }

  runEnded(worker: string, run: string): void {
    this.#sessions.get(worker)?.runEnded(run);
  }

  request(session: Session, request: WorkerRequest): Promise<WorkerAnswer | null> {
    return this.answerRequest(session.id, request);
  }

  async connected(session: Session, hello: Hello): Promise<Unwanted> {
    const engine = this.#engineOrRefuse();
    const former = this.#sessions.get(hello.worker_id);
    this.#sessions.set(hello.worker_id, session);
    this.#known.set(hello.worker_id, { hello, session, disconnectedAt: null });
    former?.close("the worker has connected again");
    const unwanted = await engine.attempts.connected(session.worker, hello.held, hello.runs);
    this.#options.log.info(
      {
        worker: hello.worker_id,
        name: hello.name,
        held: hello.held.length,
        unknown: unwanted.attempts.length,
      },
      "a worker is connected",
    );
    for (const waiter of this.#waiters.splice(0)) waiter();
    return unwanted;
  }

  updated(session: Session): void {
    if (this.#sessions.get(session.id) === session) this.#engine?.attempts.updated(session.worker);
  }

  gone(session: Session): void {
    if (this.#sessions.get(session.id) !== session || session.hello === null) return;
    this.#sessions.delete(session.id);
    this.#known.set(session.id, { hello: session.hello, session, disconnectedAt: this.#options.clock.now() });
    this.#engine?.attempts.gone(session.id);
    this.#options.onGone?.();
  }

  report(worker: string, reports: readonly AttemptReport[]): Promise<void> {
    return this.#engineOrRefuse().attempts.report(worker, reports);
  }

  async storeFile(session: Session, chunk: FileChunk): Promise<StoredPart> {
    const place = session.sharesHome ? null : this.#engineOrRefuse().attempts.placeOf(session.id, chunk.name);
    if (place === null) {
      const { run, job, attempt } = chunk.name;
      const what = `attempt ${attempt} of job ${job} of ${run.slice(0, 100)}`;
      throw new GaiaError(
        "forbidden",
        `Worker ${session.id} does not hold ${what}: its files are not taken.`,
      );
    }
    return this.#options.storeFile(place, chunk);
  }

  /**
   * Asks the worker of this home to go when nothing runs there any more. Those of other homes stay, and dial the next
   * server: nobody here could start them again.
   */
  dismiss(): void {
    for (const session of this.#sessions.values()) if (session.sharesHome) session.drain("shutdown");
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) session.close("the server is stopping");
    await this.#listener?.close();
  }

  #engineOrRefuse(): Engine {
    if (this.#engine === null) throw new GaiaError("unavailable", "The server is starting.");
    return this.#engine;
  }
}
