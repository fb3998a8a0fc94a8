import { type Attempt, endOf, notStarted, type QueuedState, type RunningState, viewOf } from "./attempt.ts";
import type { CgroupMaker } from "./cgroup.ts";
import type { Journal } from "./journal.ts";
import { journalRecordsOf } from "./journal-records.ts";
import { overMemoryLimit } from "./memory-sampler.ts";
import { startProcess } from "./process-start.ts";
import type {
  EndCause,
  Refusal,
  SignalMessage,
  StartMessage,
  StopMeans,
  StopMessage,
  WorkerMessage,
} from "./protocol.ts";
import { Reporter } from "./reporter.ts";
import type { ProcessExit, Spawner } from "./spawner.ts";
import { StartQueue } from "./start-queue.ts";
import { Sweeper } from "./sweeper.ts";
import { Watchdog } from "./watchdog.ts";

/** Starts in one turn of the event loop: more would keep exits waiting (a start is about 0.2 ms). */
const STARTS_PER_TURN = 8;
/** How often a tree whose main process obeyed is looked at, until the rest of it is gone or the grace is over. */
const GRACE_POLL_MS = 20;
/** A main process that was killed is reaped with the next SIGCHLD; this is how often that is looked for. */
const REAP_POLL_MS = 1;

/** What a launcher is made of. */
export interface LauncherParts {
  readonly spawner: Spawner;
  readonly journal: Journal;
  readonly cgroups: CgroupMaker;
  /** Attempts of earlier launchers that ended and that nobody forgot. */
  readonly recovered: readonly Attempt[];
  /** Delivers a batch of messages, each JSON already, to the worker; drops it when there is none. */
  readonly deliver: (messages: readonly string[]) => void;
  /** A shutdown was asked for and may happen. */
  readonly onShutdown: () => void;
}

/** Keeps the attempts of one host: queue, processes, ends. It decides nothing about what they mean. */
export class Launcher {
  readonly #spawner: Spawner;
  readonly #cgroups: CgroupMaker;
  readonly #onShutdown: () => void;
  readonly #sweeper: Sweeper;
  readonly #reporter: Reporter;
  readonly #watchdog: Watchdog;
  readonly #attempts = new Map<string, Attempt>();
  /** By the pid of the main process. */
  readonly #running = new Map<number, RunningState>();
  readonly #queue = new StartQueue();
  #slots = 0;
  #isPumpDue = false;
  #whenIdle: (() => void) | null = null;

  constructor(parts: LauncherParts) {
    this.#spawner = parts.spawner;
    this.#cgroups = parts.cgroups;
    this.#onShutdown = parts.onShutdown;
    for (const attempt of parts.recovered) this.#attempts.set(attempt.id, attempt);
    this.#sweeper = new Sweeper({
      spawner: parts.spawner,
      liveTrees: () => Array.from(this.#running.values(), (state) => state.tree),
    });
    this.#reporter = new Reporter({
      journal: parts.journal,
      deliver: parts.deliver,
      isEmpty: () => this.isEmpty,
      isBacklogged: () => this.#queue.size > 0 && this.#running.size > 0,
      kept: () => [...this.#attempts.values()].flatMap(journalRecordsOf),
    });
    this.#watchdog = new Watchdog({
      nowMs: () => this.#spawner.nowMs(),
      attempts: () => this.#attempts.values(),
      overMemoryLimit: (states) => overMemoryLimit(states, this.#sweeper),
      kill: (attempt, cause) => this.#kill(attempt, cause),
    });
    parts.spawner.onExits((exits) => this.#processesEnded(exits));
  }

  /** The means for attempts that ask for nothing special. */
  get stopMeans(): StopMeans {
    if (this.#cgroups.isForAll) return "cgroup";
    return this.#spawner.isSubreaper ? "subreaper" : "group";
  }

  /** True when nothing waits, runs, or is kept for the worker. */
  get isEmpty(): boolean {
    return this.#attempts.size === 0;
  }

  /** Takes a message of the worker. Of `hello`, the connection handles all but the slots. */
  handle(message: WorkerMessage): void {
    switch (message.kind) {
      case "hello":
      case "slots":
        if (this.#whenIdle === null) this.#slots = message.slots;
        this.#pumpSoon();
        break;
      case "start":
        this.#enqueue(message);
        break;
      case "stop":
        this.#stopAsked(message);
        break;
      case "signal":
        this.#signalAsked(message);
        break;
      case "extend":
        this.#extend(message.attempts, message.leaseMs);
        break;
      case "list":
        this.#reporter.send({ kind: "list", attempts: Array.from(this.#attempts.values(), viewOf) });
        break;
      case "forget":
        this.#forget(message.attempts);
        break;
      case "shutdown":
        this.#shutdownAsked(message.killAll);
        break;
    }
  }

  /** Kills everything, and resolves when all of it is reported. Nothing is started any more. */
  async killAll(): Promise<void> {
    this.#slots = 0;
    const idle = Promise.withResolvers<void>();
    this.#whenIdle = idle.resolve;
    for (const attempt of this.#attempts.values()) {
      if (attempt.state.kind !== "exited") this.#kill(attempt, "shutdown");
    }
    this.#resolveIfIdle();
    await idle.promise;
    this.#reporter.flush();
  }

  #enqueue(start: StartMessage): void {
    const known = this.#attempts.get(start.attempt);
    if (known !== undefined) {
      // The worker does not know whether its message arrived: repeat what is known, never start again.
      this.#repeat(known);
      return;
    }
    const attempt: Attempt = {
      id: start.attempt,
      logPath: start.logPath,
      meta: start.meta,
      isSecret: start.secret === true,
      leaseEndsMs: start.leaseMs === undefined ? null : this.#spawner.nowMs() + start.leaseMs,
      state: { kind: "queued", start },
    };
    this.#attempts.set(attempt.id, attempt);
    if (this.#whenIdle !== null) {
      this.#endUnstarted(attempt, {
        refused: { code: "shutting_down", message: "the launcher is shutting down" },
      });
      return;
    }
    if (attempt.leaseEndsMs !== null) this.#watchdog.watch();
    this.#queue.add(attempt.id);
    this.#pumpSoon();
  }

  #repeat({ state }: Attempt): void {
    if (state.kind === "running") this.#reporter.send(state.started);
    if (state.kind === "exited") this.#reporter.send(state.exited);
  }

  /** Starts what waits, after the whole batch has been read: it may hold a stop for what it started. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (let started = 0; this.#running.size < this.#slots; started++) {
      if (started === STARTS_PER_TURN) {
        this.#pumpSoon();
        return;
      }
      const id = this.#queue.take();
      const attempt = id === null ? undefined : this.#attempts.get(id);
      if (attempt === undefined) return;
      if (attempt.state.kind === "queued") this.#start(attempt, attempt.state);
    }
  }

  #start(attempt: Attempt, { start }: QueuedState): void {
    const failure = this.#reporter.journalFailure();
    if (failure !== null) {
      this.#endUnstarted(attempt, { refused: { code: "journal_failed", message: failure } });
      return;
    }
    const outcome = startProcess(this.#spawner, this.#cgroups, attempt, start);
    if (outcome.kind === "refused") {
      this.#endUnstarted(attempt, { refused: outcome.refusal });
      return;
    }
    const { state, isOverLimit } = outcome;
    attempt.state = state;
    this.#running.set(state.tree.main.pid, state);
    if (state.sampled !== null) this.#watchdog.watch();
    for (const record of journalRecordsOf(attempt)) this.#reporter.record(record);
    this.#reporter.send(state.started);
    if (isOverLimit) this.#kill(attempt, "memory_limit");
  }

  #endUnstarted(attempt: Attempt, why: { refused?: Refusal; cause?: EndCause }): void {
    const exited = notStarted(attempt.id, this.stopMeans, why);
    attempt.state = { kind: "exited", started: null, exited };
    for (const record of journalRecordsOf(attempt)) this.#reporter.record(record);
    this.#reporter.send(exited);
    this.#resolveIfIdle();
  }

  #processesEnded(exits: readonly ProcessExit[]): void {
    const ended: RunningState[] = [];
    const now = { atMs: Date.now(), monotonicMs: this.#spawner.nowMs() };
    for (const how of exits) {
      const state = this.#running.get(how.pid);
      if (state === undefined || state.exit !== null) {
        this.#sweeper.reaped(how.pid);
        continue;
      }
      state.exit = { how, ...now };
      if (!state.isKilling) ended.push(state);
    }
    const left = this.#sweeper.leftBehind(ended.map((state) => state.tree));
    for (const state of ended) {
      if (left.has(state.tree)) this.#endRest(state);
      else this.#finish(state, []);
    }
    this.#pump();
  }

  /** The main process ended and left others: they have the rest of the grace of a stop, or none. */
  #endRest(state: RunningState): void {
    if (state.stop === null || this.#spawner.nowMs() >= state.stop.killAtMs) {
      void this.#sweep(state);
      return;
    }
    if (state.timer !== null) clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      if (state.isKilling) return;
      if (this.#sweeper.leftBehind([state.tree]).size > 0) this.#endRest(state);
      else this.#finish(state, []);
      this.#pump();
    }, GRACE_POLL_MS);
  }

  /** Kills what there is of the attempt, and reports its end. */
  async #sweep(state: RunningState): Promise<void> {
    if (state.isKilling) return;
    state.isKilling = true;
    const survivors = await this.#sweeper.kill(state.tree);
    while (state.exit === null && !survivors.includes(state.tree.main.pid)) {
      await new Promise((resolve) => setTimeout(resolve, REAP_POLL_MS));
    }
    this.#finish(state, survivors);
    this.#pump();
  }

  #finish(state: RunningState, survivors: readonly number[]): void {
    if (state.timer !== null) clearTimeout(state.timer);
    const exited = endOf(state, survivors, this.#spawner.nowMs());
    this.#running.delete(state.tree.main.pid);
    const cgroup = state.tree.cgroup;
    if (cgroup !== null && !cgroup.remove()) this.#cgroups.removeLater(cgroup);
    state.attempt.state = { kind: "exited", started: state.started, exited };
    this.#reporter.sendEnd(exited);
    this.#resolveIfIdle();
  }

  #stopAsked(message: StopMessage): void {
    const attempt = this.#attempts.get(message.attempt);
    if (attempt === undefined) {
      this.#unknown(message.attempt);
      return;
    }
    const { state } = attempt;
    if (state.kind !== "running" || message.graceMs === 0) {
      this.#kill(attempt, "stop");
      return;
    }
    if (state.isKilling) return;
    const now = this.#spawner.nowMs();
    // A second stop may shorten the grace, never lengthen it.
    const killAtMs = Math.min(now + message.graceMs, state.stop?.killAtMs ?? Number.POSITIVE_INFINITY);
    state.stop = { cause: "stop", killAtMs };
    this.#sweeper.signal(state.tree, message.signal);
    // A tree that is suspended would see the signal only when it is continued.
    this.#sweeper.signal(state.tree, "SIGCONT");
    if (state.exit !== null) return;
    if (state.timer !== null) clearTimeout(state.timer);
    state.timer = setTimeout(() => void this.#sweep(state), killAtMs - now);
  }

  /** Ends an attempt without a grace, whatever state it is in. */
  #kill(attempt: Attempt, cause: EndCause): void {
    const { state } = attempt;
    switch (state.kind) {
      case "queued":
        this.#queue.remove(attempt.id);
        this.#endUnstarted(attempt, { cause });
        break;
      case "running":
        state.stop ??= { cause, killAtMs: this.#spawner.nowMs() };
        void this.#sweep(state);
        break;
      case "exited":
        this.#repeat(attempt);
        break;
    }
  }

  #signalAsked({ attempt, signal, to }: SignalMessage): void {
    const state = this.#attempts.get(attempt)?.state;
    if (state?.kind !== "running") this.#unknown(attempt);
    else if (to === "tree") this.#sweeper.signal(state.tree, signal);
    else if (state.exit === null) this.#spawner.signal(state.tree.main, signal);
  }

  #extend(ids: readonly string[], leaseMs: number): void {
    const endsMs = this.#spawner.nowMs() + leaseMs;
    for (const id of ids) {
      const attempt = this.#attempts.get(id);
      if (attempt !== undefined && attempt.state.kind !== "exited") attempt.leaseEndsMs = endsMs;
    }
    this.#watchdog.watch();
  }

  #forget(ids: readonly string[]): void {
    const forgotten = ids.filter((id) => this.#attempts.get(id)?.state.kind === "exited");
    for (const id of forgotten) this.#attempts.delete(id);
    if (forgotten.length > 0) this.#reporter.record({ kind: "forgotten", attempts: forgotten });
  }

  #shutdownAsked(killAll: boolean): void {
    const counts = `${this.#running.size} attempts run and ${this.#queue.size} wait`;
    if (killAll || (this.#running.size === 0 && this.#queue.size === 0)) this.#onShutdown();
    else {
      this.#reporter.send({
        kind: "error",
        code: "busy",
        message: `${counts}; stop them first, or shut down with killAll`,
      });
    }
  }

  #unknown(attempt: string): void {
    this.#reporter.send({
      kind: "error",
      code: "unknown_attempt",
      message: `the attempt ${attempt} does not run here`,
    });
  }

  #resolveIfIdle(): void {
    if (this.#whenIdle !== null && this.#running.size === 0 && this.#queue.size === 0) this.#whenIdle();
  }
}
