import { GaiaError } from "../packages/contracts/src/index.ts";
import { isRunEnded } from "../packages/core/src/index.ts";
import { Engine } from "../packages/server/src/engine/engine.ts";
import type { ChildMaker, HeldRun } from "../packages/server/src/engine/port.ts";
import type { Logger } from "../packages/server/src/observe/port.ts";
import { Workers } from "../packages/server/src/workers/workers.ts";
import { Disk, storeOn } from "./disk.ts";
import { type Breakable, scheduleFaults } from "./faults.ts";
import { growthOf } from "./growth.ts";
import { Host } from "./host.ts";

import { Auditor, checkEnd, checkStart, Violation } from "./invariants.ts";
import type { SimulatedProcess } from "./launcher.ts";
import { Network } from "./network.ts";
import { randomChild, randomRun, randomScript } from "./workload.ts";
import { hash, Random } from "./random.ts";
import { World } from "./world.ts";

export const PLANTS = ["stale-token", "forgotten-timer", "second-start", "orphan-child"] as const;
export type Plant = (typeof PLANTS)[number];

export interface Outcome {
  readonly seed: number;
  readonly violation: string | null;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly runs: number;
  readonly attempts: number;
}

/** Faults happen in this time; then everything must come to its end. */
const FAULTS_MS = 30_000;
const QUIET_MS = 400_000;
const SYSTEM = { kind: "user", id: "somebody", via: "api" } as const;

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * One world from a seed: the real engine and sessions, the real attempt machines, on a simulated disk, network, clock
 * and process table, with crashes between any two writes.
 */
export async function simulate(seed: number, plant: Plant | null = null, intensity = 1): Promise<Outcome> {
  const simulation = new Simulation(seed, plant, intensity);
  return simulation.run();
}

interface ServerLife {
  alive: boolean;
  readonly engine: Engine;
  readonly workers: Workers;
  ready: boolean;
}

class Simulation {
  readonly #seed: number;
  readonly #world: World;
  readonly #plant: Plant | null;
  readonly #intensity: number;
  readonly #disk = new Disk();
  readonly #auditor: Auditor;
  readonly #network: Network;
  readonly #hosts: Host[] = [];
  readonly #processes: SimulatedProcess[] = [];
  #server: ServerLife | null = null;
  #diskFailing = false;
  #violation: Error | null = null;
  #faults = true;
  #runs = 0;

  constructor(seed: number, plant: Plant | null, intensity: number) {
    this.#seed = seed;
    this.#world = new World(seed);
    this.#network = new Network(this.#world);
    this.#plant = plant;
    this.#intensity = intensity;
    this.#auditor = new Auditor(this.#disk);
  }

  /** Every fourth world has neither child runs nor stops of single jobs: seeds from before there were any still replay. */
  get #isNested(): boolean {
    return this.#seed % 4 !== 3;
  }

  async run(): Promise<Outcome> {
    const { random } = this.#world;
    const hosts = random.between(1, 3);
    for (let index = 0; index < hosts; index++) this.#hosts.push(this.#makeHost(`worker${index}`));
    this.#startServer();
    for (const host of this.#hosts) host.startWorker();
    this.#scheduleRuns();
    scheduleFaults(this.#breakable(), this.#intensity);
    this.#schedulePeople();
    try {
      await this.#world.runUntil(FAULTS_MS, () => this.#check());
      this.#heal();
      await this.#world.runUntil(
        FAULTS_MS + QUIET_MS,
        () => this.#check(),
        () => this.#isQuiet(),
      );
      checkEnd(this.#disk, this.#processes);
    } catch (caught) {
      if (!(caught instanceof Error)) throw caught;
      this.#violation ??= caught;
    }
    this.#killServer();
    const text =
      this.#violation === null
        ? null
        : this.#violation instanceof Violation
          ? this.#violation.message
          : (this.#violation.stack ?? this.#violation.message);
    return {
      seed: this.#seed,
      violation: text,
      trace: this.#world.trace,
      steps: this.#world.steps,
      runs: this.#runs,
      attempts: this.#processes.length,
    };
  }

  /** Everything has ended, a good while after the last fault: more time would change nothing. */
  #isQuiet(): boolean {
    if (this.#world.elapsed < FAULTS_MS + 30_000) return false;
    for (const run of this.#disk.runs.values()) if (!isRunEnded(run.summary.header.status)) return false;
    return this.#processes.every((process) => !process.alive);
  }

  #check(): void {
    if (this.#violation !== null) throw this.#violation;
    this.#auditor.check();
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (caught) {
      this.#violation ??= caught instanceof Error ? caught : new Error(String(caught));
    }
  }

  #makeHost(id: string): Host {
    return new Host(
      id,
      this.#world,
      {
        scriptFor: (name) =>
          randomScript(new Random(hash(`${this.#seed}/${name.run}.${name.job}.${name.attempt}`)), name),
        started: (host, process) => {
          this.#processes.push(process);
          this.#world.note(
            `${host.id}: start ${process.key} token ${process.name.token} (${process.script.runsMs} ms, exit ${process.script.exitCode})`,
          );
          this.#guard(() => checkStart(this.#disk, process, this.#processes));
        },
        ended: (host, process) =>
          this.#world.note(
            `${host.id}: end ${process.key} ${process.exit?.exitCode ?? process.exit?.signal ?? ""} ${process.exit?.cause ?? ""}`,
          ),
        dial: (host, receive, closed) => {
          const server = this.#server?.ready === true ? this.#server : null;
          return this.#network.dial(server, host, receive, closed);
        },
      },
      { secondStart: this.#plant === "second-start" },
    );
  }

  /** The planted bug: nobody looks at the token of a report, nor at who sends it. */
  #unfence(engine: Engine): void {
    const { attempts } = engine;
    const report = attempts.report.bind(attempts);
    attempts.report = async (_worker, reports) => {
      for (const one of reports) {
        const state = engine.live.get(one.name.run)?.run.jobs.get(one.name.job);
        if (state === undefined || !("ref" in state)) continue;
        await report(state.ref.worker, [{ ...one, name: { ...one.name, token: state.ref.token } }]);
      }
    };
  }

  /** Makes the run of a job as slowly as one that has to be parsed, and not always. */
  #makeChild(order: Parameters<ChildMaker>[0], alive: () => boolean): ReturnType<ChildMaker> {
    const { random } = this.#world;
    const failure = random.chance(0.1) ? random.pick(["unavailable", "not_found"] as const) : null;
    return new Promise((resolve, reject) => {
      this.#world.after(random.between(0, 300), () => {
        if (!alive()) return;
        if (failure !== null) return reject(new GaiaError(failure, "There is no such pipeline."));
        const own = new Random(hash(`${this.#seed}/run/${order.id}`));
        resolve(randomChild(own, order.id, { run: order.parent.id, job: order.job }));
      });
    });
  }

  /** The planted bug: a child run is created although its job has been stopped meanwhile. */
  #uncheck(engine: Engine): void {
    const create = engine.createRun.bind(engine);
    engine.createRun = (order, extra) => create(order, extra);
  }

  #startServer(): void {
    const world = this.#world;
    const life: { alive: boolean } = { alive: true };
    const alive = (): boolean => life.alive;
    const forgets = (): boolean => this.#plant === "forgotten-timer" && world.random.chance(0.2);
    const clock = world.clockFor(alive);
    const engineClock = world.clockFor(alive, forgets);
    const workers = new Workers({
      log: silent,
      clock,
      serverId: "srv",
      logsRoot: "/",
      homeProof: "proof",
      storeFile: () => Promise.reject(new Error("hosts of a world send no files")),
    });
    const engine = new Engine({
      store: storeOn(this.#disk, world, alive, () => this.#diskFailing),
      log: { ...silent, error: (fields) => this.#internal(fields) },
      clock: engineClock,
      makeChild: (order) => this.#makeChild(order, alive),
      gate: workers,
      secret: () => ({ kind: "refused", why: "which nobody has" }),
    });
    engine.attempts.readGrowth = (text) => ({ kind: "ok", growth: growthOf(text) });
    if (this.#plant === "stale-token") this.#unfence(engine);
    if (this.#plant === "orphan-child") this.#uncheck(engine);
    workers.attach(engine);
    const server: ServerLife = Object.assign(life, { engine, workers, ready: false });
    this.#server = server;
    world.note("server: starts");
    engine.recover().then(
      () => {
        engine.attempts.expectWorkers();
        server.ready = true;
      },
      (caught: unknown) =>
        this.#guard(() => {
          throw caught;
        }),
    );
  }

  #internal(fields: object): void {
    const error = "err" in fields ? fields.err : null;
    if (
      error instanceof TypeError ||
      error instanceof RangeError ||
      (error instanceof Error && error.name === "Error")
    )
      this.#violation ??= error;
  }

  #killServer(): void {
    if (this.#server === null) return;
    this.#server.alive = false;
    this.#server = null;
    this.#world.note("server: killed");
    this.#network.cutAll("the server is gone");
  }

  #scheduleRuns(): void {
    const { random } = this.#world;
    const count = random.between(2, 8);
    for (let index = 0; index < count; index++)
      this.#world.after(random.between(0, FAULTS_MS * 0.7), () => this.#createRun(index));
  }

  #createRun(index: number): void {
    const server = this.#server;
    if (server === null || !server.ready) {
      this.#world.after(500, () => this.#createRun(index));
      return;
    }
    const id = `run_${index}`;
    const order = randomRun(new Random(hash(`${this.#seed}/run/${index}`)), id, this.#isNested);
    server.engine.createRun(order).then(
      () => {
        if (!server.alive) return;
        this.#runs += 1;
        this.#auditor.acknowledged(id);
      },
      () => undefined, // refused: it was never acknowledged
    );
  }

  #schedulePeople(): void {
    const tick = (): void => {
      this.#world.after(this.#world.random.between(500, 4_000), tick);
      const server = this.#server;
      if (server === null || !server.ready) return;
      for (const held of server.engine.live.all()) {
        for (const [job, state] of held.run.jobs) {
          if (state.kind !== "approval" || this.#world.random.chance(0.5)) continue;
          const approve = this.#world.random.chance(0.7);
          server.engine
            .input(
              held.id,
              (at) => ({ kind: "decide", job, at, approve, by: "somebody", comment: "" }),
              SYSTEM,
            )
            .catch(() => undefined);
        }
        if (this.#faults && this.#world.random.chance(0.03)) this.#stopRun(server, held.id);
        if (this.#faults && this.#isNested && this.#world.random.chance(0.08)) this.#stopJob(server, held);
      }
    };
    this.#world.after(1_000, tick);
  }

  #stopRun(server: ServerLife, id: string): void {
    const force = this.#world.random.chance(0.3);
    this.#world.note(`somebody stops ${id}${force ? " by force" : ""}`);
    server.engine
      .input(
        id,
        (at) => ({ kind: "stop", at, cause: { kind: "run_stopped" }, by: "somebody", comment: "", force }),
        SYSTEM,
      )
      .catch(() => undefined);
  }

  #stopJob(server: ServerLife, held: HeldRun): void {
    const { random } = this.#world;
    const job = random.between(0, held.run.graph.jobs.length - 1);
    const force = random.chance(0.3);
    this.#world.note(`somebody stops job ${job} of ${held.id}${force ? " by force" : ""}`);
    server.engine
      .input(held.id, (at) => ({ kind: "stop_job", job, at, by: "somebody", comment: "", force }), SYSTEM)
      .catch(() => undefined);
  }

  #breakable(): Breakable {
    return {
      world: this.#world,
      hosts: this.#hosts,
      network: this.#network,
      isOver: () => !this.#faults,
      killServer: () => this.#killServer(),
      startServer: () => {
        if (this.#server === null) this.#startServer();
      },
      fillDisk: (isFull) => {
        this.#diskFailing = isFull;
      },
    };
  }

  #heal(): void {
    this.#faults = false;
    this.#network.heal();
    this.#diskFailing = false;
    this.#world.note("all faults are over");
    if (this.#server === null) this.#startServer();
    this.#world.after(4_000, () => {
      if (this.#server === null) this.#startServer();
      for (const host of this.#hosts) host.startWorker();
    });
  }
}
