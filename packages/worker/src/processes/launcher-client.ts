import type {
  AttemptView,
  ExitedMessage,
  LauncherHello,
  LauncherMessage,
  StartedMessage,
  WorkerMessage,
} from "@gaia/launcher";
import { removeSocketFiles } from "@gaia/launcher/files.ts";
import { AttemptLedger } from "./attempt-ledger.ts";
import { LauncherLink } from "./launcher-link.ts";
import type { LauncherProgram } from "./launcher-starter.ts";
import type { Listener, Processes, ProcessSpec, ProcessTrouble, StopRequest } from "./port.ts";

/** How the client is set up. */
export interface LauncherClientOptions extends LauncherProgram {
  /** How many attempts may run at once. */
  readonly slots: number;
}

/** Connects to the host's launcher, starting it when there is none. It keeps trying until it is closed. */
export function openProcesses(options: LauncherClientOptions): Processes {
  return new LauncherClient(options);
}

class LauncherClient implements Processes {
  readonly #ledger = new AttemptLedger();
  readonly #link: LauncherLink;
  readonly #socketPath: string;
  readonly #startedListeners = new Set<Listener<StartedMessage>>();
  readonly #exitedListeners = new Set<Listener<ExitedMessage>>();
  readonly #troubleListeners = new Set<(trouble: ProcessTrouble) => void>();
  #slots: number;
  #outbox: WorkerMessage[] = [];
  #isFlushDue = false;
  /** The launcher whose list has been taken in; null while there is none. */
  #launcher: LauncherHello | null = null;
  /** The launcher that has been greeted and whose first list is awaited. */
  #greeted: LauncherHello | null = null;
  #isClosed = false;
  #readyWaiters: PromiseWithResolvers<LauncherHello>[] = [];
  #listWaiters: PromiseWithResolvers<readonly AttemptView[]>[] = [];

  constructor(options: LauncherClientOptions) {
    this.#slots = options.slots;
    this.#socketPath = options.socketPath;
    this.#link = new LauncherLink(options, () => this.#slots, {
      onHello: (hello) => this.#helloTold(hello),
      onMessages: (messages) => this.#messagesTold(messages),
      onLost: () => this.#connectionLost(),
      onTrouble: (trouble) => this.#trouble(trouble),
    });
  }

  ready(): Promise<LauncherHello> {
    // The connection may still be ending: what is asked on it now would never be answered.
    if (this.#isClosed) return Promise.reject(closedError());
    if (this.#launcher !== null) return Promise.resolve(this.#launcher);
    const waiter = Promise.withResolvers<LauncherHello>();
    this.#readyWaiters.push(waiter);
    return waiter.promise;
  }

  start(spec: ProcessSpec): void {
    const isConnected = this.#launcher !== null;
    const message = this.#ledger.start(spec, isConnected);
    // Without a connection the ledger sends it when there is one.
    if (message !== null && isConnected) this.#send(message);
  }

  stop(attempt: string, { signal = "SIGTERM", graceMs }: StopRequest): void {
    const message = { kind: "stop", attempt, signal, graceMs } as const;
    this.#ledger.stop(message);
    if (this.#launcher !== null) this.#send(message);
  }

  signal(attempt: string, signal: NodeJS.Signals, to: "main" | "tree" = "main"): void {
    this.#send({ kind: "signal", attempt, signal, to });
  }

  setSlots(slots: number): void {
    this.#slots = slots;
    if (this.#launcher !== null) this.#send({ kind: "slots", slots });
  }

  extend(attempts: readonly string[], leaseMs: number): void {
    this.#send({ kind: "extend", attempts, leaseMs });
  }

  forget(attempts: readonly string[]): void {
    this.#ledger.forget(attempts);
    this.#send({ kind: "forget", attempts });
  }

  async list(): Promise<readonly AttemptView[]> {
    await this.ready();
    if (this.#isClosed) throw closedError();
    const waiter = Promise.withResolvers<readonly AttemptView[]>();
    this.#listWaiters.push(waiter);
    this.#send({ kind: "list" });
    return await waiter.promise;
  }

  onStarted(listener: Listener<StartedMessage>): () => void {
    return addTo(this.#startedListeners, listener);
  }

  onExited(listener: Listener<ExitedMessage>): () => void {
    return addTo(this.#exitedListeners, listener);
  }

  onTrouble(listener: (trouble: ProcessTrouble) => void): () => void {
    return addTo(this.#troubleListeners, listener);
  }

  async close(): Promise<void> {
    this.#flush();
    this.#end();
    await this.#link.close();
  }

  async shutdown(): Promise<void> {
    const { pid } = await this.ready();
    this.#send({ kind: "shutdown", killAll: true });
    this.#flush();
    await this.#link.closed(pid);
    this.#end();
    removeSocketFiles(this.#socketPath);
  }

  #end(): void {
    this.#isClosed = true;
    for (const waiter of this.#readyWaiters) waiter.reject(closedError());
    for (const waiter of this.#listWaiters) waiter.reject(closedError());
    this.#readyWaiters = [];
    this.#listWaiters = [];
  }

  #helloTold(hello: LauncherHello): void {
    this.#greeted = hello;
    this.#link.send([{ kind: "list" }]);
  }

  #connectionLost(): void {
    this.#launcher = null;
    this.#greeted = null;
    // Requests that were under way are asked again.
    if (this.#listWaiters.length > 0) this.#outbox.push({ kind: "list" });
  }

  #messagesTold(messages: readonly LauncherMessage[]): void {
    const started: StartedMessage[] = [];
    const exited: ExitedMessage[] = [];
    for (const message of messages) {
      switch (message.kind) {
        case "started": {
          const news = this.#ledger.started(message);
          if (news !== null) started.push(news);
          break;
        }
        case "exited": {
          const news = this.#ledger.exited(message);
          if (news !== null) exited.push(news);
          break;
        }
        case "list":
          this.#listTold(message.attempts, started, exited);
          break;
        case "hello":
        case "error":
          break;
      }
    }
    tell(this.#startedListeners, started);
    tell(this.#exitedListeners, exited);
  }

  #listTold(views: readonly AttemptView[], started: StartedMessage[], exited: ExitedMessage[]): void {
    if (this.#greeted === null) {
      for (const waiter of this.#listWaiters) waiter.resolve(views);
      this.#listWaiters = [];
      return;
    }
    const hello = this.#greeted;
    this.#greeted = null;
    this.#launcher = hello;
    const news = this.#ledger.connected(hello.incarnation, views);
    started.push(...news.started);
    exited.push(...news.exited);
    this.#outbox.unshift(...news.messages);
    this.#flush();
    for (const waiter of this.#readyWaiters) waiter.resolve(hello);
    this.#readyWaiters = [];
  }

  #trouble(trouble: ProcessTrouble): void {
    if (trouble.kind === "replaced") this.#end();
    for (const listener of this.#troubleListeners) listener(trouble);
  }

  #send(message: WorkerMessage): void {
    this.#outbox.push(message);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // Everything asked in one turn is one line.
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushDue = false;
    if (this.#launcher === null || this.#outbox.length === 0) return;
    if (this.#link.send(this.#outbox)) this.#outbox = [];
  }
}

function addTo<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item);
  return () => void set.delete(item);
}

function tell<Item>(listeners: ReadonlySet<Listener<Item>>, batch: readonly Item[]): void {
  if (batch.length === 0) return;
  for (const listener of listeners) listener(batch);
}

function closedError(): Error {
  return new Error("the connection to the launcher was closed");
}
