import type { Assignment } from "@gaia/contracts";
import type { AttemptInput, AttemptOrder } from "@gaia/core";
import type { Json } from "@gaia/launcher";
import type { Clock } from "../clock.ts";
import type {
  Before,
  CallEvents,
  CallStart,
  CallStop,
  Executor,
  ExecutorHost,
  ProcessStart,
  RunningCall,
  Work,
} from "../executors/executor.ts";
import type { Processes } from "../processes/index.ts";
import { metaJson } from "./meta.ts";
import { prepare, unprepared } from "./preparation.ts";
import { Preludes } from "./preludes.ts";

export interface LaunchesOptions {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly executors: ReadonlyMap<string, Executor>;
  host(): ExecutorHost;
  /** Tells the machine. */
  dispatch(input: AttemptInput): void;
  /** The attempt has its work; `isLaunched`: the launcher knows of it. */
  prepared(key: string, work: Work, isLaunched: boolean): void;
  workOf(key: string): Work | null;
  /** What the worker performs itself tells here what the launcher tells of processes. */
  readonly callEvents: CallEvents;
}

/** An attempt that is to be started. */
export interface Launch {
  readonly key: string;
  readonly order: AttemptOrder;
  readonly assignment: Assignment;
  readonly leaseMs: number | null;
}

interface Ready {
  readonly start: ProcessStart | CallStart;
  readonly plan: Json;
  readonly work: Work;
  readonly executor: string;
}

/** From an assignment to the launcher: what its executor prepares, what takes a while before the start, the start. */
export class Launches {
  readonly #options: LaunchesOptions;
  readonly #preludes: Preludes;
  readonly #calls = new Map<string, RunningCall>();
  #isClosed = false;

  constructor(options: LaunchesOptions) {
    this.#options = options;
    this.#preludes = new Preludes(options.clock);
  }

  launch(launch: Launch): void {
    const { executors } = this.#options;
    const { assignment } = launch;
    const executor = executors.get(assignment.executor);
    if (executor === undefined) {
      const known = [...executors.keys()].join(", ");
      const message = `this worker has no executor "${assignment.executor}"; it has ${known}. Upgrade the worker, or send the task to another by its tags`;
      return this.#failed(launch, { outcome: "rejected", message });
    }
    const prepared = prepare(executor, assignment, this.#options.host());
    if (prepared.kind === "refused") return this.#failed(launch, prepared);
    const ready = { ...prepared, executor: executor.name };
    if (prepared.before === null) this.#start(launch, ready);
    else this.#startLater(launch, ready, prepared.before);
  }

  /** False: the launcher knows the attempt, and has to stop it. */
  stop(key: string, stop: CallStop): boolean {
    const call = this.#calls.get(key);
    call?.stop(stop);
    return call !== undefined || this.#preludes.stop(key);
  }

  extend(keys: readonly string[], leaseMs: number): void {
    this.#preludes.extend(keys, leaseMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#preludes.close();
  }

  #startLater(launch: Launch, ready: Ready, before: Before): void {
    const { key, leaseMs } = launch;
    const { work } = ready;
    this.#options.prepared(key, work, false);
    this.#preludes.begin(
      key,
      leaseMs,
      before,
      (end) => {
        // It may have been ended and assigned anew meanwhile.
        if (this.#isClosed || this.#options.workOf(key) !== work) return;
        if (end.kind === "done") this.#start({ ...launch, leaseMs: end.leaseMs }, { ...ready, ...end.value });
        else this.#cancelled(key, end.leaseEnded);
      },
      (error) => this.#failed(launch, unprepared(error)),
    );
  }

  #start({ key, order, leaseMs }: Launch, ready: Ready): void {
    if ("kind" in ready.start) return this.#call(key, ready.start, ready.work);
    const { secret, ...start } = ready.start;
    this.#options.prepared(key, ready.work, true);
    this.#options.processes.start({
      ...start,
      attempt: key,
      meta: metaJson({ order, executor: ready.executor, plan: ready.plan }),
      ...(secret && { secret: true }),
      ...(leaseMs !== null && { leaseMs }),
    });
  }

  #call(key: string, start: CallStart, work: Work): void {
    this.#options.prepared(key, work, false);
    const { callEvents } = this.#options;
    const call = start.begin({
      started: (message) => callEvents.started(message),
      exited: (message) => {
        this.#calls.delete(key);
        callEvents.exited(message);
      },
    });
    this.#calls.set(key, call);
  }

  #cancelled(key: string, leaseEnded: boolean): void {
    this.#options.dispatch({ kind: "launch_cancelled", key, at: this.#options.clock.wall(), leaseEnded });
  }

  #failed(
    { key }: Launch,
    { outcome, message }: Pick<Extract<AttemptInput, { kind: "launch_failed" }>, "outcome" | "message">,
  ): void {
    this.#options.dispatch({ kind: "launch_failed", key, at: this.#options.clock.wall(), outcome, message });
  }
}
