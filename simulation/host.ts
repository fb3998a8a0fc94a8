import {
  applyAttempts,
  type AttemptInput,
  type AttemptName,
  type AttemptOrder,
  type AttemptOutput,
  lastSettledSeq,
  type MutableAttempts,
  noAttempts,
  type ProcessExit,
  type StartedProcess,
  transitionAttempts,
} from "../packages/core/src/index.ts";
import type { Assignment, FromWorker, Hello, ToWorker } from "../packages/contracts/src/index.ts";
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

export interface HostEvents {
  scriptFor(name: AttemptName): Script;
  started(host: Host, process: SimulatedProcess): void;
  ended(host: Host, process: SimulatedProcess): void;
  /** The worker dials; null while no server listens. */
  dial(
    host: Host,
    receive: (message: ToWorker) => void,
    closed: () => void,
  ): ((message: FromWorker) => void) | null;
}

export interface Plants {
  /** The launcher forgets which attempts it has started: nothing fences a second start, and nothing is adopted. */
  readonly secondStart: boolean;
}

const SLOTS = 3;

/** One machine: a launcher that holds processes, and a worker that comes and goes. */
export class Host {
  readonly id: string;
  readonly #world: World;
  readonly #events: HostEvents;
  readonly #plants: Plants;
  readonly processes = new Map<string, SimulatedProcess>();
  /** Fence: attempts of which a log exists. */
  readonly #logs = new Set<string>();
  #launcherUp = true;
  #launcherId = 1;
  /** The launcher that the worker is connected to: it hears of a death before it can talk to the next one. */
  #connectedTo = 1;
  #queue: { key: string; order: AttemptOrder; leaseMs: number | null }[] = [];
  #exits = new Map<string, { order: AttemptOrder; process: StartedProcess; exit: ProcessExit }>();
  #life = 0;
  #workerUp = false;
  #held: MutableAttempts = noAttempts({ launchMax: SLOTS, heldMax: 64, firstSeq: 1 }) as MutableAttempts;
  #send: ((message: FromWorker) => void) | null = null;
  #welcomed = false;
  #leaseMs = 10_000;
  #pid = 100;

  constructor(id: string, world: World, events: HostEvents, plants: Plants) {
    this.id = id;
    this.#world = world;
    this.#events = events;
    this.#plants = plants;
  }

  get isWorkerUp(): boolean {
    return this.#workerUp;
  }

  startWorker(): void {
    if (this.#workerUp) return;
    if (!this.#launcherUp) {
      this.#world.after(50, () => this.startWorker());
      return;
    }
    this.#workerUp = true;
    this.#connectedTo = this.#launcherId;
    this.#life += 1;
    // Numbers of reports grow over restarts, as the real worker's do.
    this.#held = noAttempts({
      launchMax: SLOTS,
      heldMax: 64,
      firstSeq: this.#life * 1_000_000,
    }) as MutableAttempts;
    this.#adopt();
    this.#dial();
    this.#beat(this.#life);
  }

  killWorker(): void {
    if (!this.#workerUp) return;
    this.#workerUp = false;
    this.#life += 1;
    this.#send = null;
    this.#welcomed = false;
    this.#world.note(`${this.id}: worker killed`);
  }

  /** The launcher dies: its processes are orphans until the next one has swept them. */
  killLauncher(): void {
    if (!this.#launcherUp) return;
    this.#launcherUp = false;
    this.#world.note(`${this.id}: launcher killed`);
    this.#world.after(this.#world.random.between(5, 200), () => this.#restartLauncher());
  }

  /** Power off: everything on the host is gone at once. */
  reboot(): void {
    this.#world.note(`${this.id}: rebooted`);
    this.killWorker();
    for (const process of this.processes.values()) this.#exit(process, null, "SIGKILL", "lost");
    this.#queue = [];
    this.#exits.clear();
    this.#launcherUp = true;
    this.#launcherId += 1;
    this.#world.after(this.#world.random.between(100, 3_000), () => this.startWorker());
  }

  /** The connection breaks, both ends live on. */
  disconnect(): void {
    const life = this.#life;
    this.#send = null;
    this.#welcomed = false;
    if (!this.#workerUp) return;
    this.#input({ kind: "disconnected" });
    this.#world.after(this.#world.random.between(10, 500), () => {
      if (this.#life === life) this.#dial();
    });
  }

  #dial(): void {
    if (!this.#workerUp || this.#send !== null) return;
    const life = this.#life;
    let open = true;
    const send = this.#events.dial(
      this,
      (message) => {
        if (open && this.#life === life) this.#receive(message);
      },
      () => {
        if (!open || this.#life !== life) return;
        open = false;
        this.disconnect();
      },
    );
    if (send === null) {
      this.#world.after(this.#world.random.between(50, 500), () => {
        if (this.#life === life) this.#dial();
      });
      return;
    }
    this.#send = send;
    send({ hello: this.#hello() });
  }

  #hello(): Hello {
    const held = [...this.#held.attempts.entries()].map(([, state]) => ({
      name: state.order.name,
      started: state.kind !== "prepared" && state.kind !== "launching",
    }));
    return {
      version_min: 1,
      version_max: 1,
      worker_id: this.id,
      name: this.id,
      host: this.id,
      gaia_version: "sim",
      boot_id: "boot",
      launcher_id: String(this.#launcherId),
      capabilities: [],
      tags: [],
      slots: SLOTS,
      credits: 2,
      last_seq: lastSettledSeq(this.#held),
      held: this.#plants.secondStart ? [] : held,
      stop_means: "cgroup",
      memory_limits: "enforced",
      cpu_limits: "enforced",
      home_proof: "",
      free_disk_bytes: 1e9,
      pid: 1,
      draining: false,
    };
  }

  #beat(life: number): void {
    if (this.#life !== life) return;
    if (this.#send !== null && this.#welcomed) {
      this.#send({
        heartbeat: {
          at: this.#world.wall,
          running: this.processes.size,
          free_disk_bytes: 1e9,
          slots: SLOTS,
          credits: 2,
          unhealthy: "",
          draining: false,
        },
      });
    }
    this.#world.after(1_000, () => this.#beat(life));
  }

  #receive(message: ToWorker): void {
    if (message.welcome !== undefined) {
      this.#welcomed = true;
      this.#leaseMs = message.welcome.lease_ms;
      this.#input({
        kind: "connected",
        at: this.#world.wall,
        ackedSeq: message.welcome.acked_seq,
        unknown: message.welcome.unknown,
        leaseMs: this.#leaseMs,
      });
      return;
    }
    if (message.refused !== undefined) return;
    this.#input({ kind: "spoke", leaseMs: this.#leaseMs });
    if (message.ack !== undefined) this.#input({ kind: "ack", seq: message.ack.seq });
    for (const assignment of message.assign?.assignments ?? [])
      this.#input({ kind: "assign", at: this.#world.wall, order: orderOf(assignment) });
    for (const order of message.stop?.orders ?? []) {
      this.#input({
        kind: "stop",
        at: this.#world.wall,
        name: order.name,
        graceMs: order.grace_ms,
        force: order.force,
        cause: order.cause,
      });
    }
  }

  #input(input: AttemptInput): void {
    const { changes, outputs } = transitionAttempts(this.#held, input, this.#world.elapsed);
    applyAttempts(this.#held, changes);
    for (const output of outputs) this.#perform(output);
    if (input.kind !== "flush") {
      const life = this.#life;
      this.#world.after(0, () => {
        if (this.#life === life) this.#input({ kind: "flush" });
      });
    }
  }

  #perform(output: AttemptOutput): void {
    const life = this.#life;
    switch (output.kind) {
      case "launch":
        return this.#toLauncher(() => this.#launch(output.key, output.order, output.leaseMs, life));
      case "stop":
        return this.#toLauncher(() => this.#stop(output.key, output.graceMs, output.force));
      case "finish": {
        const process = this.processes.get(output.key);
        const { end } = output;
        const succeeded = end.kind === "exited" && end.exit.exitCode === 0;
        const outcome =
          end.kind === "lost"
            ? "lost"
            : end.kind === "stopped"
              ? end.cause.kind === "timed_out"
                ? "timed_out"
                : end.cause.kind === "limit"
                  ? "limit"
                  : "cancelled"
              : end.kind === "exited"
                ? succeeded
                  ? "succeeded"
                  : "failed"
                : end.kind === "lease_ended"
                  ? "lost"
                  : "limit";
        this.#world.after(this.#world.random.between(0, 5), () => {
          if (this.#life !== life) return;
          this.#input({
            kind: "finished",
            key: output.key,
            at: this.#world.wall,
            ending: {
              outcome,
              startedAt: output.process?.startedAt ?? null,
              exitCode: end.kind === "exited" ? end.exit.exitCode : null,
              message: end.kind,
              outputs: { proof: output.key, token: output.order.name.token },
              growth: succeeded ? (process?.script.growth ?? "") : "",
              survivors: [],
              usage: null,
              stopMeans: "cgroup",
            },
          });
        });
        return;
      }
      case "send":
        this.#send?.({
          reports: { reports: output.reports.map(({ seq, report }) => wireReport(seq, report)) },
        });
        return;
      case "extend_leases":
        for (const key of output.keys) {
          const process = this.processes.get(key);
          if (process !== undefined && process.leaseUntil !== null)
            process.leaseUntil = this.#world.elapsed + output.leaseMs;
        }
        return;
      case "forget":
        this.#exits.delete(output.key);
        return;
      case "wake":
        this.#world.after(output.at - this.#world.elapsed, () => {
          if (this.#life === life) this.#input({ kind: "tick" });
        });
        return;
      case "ignored":
        return;
    }
  }

  /** The socket to the launcher: what a dead worker has sent arrives, what a dead launcher should get does not. */
  #toLauncher(action: () => void): void {
    const launcher = this.#connectedTo;
    this.#world.after(this.#world.random.between(0, 2), () => {
      if (this.#launcherUp && this.#launcherId === launcher) action();
    });
  }

  #toWorker(input: () => AttemptInput): void {
    const life = this.#life;
    this.#world.after(this.#world.random.between(0, 2), () => {
      if (this.#life === life && this.#workerUp) this.#input(input());
    });
  }

  #launch(key: string, order: AttemptOrder, leaseMs: number | null, life: number): void {
    if (this.#logs.has(key) && !this.#plants.secondStart) {
      if (this.#life === life) {
        this.#toWorker(() => ({
          kind: "launch_failed",
          key,
          at: this.#world.wall,
          outcome: "lost",
          message: "it was started before",
        }));
      }
      return;
    }
    this.#queue.push({ key, order, leaseMs });
    this.#startQueued();
  }

  #startQueued(): void {
    const running = [...this.processes.values()].filter((process) => process.alive).length;
    for (let free = SLOTS - running; free > 0; free--) {
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
    this.#events.started(this, process);
    this.#toWorker(() => ({
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
    if (!process.alive || process.leaseUntil === null || !this.#launcherUp) return;
    const leftMs = process.leaseUntil - this.#world.elapsed;
    if (leftMs <= 0) this.#exit(process, null, "SIGKILL", "lease");
    else this.#world.after(leftMs, () => this.#watchLease(process));
  }

  #stop(key: string, graceMs: number, force: boolean): void {
    const queued = this.#queue.findIndex((entry) => entry.key === key);
    if (queued >= 0) {
      this.#queue.splice(queued, 1);
      this.#toWorker(() => ({ kind: "launch_cancelled", key, at: this.#world.wall, leaseEnded: false }));
      return;
    }
    const process = this.processes.get(key);
    if (process === undefined || !process.alive) return;
    process.killCause = "stop";
    const politeMs = process.script.politeMs;
    const afterMs = force ? 1 : politeMs !== null && politeMs < graceMs ? politeMs : graceMs;
    this.#world.after(afterMs, () => this.#exit(process, null, "SIGKILL", "stop"));
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
    this.#events.ended(this, process);
    if (!this.#launcherUp) return; // its parent is dead: nobody records how it ended
    const { exit, key } = process;
    this.#exits.set(key, { order: process.order, process: startedOf(process), exit });
    this.#toWorker(() => ({ kind: "exited", key, process: startedOf(process), exit }));
    this.#startQueued();
  }

  #restartLauncher(): void {
    this.#launcherUp = true;
    this.#launcherId += 1;
    const lost = [...this.processes.values()].filter(
      (process) => process.alive || (process.exit !== null && !this.#exits.has(process.key)),
    );
    for (const process of lost) {
      if (process.alive) {
        process.alive = false;
        process.exit = {
          at: this.#world.wall,
          exitCode: null,
          signal: "SIGKILL",
          cause: "lost",
          outOfMemory: false,
          survivors: [],
        };
        this.#events.ended(this, process);
      }
    }
    this.#queue = [];
    const launcher = this.#launcherId;
    this.#toWorker(() => {
      this.#connectedTo = launcher;
      return { kind: "launcher_lost", message: "its launcher died" };
    });
  }

  #adopt(): void {
    if (this.#plants.secondStart) return;
    for (const { order } of [...this.#queue]) this.#input({ kind: "adopt", order });
    for (const process of this.processes.values()) {
      if (!process.alive) continue;
      this.#input({ kind: "adopt", order: process.order });
      this.#input({
        kind: "launched",
        key: process.key,
        process: startedOf(process),
        ranMs: this.#world.elapsed - process.elapsedAt,
      });
    }
    for (const [key, { order, process, exit }] of [...this.#exits]) {
      this.#input({ kind: "adopt", order });
      this.#input({ kind: "exited", key, process, exit });
    }
  }
}

function startedOf(process: SimulatedProcess): StartedProcess {
  return { startedAt: process.startedAt, pid: process.pid, stopMeans: "cgroup" };
}

function orderOf(assignment: Assignment): AttemptOrder {
  return {
    name: assignment.name,
    timeoutMs: assignment.timeout_ms === 0 ? null : assignment.timeout_ms,
    graceMs: assignment.grace_ms,
    killWhenLeaseEnds: assignment.kill_when_lease_ends,
  };
}

type Reports = NonNullable<FromWorker["reports"]>["reports"];
type CoreReport = Extract<AttemptOutput, { kind: "send" }>["reports"][number]["report"];

function wireReport(seq: number, report: CoreReport): Reports[number] {
  const { name } = report;
  if (report.kind === "started")
    return {
      seq,
      name,
      started: { at: report.process.startedAt, pid: report.process.pid, stop_means: "cgroup" },
    };
  if (report.kind === "returned") return { seq, name, returned: { at: report.at, message: report.message } };
  const { ending } = report;
  return {
    seq,
    name,
    ended: {
      at: report.at,
      outcome: ending.outcome,
      started_at: ending.startedAt ?? 0,
      exit_code: ending.exitCode ?? 0,
      has_exit_code: ending.exitCode !== null,
      message: ending.message,
      outputs: Buffer.from(JSON.stringify(ending.outputs)),
      growth: Buffer.from(ending.growth),
      survivors: [],
      usage: Buffer.from("{}"),
      stop_means: "cgroup",
    },
  };
}
