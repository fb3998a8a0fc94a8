import { truncateSync } from "node:fs";
import { type Assignment, LIMITS } from "@gaia/contracts";
import {
  applyAttempts,
  attemptKey,
  noAttempts,
  transitionAttempts,
  type AttemptEnding,
  type AttemptInput,
  type AttemptOrder,
  type AttemptOutput,
  type HeldAttempts,
  type MutableAttempts,
  type NumberedReport,
  type StartedProcess,
  type Value,
} from "@gaia/core";
import type { AttemptView, ExitedMessage, StartedMessage } from "@gaia/launcher";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { CallStop, Executor, ExecutorHost, Work } from "../executors/executor.ts";
import type { Processes } from "../processes/index.ts";
import type { RecordedLog } from "../logs/recorder.ts";
import { orderOf, unreadable } from "./preparation.ts";
import { exitInput, processOf, usageOf } from "./launcher-events.ts";
import { Launches } from "./launches.ts";
import { parseMeta } from "./meta.ts";

export interface AttemptHostOptions {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly log: Logger;
  readonly slots: number;
  readonly launchMax: number;
  readonly heldMax: number;
  /** Number of the first report. */
  readonly firstSeq: number;
  /** Where runs' folders are laid; known once the server has said Welcome. */
  host(): ExecutorHost;
  send(reports: readonly NumberedReport[]): void;
  /** The processes of an attempt are over; `wallMs` is how long they took. */
  ended(wallMs: number): void;
  /** An attempt has a log that grows from now on. */
  logBegun(order: AttemptOrder, log: RecordedLog): void;
  /**
   * An attempt is over with all that it leaves behind. Null: its end may be told. Else it may when this resolves: to
   * what of it was not kept, in words for people; null when all was.
   */
  filesEnded(order: AttemptOrder, work: Work): Promise<string | null> | null;
  /** The attempt is settled: its files are not needed on this host any more, if they were sent. */
  forgotten(key: string): void;
}

/** What the host keeps of an attempt beside the machine's state. */
interface Held {
  /** Until it is launched. */
  readonly assignment: Assignment | null;
  readonly work: Work | null;
  readonly isLaunched: boolean;
  readonly process: StartedProcess | null;
  readonly usage: Value;
}

const NOTHING_YET: Held = { assignment: null, work: null, isLaunched: false, process: null, usage: null };

/** Drives the attempt machine: turns what happens into its inputs and performs its outputs. */
export class AttemptHost {
  readonly #options: AttemptHostOptions;
  readonly #machine: MutableAttempts;
  readonly #held = new Map<string, Held>();
  readonly #inputs: AttemptInput[] = [];
  readonly #launches: Launches;
  #isRunning = false;
  #flush:
    | { readonly kind: "now"; readonly cancel: () => void }
    | { readonly kind: "later"; readonly cancel: () => void }
    | null = null;
  #wake: { readonly at: number; readonly timer: NodeJS.Timeout } | null = null;
  #forgotten: string[] = [];
  #forgetting: NodeJS.Timeout | null = null;

  constructor(options: AttemptHostOptions) {
    this.#options = options;
    const { header } = noAttempts(options);
    this.#machine = { header, attempts: new Map() };
    this.#launches = new Launches({
      ...options,
      dispatch: (input) => this.dispatch(input),
      prepared: (key, work, isLaunched) => this.#held.set(key, { ...NOTHING_YET, work, isLaunched }),
      workOf: (key) => this.#held.get(key)?.work ?? null,
      callEvents: {
        started: (message) => this.#started([message]),
        exited: (message) => this.#exited([message]),
      },
    });
    options.processes.onStarted((batch) => this.#started(batch));
    options.processes.onExited((batch) => this.#exited(batch));
  }

  /** Read-only: what the worker holds now. */
  get state(): HeldAttempts {
    return this.#machine;
  }

  assign(assignment: Assignment): void {
    const order = orderOf(assignment);
    const key = attemptKey(order.name);
    const known = this.#machine.attempts.get(key);
    const isNewer = known === undefined || known.order.name.token < order.name.token;
    const isFree = known === undefined || known.kind === "prepared" || known.kind === "reported";
    if (isNewer && isFree) this.#held.set(key, { ...NOTHING_YET, assignment });
    this.dispatch({ kind: "assign", at: this.#options.clock.wall(), order });
  }

  /** Takes up what an earlier process of this worker left with the launcher. */
  adopt(views: readonly AttemptView[]): void {
    for (const view of views) this.#adoptOne(view);
  }

  /** Tells the machine, and performs what it wants, in order. */
  dispatch(input: AttemptInput): void {
    this.#run(input);
    this.#flushSoon();
  }

  close(): void {
    this.#launches.close();
    if (this.#wake !== null) clearTimeout(this.#wake.timer);
    this.#wake = null;
    this.#flush?.cancel();
    this.#tellForgotten();
  }

  #run(input: AttemptInput): void {
    this.#inputs.push(input);
    // An output may have an input as its immediate answer: that one's turn comes after the outputs before it.
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        const { changes, outputs } = transitionAttempts(this.#machine, next, this.#options.clock.monotonic());
        applyAttempts(this.#machine, changes);
        for (const output of outputs) this.#perform(output);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #perform(output: AttemptOutput): void {
    switch (output.kind) {
      case "launch":
        return this.#launch(output.key, output.order, output.leaseMs);
      case "stop":
        if (this.#launches.stop(output.key, this.#callStop(output))) return;
        return this.#options.processes.stop(
          output.key,
          output.force ? { signal: "SIGKILL", graceMs: 0 } : { graceMs: output.graceMs },
        );
      case "finish":
        return this.#finish(output);
      case "send":
        return this.#options.send(output.reports);
      case "extend_leases":
        this.#launches.extend(output.keys, output.leaseMs);
        return this.#options.processes.extend(output.keys, output.leaseMs);
      case "forget":
        return this.#forget(output.key);
      case "wake":
        return this.#wakeAt(output.at);
      case "ignored":
        this.#options.log.debug({ attempt: output.key }, output.why);
    }
  }

  #callStop({ key, graceMs, force }: Extract<AttemptOutput, { kind: "stop" }>): CallStop {
    const state = this.#machine.attempts.get(key);
    const cause = state?.kind === "stopping" ? state.cause : null;
    return {
      graceMs: force ? 0 : graceMs,
      reason: cause?.kind === "ordered" ? cause.cause : (cause?.kind ?? "stopped"),
    };
  }

  #launch(key: string, order: AttemptOrder, leaseMs: number | null): void {
    const assignment = this.#held.get(key)?.assignment ?? null;
    if (assignment === null) throw new Error(`attempt ${key} is launched without its assignment`);
    this.#launches.launch({ key, order, assignment, leaseMs });
  }

  #adoptOne(view: AttemptView): void {
    const meta = parseMeta(view.meta);
    const executor = meta === null ? undefined : this.#options.executors.get(meta.executor);
    if (meta === null || executor === undefined) {
      this.#options.log.warn(
        { attempt: view.attempt },
        "found at the launcher, but not left by a worker of this version; it is ended and forgotten",
      );
      if (view.state === "exited") {
        if (view.meta === null) emptied(view.logPath);
        this.#options.processes.forget([view.attempt]);
      } else this.#options.processes.stop(view.attempt, { signal: "SIGKILL", graceMs: 0 });
      return;
    }
    const { order } = meta;
    const process = view.started === undefined ? null : processOf(view.started);
    const usage = view.exited === undefined ? null : usageOf(view.exited.usage);
    this.#held.set(view.attempt, {
      assignment: null,
      work: executor.resume(meta.plan),
      isLaunched: true,
      process,
      usage,
    });
    if (this.#machine.attempts.has(view.attempt)) return;
    this.dispatch({ kind: "adopt", order });
    if (view.exited !== undefined) {
      this.#options.logBegun(order, this.#workOf(view.attempt).log);
      return this.dispatch(exitInput(view.exited, process));
    }
    if (process === null) return;
    const ranMs = Math.max(0, this.#options.clock.wall() - process.startedAt);
    this.dispatch({ kind: "launched", key: view.attempt, process, ranMs });
    this.#followLog(view.attempt, order);
  }

  #started(batch: readonly StartedMessage[]): void {
    for (const message of batch) {
      const key = message.attempt;
      const held = this.#held.get(key);
      const state = this.#machine.attempts.get(key);
      if (held === undefined || state === undefined) continue;
      const process = processOf(message);
      this.#held.set(key, { ...held, process });
      this.dispatch({
        kind: "launched",
        key,
        process,
        ranMs: Math.max(0, this.#options.clock.wall() - message.atMs),
      });
      this.#followLog(key, state.order);
    }
  }

  #exited(batch: readonly ExitedMessage[]): void {
    for (const message of batch) {
      const held = this.#held.get(message.attempt);
      if (held === undefined) continue;
      this.#held.set(message.attempt, { ...held, usage: usageOf(message.usage) });
      if (held.process !== null) this.#options.ended(message.usage.wallMs);
      this.dispatch(exitInput(message, held.process));
    }
  }

  #followLog(key: string, order: AttemptOrder): void {
    const work = this.#workOf(key);
    work.started((message) => this.dispatch({ kind: "limit_passed", key, message }));
    this.#options.logBegun(order, work.log);
  }

  #finish({ key, order, end, process, wanted }: Extract<AttemptOutput, { kind: "finish" }>): void {
    const work = this.#workOf(key);
    const usage = this.#held.get(key)?.usage ?? null;
    const tell = (ending: AttemptEnding): void => {
      const kept = wanted ? this.#options.filesEnded(order, work) : null;
      if (kept === null) return this.#finished(key, ending, null);
      void kept.then((problem) => this.#finished(key, ending, problem));
    };
    const fail = (error: unknown): void => {
      this.#options.log.error({ err: error, attempt: key }, "what an attempt left behind could not be read");
      tell(unreadable(error, end, process));
    };
    try {
      const ending = work.finish(end, process, usage);
      if (ending instanceof Promise) ending.then(tell, fail);
      else tell(ending);
    } catch (error) {
      fail(error);
    }
  }

  /** What could not be kept does not change what the task has done. */
  #finished(key: string, ending: AttemptEnding, problem: string | null): void {
    const message = [ending.message, problem ?? ""].filter((part) => part !== "").join("; ");
    const told = { ...ending, message: message.slice(0, LIMITS.messageCharacters) };
    const { clock } = this.#options;
    this.dispatch({ kind: "finished", key, at: clock.wall(), ending: problem === null ? ending : told });
  }

  #workOf(key: string): Work {
    const work = this.#held.get(key)?.work ?? null;
    if (work === null) throw new Error(`attempt ${key} runs without having been prepared`);
    return work;
  }

  #forget(key: string): void {
    const held = this.#held.get(key);
    this.#held.delete(key);
    held?.work?.forget();
    this.#options.forgotten(key);
    if (held?.isLaunched !== true) return;
    this.#forgotten.push(key);
    this.#forgetting ??= setTimeout(() => this.#tellForgotten(), FORGET_MS);
  }

  #tellForgotten(): void {
    if (this.#forgetting !== null) clearTimeout(this.#forgetting);
    this.#forgetting = null;
    if (this.#forgotten.length > 0) this.#options.processes.forget(this.#forgotten);
    this.#forgotten = [];
  }

  #wakeAt(at: number): void {
    if (this.#wake !== null && this.#wake.at <= at) return;
    if (this.#wake !== null) clearTimeout(this.#wake.timer);
    // A timer takes at most 2^31 ms; one that strikes too soon finds nothing due and is set again.
    const delayMs = Math.min(2 ** 31 - 1, Math.max(0, Math.ceil(at - this.#options.clock.monotonic())));
    this.#wake = { at, timer: setTimeout(() => this.#tick(), delayMs) };
  }

  #tick(): void {
    this.#wake = null;
    this.dispatch({ kind: "tick" });
  }

  /**
   * One message to the server, and one to the launcher, for all that a turn of the event loop brought. While the
   * launcher has plenty in its queue nobody waits for what is told, and it is gathered for longer: a message costs both
   * sides more than a short attempt.
   */
  #flushSoon(): void {
    if (this.#flush?.kind === "now") return;
    if (this.#isWellStocked) {
      if (this.#flush !== null) return;
      const timer = setTimeout(() => this.#flushNow(), GATHER_MS);
      this.#flush = { kind: "later", cancel: () => clearTimeout(timer) };
      return;
    }
    this.#flush?.cancel();
    const immediate = setImmediate(() => this.#flushNow());
    this.#flush = { kind: "now", cancel: () => clearImmediate(immediate) };
  }

  #flushNow(): void {
    this.#flush = null;
    this.#run({ kind: "flush" });
  }

  get #isWellStocked(): boolean {
    const { launched, launchMax } = this.#machine.header;
    const { slots } = this.#options;
    return launchMax > slots && 2 * (launched - slots) >= launchMax - slots;
  }
}

/** What happened is told this late at most. */
const GATHER_MS = 5;

/**
 * The launcher is told so late what it need not keep: it is in no hurry, and in a chain of short tasks each message and
 * its line in the journal would stand in the way of the next start.
 */
const FORGET_MS = 50;

/**
 * A launcher that died took the plan of an attempt with secrets along, and with it what to mask: its output is shown to
 * nobody. The file stays, empty: while it is there the attempt cannot be started a second time.
 */
function emptied(rawLog: string): void {
  try {
    truncateSync(rawLog);
  } catch {
    // The run has been removed with all its files.
  }
}
