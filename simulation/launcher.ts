import type {
  AttemptInput,
  AttemptName,
  AttemptOrder,
  ProcessExit,
  StartedProcess,
} from "../packages/core/src/index.ts";
import type { World } from "./world.ts";

/** What the simulated process of an attempt will do. */
export interface Script {
  readonly runsMs: number;
  readonly exitCode: number;
  /** How long it takes to end after the polite signal; null: it ignores it. */
  readonly politeMs: number | null;
  readonly growth: string;
}

/** A process on a host: the reality that the records are compared with. */
export interface SimulatedProcess {
  readonly key: string;
  readonly name: AttemptName;
  readonly order: AttemptOrder;
  readonly pid: number;
  readonly startedAt: number;
  readonly elapsedAt: number;
  readonly script: Script;
  alive: boolean;
  exit: ProcessExit | null;
  killCause: ProcessExit["cause"];
  leaseUntil: number | null;
}

export interface LauncherEvents {
  scriptFor(name: AttemptName): Script;
  started(process: SimulatedProcess): void;
  ended(process: SimulatedProcess): void;
  /** The worker hears of it, if it still lives then. */
  tell(input: () => AttemptInput): void;
}

interface Exit {
  readonly order: AttemptOrder;
  readonly process: StartedProcess;
  readonly exit: ProcessExit;
}

/** The launcher of a host, and the processes that it is the parent of: some start at once, the others wait in its queue. */
export class SimulatedLauncher {
  readonly #world: World;
  readonly #events: LauncherEvents;
  readonly #slots: number;
  /** False plants a bug: nothing fences a second start, and nothing is adopted. */
  readonly #isFencing: boolean;
  readonly processes = new Map<string, SimulatedProcess>();
  /** Fence: attempts of which a log exists. */
  readonly #logs = new Set<string>();
  #queue: { key: string; order: AttemptOrder; leaseMs: number | null }[] = [];
  readonly #exits = new Map<string, Exit>();
  #pid = 100;
  isUp = true;
  /** Which one it is: another after each death. */
  id = 1;

  constructor(world: World, events: LauncherEvents, slots: number, isFencing: boolean) {
    this.#world = world;
    this.#events = events;
    this.#slots = slots;
    this.#isFencing = isFencing;
  }

  /** Everything on the host is gone at once; the next launcher knows of nothing. */
  reboot(): void {
    for (const process of this.processes.values()) this.#exit(process, null, "SIGKILL", "lost");
    this.#queue = [];
    this.#exits.clear();
    this.isUp = true;
    this.id += 1;
  }

  /** @param isHeard whether the worker that asks is still the same when a refusal comes */
  launch(key: string, order: AttemptOrder, leaseMs: number | null, isHeard: () => boolean): void {
    if (this.#logs.has(key) && this.#isFencing) {
      if (!isHeard()) return;
      this.#events.tell(() => ({
        kind: "launch_failed",
        key,
        at: this.#world.wall,
        outcome: "lost",
        message: "it was started before",
      }));
      return;
    }
    this.#queue.push({ key, order, leaseMs });
    this.#startQueued();
  }

  stop(key: string, graceMs: number, force: boolean): void {
    const queued = this.#queue.findIndex((entry) => entry.key === key);
    if (queued >= 0) {
      this.#queue.splice(queued, 1);
      this.#events.tell(() => ({
        kind: "launch_cancelled",
        key,
        at: this.#world.wall,
        leaseEnded: false,
      }));
      return;
    }
    const process = this.processes.get(key);
    if (process === undefined || !process.alive) return;
    process.killCause = "stop";
    const politeMs = process.script.politeMs;
    const afterMs = force ? 1 : politeMs !== null && politeMs < graceMs ? politeMs : graceMs;
    this.#world.after(afterMs, () => this.#exit(process, null, "SIGKILL", "stop"));
  }

  extend(keys: readonly string[], leaseMs: number): void {
    for (const key of keys) {
      const process = this.processes.get(key);
      if (process !== undefined && process.leaseUntil !== null)
        process.leaseUntil = this.#world.elapsed + leaseMs;
    }
  }

  forget(key: string): void {
    this.#exits.delete(key);
  }

  /** The next launcher after a death: what the former one had started is swept. */
  restart(): void {
    this.isUp = true;
    this.id += 1;
    for (const process of this.processes.values()) {
      if (!process.alive) continue;
      process.alive = false;
      process.exit = {
        at: this.#world.wall,
        exitCode: null,
        signal: "SIGKILL",
        cause: "lost",
        outOfMemory: false,
        survivors: [],
      };
      this.#events.ended(process);
    }
    this.#queue = [];
  }

  /** What a worker that starts finds here. */
  found(): readonly AttemptInput[] {
    if (!this.#isFencing) return [];
    const queued = this.#queue.map(({ order }): AttemptInput => ({ kind: "adopt", order }));
    const running = [...this.processes.values()]
      .filter((process) => process.alive)
      .flatMap((process): AttemptInput[] => [
        { kind: "adopt", order: process.order },
        {
          kind: "launched",
          key: process.key,
          process: startedOf(process),
          ranMs: this.#world.elapsed - process.elapsedAt,
        },
      ]);
    const ended = [...this.#exits].flatMap(([key, { order, process, exit }]): AttemptInput[] => [
      { kind: "adopt", order },
      { kind: "exited", key, process, exit },
    ]);
    return [...queued, ...running, ...ended];
  }

  #startQueued(): void {
    const running = [...this.processes.values()].filter((process) => process.alive).length;
    for (let free = this.#slots - running; free > 0; free--) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#start(next.key, next.order, next.leaseMs);
    }
  }

  #start(key: string, order: AttemptOrder, leaseMs: number | null): void {
    this.#logs.add(key);
    this.#pid += 1;
    const process: SimulatedProcess = {
      key,
      name: order.name,
      order,
      pid: this.#pid,
      startedAt: this.#world.wall,
      elapsedAt: this.#world.elapsed,
      script: this.#events.scriptFor(order.name),
      alive: true,
      exit: null,
      killCause: "none",
      leaseUntil: leaseMs === null ? null : this.#world.elapsed + leaseMs,
    };
    this.processes.set(key, process);
    this.#events.started(process);
    this.#events.tell(() => ({
      kind: "launched",
      key,
      process: startedOf(process),
      ranMs: this.#world.elapsed - process.elapsedAt,
    }));
    this.#world.after(process.script.runsMs, () =>
      this.#exit(process, process.script.exitCode, null, process.killCause),
    );
    if (process.leaseUntil !== null) this.#watchLease(process);
  }

  /** The dead man's switch, by the monotonic clock. */
  #watchLease(process: SimulatedProcess): void {
    if (!process.alive || process.leaseUntil === null || !this.isUp) return;
    const leftMs = process.leaseUntil - this.#world.elapsed;
    if (leftMs <= 0) this.#exit(process, null, "SIGKILL", "lease");
    else this.#world.after(leftMs, () => this.#watchLease(process));
  }

  #exit(
    process: SimulatedProcess,
    exitCode: number | null,
    signal: string | null,
    cause: ProcessExit["cause"],
  ): void {
    if (!process.alive) return;
    process.alive = false;
    process.exit = { at: this.#world.wall, exitCode, signal, cause, outOfMemory: false, survivors: [] };
    this.#events.ended(process);
    if (!this.isUp) return; // its parent is dead: nobody records how it ended
    const { exit, key } = process;
    this.#exits.set(key, { order: process.order, process: startedOf(process), exit });
    this.#events.tell(() => ({ kind: "exited", key, process: startedOf(process), exit }));
    this.#startQueued();
  }
}

function startedOf(process: SimulatedProcess): StartedProcess {
  return { startedAt: process.startedAt, pid: process.pid, stopMeans: "cgroup" };
}
