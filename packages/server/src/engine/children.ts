import { errorFrom, GaiaError, LIMITS } from "@gaia/contracts";
import { isRunEnded, type RunCommand, type RunInput } from "@gaia/core";
import type { Logger } from "../observe/port.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";
import type { Engine } from "./engine.ts";
import type { ChildMaker, HeldRun } from "./port.ts";

const SYSTEM = { kind: "system", id: "gaia", via: "engine" } as const;
/** What could not be done for a passing reason is tried again after this. */
const AGAIN_MS = 1_000;

type StartChild = Extract<RunCommand, { kind: "start_child" }>;
type StopChild = Extract<RunCommand, { kind: "stop_child" }>;

/**
 * Runs that tasks of other runs start. A child's id follows from its parent, job and attempt, so it is created once,
 * however often it is asked for; and only while its job waits for it, so that none outlives an attempt that was stopped.
 */
export class Children {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #make: ChildMaker;
  readonly #log: Logger;
  readonly #clock: Clock;
  /** Runs that are being made: two at once for the same attempt would be one too many. */
  readonly #making = new Set<string>();

  constructor(engine: Engine, store: Store, make: ChildMaker, log: Logger, clock: Clock) {
    this.#clock = clock;
    this.#engine = engine;
    this.#store = store;
    this.#make = make;
    this.#log = log;
  }

  ensure(parent: HeldRun, command: StartChild): void {
    if (this.#making.has(command.run)) return;
    this.#making.add(command.run);
    this.#ensure(parent, command)
      .catch((caught: unknown) => this.#failed(parent, command, errorFrom(caught)))
      .finally(() => this.#making.delete(command.run))
      .catch((caught: unknown) => {
        if (this.#engine.isClosed) return;
        this.#log.warn(
          { err: caught, run: parent.id, job: command.job },
          "a child run could not be started yet",
        );
        this.#clock.after(AGAIN_MS, () => {
          const held = this.#engine.live.get(parent.id);
          if (held !== undefined && this.#isWanted(held.id, command)) this.ensure(held, command);
        });
      });
  }

  stop(parent: HeldRun, command: StopChild): void {
    this.#stop(parent, command).catch((caught: unknown) => {
      if (this.#engine.isClosed) return;
      this.#log.warn(
        { err: caught, run: parent.id, job: command.job },
        "a child run could not be stopped yet",
      );
      this.#stopAgain(parent.id, command);
    });
  }

  /** Tells the parent of a run that has ended. */
  ended(held: HeldRun): void {
    const { parent } = held.facts;
    const { status, outputs } = held.run.header;
    if (parent === null || !isRunEnded(status)) return;
    const { job } = parent;
    this.#tell(parent.run, (at) => ({ kind: "child_ended", job, run: held.id, at, status, outputs }));
  }

  async #ensure(parent: HeldRun, command: StartChild): Promise<void> {
    const { job, run: id, pipeline, inputs } = command;
    if (this.#engine.live.get(id) !== undefined) return;
    const stored = await this.#store.runs.summary(id);
    if (stored !== null) {
      const { status, outputs } = stored.header;
      if (isRunEnded(status))
        this.#tell(parent.id, (at) => ({ kind: "child_ended", job, run: id, at, status, outputs }));
      return;
    }
    if (id.split("_").length - 2 > LIMITS.childDepth) {
      const message = `child runs may be ${LIMITS.childDepth} deep; this one would be deeper`;
      throw new GaiaError("invalid_input", message);
    }
    const order = await this.#make({ id, parent, job, pipeline, inputs });
    await this.#engine.createRun(order, undefined, () => {
      if (!this.#isWanted(parent.id, command))
        throw new GaiaError("conflict", "The task does not wait for this run any more.");
    });
  }

  /**
   * A run that cannot be made is refused once and for all, while nobody else may make it: told later, the refusal could
   * meet a run that was made after all.
   *
   * @throws GaiaError what time may mend
   */
  async #failed(parent: HeldRun, command: StartChild, error: GaiaError): Promise<void> {
    if (isPassing(error)) throw error;
    const { job, run } = command;
    await this.#engine.submit((batch) => {
      const held = this.#engine.live.get(parent.id);
      if (held === undefined || !this.#isWanted(held.id, command)) return;
      this.#log.warn({ err: error, run: held.id, job }, "a child run could not be started");
      batch.input(held, { kind: "child_refused", job, run, at: batch.now, message: error.message }, SYSTEM);
    });
  }

  /** Whether the job is in the attempt that the run is for, and nobody has stopped it. True of memory, so ask in a batch. */
  #isWanted(parent: string, { job, run }: StartChild): boolean {
    const state = this.#engine.live.get(parent)?.run.jobs.get(job);
    return state?.kind === "child" && state.run === run;
  }

  async #stop(parent: HeldRun, command: StopChild): Promise<void> {
    const { job, run: id, force } = command;
    const isTold = await this.#engine.submit((batch) => {
      const child = this.#engine.live.get(id);
      if (child === undefined) return false;
      const by = `${parent.facts.pipeline} #${parent.facts.number}`;
      const comment = commentFor(parent, job);
      const cause = { kind: "run_stopped" } as const;
      batch.input(child, { kind: "stop", at: batch.now, cause, by, comment, force }, SYSTEM);
      return true;
    });
    if (isTold) return;
    const child = await this.#engine.live.find(id);
    // It was never created and never will be, as its job waits for it no more: there is nothing to prove.
    if (child === null)
      this.#tell(parent.id, (at) => ({
        kind: "child_ended",
        job,
        run: id,
        at,
        status: "cancelled",
        outputs: {},
      }));
    else if (isRunEnded(child.run.header.status)) this.ended(child);
    else this.#stopAgain(parent.id, command);
  }

  /** As the job asks for it by then, if it still does. */
  #stopAgain(parent: string, command: StopChild): void {
    this.#clock.after(AGAIN_MS, () => {
      const held = this.#engine.live.get(parent);
      const state = held?.run.jobs.get(command.job);
      if (held === undefined || state?.kind !== "stopping_child" || state.run !== command.run) return;
      this.stop(held, { ...command, force: state.force ?? false });
    });
  }

  #tell(run: string, input: (at: number) => RunInput): void {
    this.#engine.enqueue((batch) => {
      const held = this.#engine.live.get(run);
      if (held !== undefined) batch.input(held, input(batch.now), SYSTEM);
    });
  }
}

/** Whether time may mend it: then it is tried again. */
export function isPassing(error: GaiaError): boolean {
  return error.code === "unavailable" || error.code.startsWith("storage") || error.code === "queue_full";
}

function commentFor(parent: HeldRun, job: number): string {
  const key = parent.run.graph.jobs[job]?.key ?? String(job);
  const state = parent.run.jobs.get(job);
  const cause = state?.kind === "stopping_child" ? state.cause.kind : "run_stopped";
  if (cause === "job_timed_out") return `its task ${key} took longer than its timeout`;
  return cause === "run_stopped" || cause === "run_timed_out"
    ? "its parent was stopped"
    : `its task ${key} was stopped`;
}
