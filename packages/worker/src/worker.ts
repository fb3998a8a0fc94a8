import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Hello, type ToWorker, type Welcome, WORKER_PROTOCOL_VERSION } from "@gaia/contracts";
import { lastSettledSeq, type NumberedReport } from "@gaia/core";
import type { LauncherHello } from "@gaia/launcher";
import type { Logger } from "pino";
import { AttemptHost } from "./attempts/host.ts";
import { systemClock } from "./clock.ts";
import { Credits } from "./credits.ts";
import { CACHE_FOLDER } from "@gaia/contracts";
import { TaskCaches } from "./cache/index.ts";
import { type DiskState, readDisk } from "./disk.ts";
import type { Executor } from "./executors/executor.ts";
import { ProgramExecutor } from "./executors/program/program-executor.ts";
import { ProcessExecutor } from "./executors/process/process-executor.ts";
import { Link } from "./link/link.ts";
import { reportMessage } from "./link/messages.ts";
import { LogRecorders } from "./logs/recorders.ts";
import type { WorkerOptions } from "./options.ts";
import { openProcesses, type Processes } from "./processes/index.ts";
import { Programs } from "./programs/programs.ts";
import { ServerRequests } from "./programs/server-requests.ts";
import { FileShipper } from "./shipping/shipper.ts";
import { VERSION } from "@gaia/contracts/version.ts";

const CLOCK = systemClock;
/** Before the first Welcome tells. */
const HEARTBEAT_MS = 1_000;
const LEASE_MS = 10_000;
/** Leases are renewed this often at most: the launcher need not hear of every message. */
const RENEW_SHARE = 0.1;
/** What a worker that ends waits for the server's acknowledgement of what it gave back. */
const DRAIN_MS = 1_000;
/** A launcher with nothing to do is gone in milliseconds; one that hangs is left to the next worker. */
const LAUNCHER_ENDS_WITHIN_MS = 10_000;
/** The `reason` of a Drain that means: end when nothing runs any more, and the launcher with you. */
const DISMISSAL = "shutdown";

/** How the worker came to its end. */
export type WorkerEnd =
  | { readonly kind: "drained" }
  /** There is no server and nothing runs: the launcher has gone too. */
  | { readonly kind: "dismissed" }
  | { readonly kind: "refused"; readonly message: string }
  /** Another worker has taken the launcher over. */
  | { readonly kind: "replaced"; readonly message: string };

/** The hands of this host: connects the server's stream, the attempts and the launcher. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #workerId: string;
  readonly #log: Logger;
  readonly #processes: Processes;
  readonly #credits: Credits;
  readonly #recorders: LogRecorders;
  readonly #caches: TaskCaches;
  readonly #programs: Programs;
  readonly #requests: ServerRequests;
  readonly #host: AttemptHost;
  readonly #link: Link;
  readonly #shipper: FileShipper;
  readonly #end = Promise.withResolvers<WorkerEnd>();
  #launcher: LauncherHello | null = null;
  #disk: DiskState = { freeBytes: 0, problem: null };
  #logsRoot: string;
  #leaseMs = LEASE_MS;
  #spokeAt = Number.NEGATIVE_INFINITY;
  #heartbeat: NodeJS.Timeout | null = null;
  #isHeartbeatDue = false;
  #isLost = false;
  #hasServed = false;
  #isEnding = false;
  #isDismissed = false;

  constructor(options: WorkerOptions, workerId: string, log: Logger) {
    this.#options = options;
    this.#workerId = workerId;
    this.#log = log;
    this.#credits = new Credits(options.slots);
    this.#logsRoot = join(options.stateFolder, "files");
    this.#recorders = new LogRecorders(CLOCK.wall, (error) =>
      log.warn({ err: error }, "a log could not be read"),
    );
    this.#caches = new TaskCaches({
      folder: join(options.stateFolder, CACHE_FOLDER),
      clock: CLOCK,
      log,
      retention: options.cache,
    });
    this.#processes = openProcesses({
      socketPath: options.launcherSocket,
      journalPath: options.launcherJournal,
      logPath: options.launcherLog,
      slots: options.slots,
      ...(options.launcherEntry !== null && { entryPath: options.launcherEntry }),
      extraArguments: options.launcherArguments,
    });
    this.#shipper = new FileShipper(
      (chunk) => this.#link.send({ message: "file_chunk", file_chunk: chunk }),
      this.#logsRoot,
    );
    const stamp = CLOCK.wall().toString(36);
    this.#programs = new Programs({
      processes: this.#processes,
      stateFolder: options.stateFolder,
      stamp,
      slots: options.slots,
      log,
    });
    this.#requests = new ServerRequests((message) => this.#link.send(message));
    this.#host = this.#makeHost(stamp);
    this.#link = this.#makeLink();
  }

  /** Runs until it is told to end, or must. */
  async run(): Promise<WorkerEnd> {
    this.#processes.onTrouble((trouble) => {
      this.#log.warn({ trouble: trouble.kind }, trouble.message);
      if (trouble.kind === "replaced") this.#end.resolve({ kind: "replaced", message: trouble.message });
    });
    await this.#readDisk();
    this.#launcher = await this.#processes.ready();
    const found = await this.#programs.takeOver();
    this.#host.adopt(found);
    this.#log.info(
      { worker: this.#workerId, launcher: this.#launcher.incarnation, adopted: found.length },
      "ready",
    );
    this.#link.dial();
    this.#beatEach(HEARTBEAT_MS);
    const told = await this.#end.promise;
    // The server it was started for could not start: nobody needs its launcher.
    const isForNothing = told.kind === "drained" && !this.#hasServed && this.#host.state.attempts.size === 0;
    const end: WorkerEnd = isForNothing ? { kind: "dismissed" } : told;
    await this.#close(end);
    return end;
  }

  /** Gives back what was not started and ends. What runs goes on; the next worker takes it up. */
  drain(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#host.dispatch({ kind: "drain", at: CLOCK.wall(), message: "the worker is shutting down" });
    this.#beat();
    const until = CLOCK.monotonic() + DRAIN_MS;
    const check = setInterval(() => {
      const isSettled = this.#host.state.header.outbox.length === 0;
      if (!isSettled && this.#link.isUp && CLOCK.monotonic() < until) return;
      clearInterval(check);
      this.#end.resolve({ kind: "drained" });
    }, 10);
  }

  #makeHost(stamp: string): AttemptHost {
    const { slots, home } = this.#options;
    const executors = [
      new ProcessExecutor(stamp, this.#recorders, this.#caches),
      new ProgramExecutor({
        home,
        programs: this.#programs,
        requests: this.#requests,
        logs: this.#recorders,
      }),
    ];
    return new AttemptHost({
      clock: CLOCK,
      processes: this.#processes,
      executors: new Map(executors.map((executor): [string, Executor] => [executor.name, executor])),
      log: this.#log,
      launchMax: this.#credits.launchMax,
      heldMax: 2 * slots + 128,
      // Larger than any number that an earlier process used: it would have had to send a thousand reports each
      // millisecond of its life.
      firstSeq: CLOCK.wall() * 1_000,
      host: () => ({ logsRoot: this.#logsRoot, limits: this.#launcher?.limits ?? NO_LIMITS }),
      send: (reports) => this.#send(reports),
      slots,
      ended: (wallMs) => this.#ended(wallMs),
      logBegun: (order, log) => this.#shipper.begin(order.name, log),
      filesEnded: (order, work) => this.#shipper.finish(order.name, work.log, work.kept),
      forgotten: (key) => this.#shipper.forget(key),
    });
  }

  #makeLink(): Link {
    return new Link(
      { server: this.#options.server, random: Math.random },
      {
        hello: () => this.#hello(),
        welcome: (welcome) => this.#welcome(welcome),
        message: (message) => this.#receive(message),
        spoke: () => this.#spoke(),
        lost: (why) => {
          // Once for each loss: it dials four times a second.
          if (!this.#isLost)
            this.#log.info({ why }, "the stream to the server is gone; dialling until it is back");
          this.#isLost = true;
          this.#host.dispatch({ kind: "disconnected" });
          this.#shipper.disconnected();
          this.#endIfDismissed();
        },
        refused: (code, message) => this.#end.resolve({ kind: "refused", message: `${code}: ${message}` }),
      },
    );
  }

  #hello(): Hello {
    const { name, tags, slots } = this.#options;
    const limits = this.#launcher?.limits ?? NO_LIMITS;
    const stopMeans = this.#launcher?.stopMeans ?? "group";
    return {
      version_min: WORKER_PROTOCOL_VERSION,
      version_max: WORKER_PROTOCOL_VERSION,
      worker_id: this.#workerId,
      name,
      host: hostname(),
      gaia_version: VERSION,
      boot_id: this.#launcher?.bootId ?? "",
      launcher_id: this.#launcher?.incarnation ?? "",
      capabilities: [
        "executor:process",
        "executor:program",
        `stop:${stopMeans}`,
        `memory:${limits.memory}`,
        `cpu:${limits.cpu}`,
      ],
      tags,
      slots,
      credits: this.#credits.ahead,
      last_seq: lastSettledSeq(this.#host.state),
      held: [...this.#host.state.attempts.values()].map((state) => ({
        name: state.order.name,
        started:
          state.kind === "reported" ? state.started : state.kind !== "prepared" && state.kind !== "launching",
      })),
      stop_means: stopMeans,
      memory_limits: limits.memory,
      cpu_limits: limits.cpu,
      home_proof: readProof(this.#options.home),
      free_disk_bytes: this.#disk.freeBytes,
      pid: process.pid,
      draining: this.#host.state.header.draining,
      runs: this.#programs.runs,
    };
  }

  #welcome(welcome: Welcome): void {
    // The next server wants a worker that takes work. It takes up the processes that run here; jobs of programs start again.
    if (this.#isDismissed) return this.#end.resolve({ kind: "drained" });
    this.#leaseMs = welcome.lease_ms;
    if (welcome.logs_root !== "") this.#logsRoot = welcome.logs_root;
    this.#shipper.connected(welcome.ship_files);
    this.#log.info({ server: welcome.server_id, shipFiles: welcome.ship_files }, "connected");
    this.#isLost = false;
    this.#hasServed = true;
    this.#spokeAt = CLOCK.monotonic();
    this.#host.dispatch({
      kind: "connected",
      at: CLOCK.wall(),
      ackedSeq: welcome.acked_seq,
      unknown: welcome.unknown,
      leaseMs: welcome.lease_ms,
    });
    for (const run of welcome.ended_runs) this.#programs.release(run);
    this.#requests.connected();
    this.#beatEach(welcome.heartbeat_ms);
  }

  #receive(message: ToWorker): void {
    for (const assignment of message.assign?.assignments ?? []) this.#host.assign(assignment);
    for (const order of message.stop?.orders ?? []) {
      const { name, grace_ms: graceMs, force, cause } = order;
      this.#host.dispatch({ kind: "stop", at: CLOCK.wall(), name, graceMs, force, cause });
    }
    if (message.ack) {
      this.#host.dispatch({ kind: "ack", seq: message.ack.seq });
      this.#endIfDismissed();
    }
    if (message.drain) this.#drained(message.drain.reason);
    if (message.file_ack) this.#shipper.acknowledged(message.file_ack);
    if (message.answer) this.#requests.answered(message.answer);
    for (const run of message.runs_ended?.runs ?? []) this.#programs.release(run);
  }

  #drained(reason: string): void {
    this.#host.dispatch({ kind: "drain", at: CLOCK.wall(), message: reason });
    this.#isDismissed = reason === DISMISSAL;
    // What was given back just now is sent with this turn.
    setImmediate(() => this.#endIfDismissed());
  }

  /** A dismissed worker ends when nothing runs; ends that no server has heard of stay in the launcher's journal. */
  #endIfDismissed(): void {
    if (!this.#isDismissed) return;
    const { header, attempts } = this.#host.state;
    const isIdle = [...attempts.values()].every((state) => state.kind === "reported");
    if (isIdle && (header.outbox.length === 0 || !this.#link.isUp)) this.#end.resolve({ kind: "dismissed" });
  }

  #spoke(): void {
    const now = CLOCK.monotonic();
    if (now - this.#spokeAt < this.#leaseMs * RENEW_SHARE) return;
    this.#spokeAt = now;
    this.#host.dispatch({ kind: "spoke", leaseMs: this.#leaseMs });
  }

  #send(reports: readonly NumberedReport[]): void {
    this.#link.send({ message: "reports", reports: { reports: reports.map(reportMessage) } });
  }

  #ended(wallMs: number): void {
    if (!this.#credits.ended(wallMs)) return;
    this.#host.dispatch({ kind: "resize", launchMax: this.#credits.launchMax });
    // The server should know at once how many it may send; one message for all that changed in this turn.
    if (this.#isHeartbeatDue) return;
    this.#isHeartbeatDue = true;
    setImmediate(() => this.#beat());
  }

  #beatEach(ms: number): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => void this.#readDisk().then(() => this.#beat()), ms);
  }

  #beat(): void {
    this.#isHeartbeatDue = false;
    this.#endIfDismissed();
    const { header, attempts } = this.#host.state;
    let running = 0;
    for (const state of attempts.values())
      if (state.kind === "running" || state.kind === "stopping") running += 1;
    this.#link.send({
      message: "heartbeat",
      heartbeat: {
        at: CLOCK.wall(),
        running,
        free_disk_bytes: this.#disk.freeBytes,
        slots: this.#options.slots,
        credits: this.#credits.ahead,
        unhealthy: this.#disk.problem ?? "",
        draining: header.draining,
      },
    });
  }

  async #readDisk(): Promise<void> {
    const before = this.#disk.problem;
    this.#disk = await readDisk(this.#options.stateFolder).catch(() => this.#disk);
    const { problem } = this.#disk;
    if (problem === null && before !== null) this.#host.dispatch({ kind: "unpause" });
    if (problem !== null && before === null) {
      this.#log.warn(problem);
      this.#host.dispatch({ kind: "pause", at: CLOCK.wall(), message: problem });
    }
  }

  async #close(end: WorkerEnd): Promise<void> {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    await this.#link.close();
    this.#host.close();
    // Another worker ends them: nobody would tell this one.
    if (end.kind !== "replaced") await this.#programs.close();
    this.#shipper.close();
    this.#recorders.close();
    this.#caches.close();
    if (end.kind === "dismissed") {
      await Promise.race([
        this.#processes.shutdown(),
        new Promise<void>((resolve) => setTimeout(resolve, LAUNCHER_ENDS_WITHIN_MS).unref()),
      ]);
    } else if (end.kind !== "replaced") await this.#processes.close();
  }
}

const NO_LIMITS = { memory: "advisory", cpu: "advisory" } as const;

/** Empty on another host than the server's. */
function readProof(home: string): string {
  try {
    return readFileSync(join(home, "secrets", "home-proof"), "utf8");
  } catch {
    return "";
  }
}
