import {
  applyAttempts,
  type AttemptInput,
  type AttemptName,
  type AttemptOutput,
  lastSettledSeq,
  type MutableAttempts,
  noAttempts,
  transitionAttempts,
} from "../packages/core/src/index.ts";
import type { FromWorker, Hello, ToWorker } from "../packages/contracts/src/index.ts";
import { type Script, SimulatedLauncher, type SimulatedProcess } from "./launcher.ts";
import { endingOf, orderOf, wireReport } from "./messages.ts";
import type { World } from "./world.ts";

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
  readonly #launcher: SimulatedLauncher;
  /** The launcher that the worker is connected to: it hears of a death before it can talk to the next one. */
  #connectedTo = 1;
  #life = 0;
  #workerUp = false;
  #held: MutableAttempts = noAttempts({ launchMax: SLOTS, heldMax: 64, firstSeq: 1 }) as MutableAttempts;
  #send: ((message: FromWorker) => void) | null = null;
  #welcomed = false;
  #leaseMs = 10_000;

  constructor(id: string, world: World, events: HostEvents, plants: Plants) {
    this.id = id;
    this.#world = world;
    this.#events = events;
    this.#plants = plants;
    this.#launcher = new SimulatedLauncher(
      world,
      {
        scriptFor: (name) => events.scriptFor(name),
        started: (process) => events.started(this, process),
        ended: (process) => events.ended(this, process),
        tell: (input) => this.#toWorker(input),
      },
      SLOTS,
      !plants.secondStart,
    );
  }

  get isWorkerUp(): boolean {
    return this.#workerUp;
  }

  startWorker(): void {
    if (this.#workerUp) return;
    if (!this.#launcher.isUp) {
      this.#world.after(50, () => this.startWorker());
      return;
    }
    this.#workerUp = true;
    this.#connectedTo = this.#launcher.id;
    this.#life += 1;
    // Numbers of reports grow over restarts, as the real worker's do.
    this.#held = noAttempts({
      launchMax: SLOTS,
      heldMax: 64,
      firstSeq: this.#life * 1_000_000,
    }) as MutableAttempts;
    for (const input of this.#launcher.found()) this.#input(input);
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
    if (!this.#launcher.isUp) return;
    this.#launcher.isUp = false;
    this.#world.note(`${this.id}: launcher killed`);
    this.#world.after(this.#world.random.between(5, 200), () => this.#restartLauncher());
  }

  /** Power off: everything on the host is gone at once. */
  reboot(): void {
    this.#world.note(`${this.id}: rebooted`);
    this.killWorker();
    this.#launcher.reboot();
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
      launcher_id: String(this.#launcher.id),
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
      runs: [],
    };
  }

  #beat(life: number): void {
    if (this.#life !== life) return;
    if (this.#send !== null && this.#welcomed) {
      this.#send({
        heartbeat: {
          at: this.#world.wall,
          running: this.#launcher.processes.size,
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
        return this.#toLauncher(() => {
          this.#launcher.launch(output.key, output.order, output.leaseMs, () => this.#life === life);
        });
      case "stop":
        return this.#toLauncher(() => this.#launcher.stop(output.key, output.graceMs, output.force));
      case "finish": {
        const ending = endingOf(output, this.#launcher.processes.get(output.key)?.script.growth ?? "");
        this.#world.after(this.#world.random.between(0, 5), () => {
          if (this.#life === life)
            this.#input({ kind: "finished", key: output.key, at: this.#world.wall, ending });
        });
        return;
      }
      case "send":
        this.#send?.({
          reports: { reports: output.reports.map(({ seq, report }) => wireReport(seq, report)) },
        });
        return;
      case "extend_leases":
        return this.#launcher.extend(output.keys, output.leaseMs);
      case "forget":
        return this.#launcher.forget(output.key);
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
      if (this.#launcher.isUp && this.#launcher.id === launcher) action();
    });
  }

  #toWorker(input: () => AttemptInput): void {
    const life = this.#life;
    this.#world.after(this.#world.random.between(0, 2), () => {
      if (this.#life === life && this.#workerUp) this.#input(input());
    });
  }

  #restartLauncher(): void {
    this.#launcher.restart();
    const launcher = this.#launcher.id;
    this.#toWorker(() => {
      this.#connectedTo = launcher;
      return { kind: "launcher_lost", message: "its launcher died" };
    });
  }
}
