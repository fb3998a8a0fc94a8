import { errorFrom, LIMITS } from "@gaia/contracts";
import { isRunEnded, type RunCommand } from "@gaia/core";
import type { Logger } from "../observe/port.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";
import type { Engine } from "./engine.ts";
import type { ChildMaker, HeldRun } from "./port.ts";

const SYSTEM = { kind: "system", id: "gaia", via: "engine" } as const;

/** Runs that tasks of other runs start. A child's id follows from its parent and job, so it is created once, however often asked. */
export class Children {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #make: ChildMaker;
  readonly #log: Logger;
  readonly #clock: Clock;

  constructor(engine: Engine, store: Store, make: ChildMaker, log: Logger, clock: Clock) {
    this.#clock = clock;
    this.#engine = engine;
    this.#store = store;
    this.#make = make;
    this.#log = log;
  }

  ensure(parent: HeldRun, command: Extract<RunCommand, { kind: "start_child" }>): void {
    this.#ensure(parent, command).catch((caught: unknown) => {
      const error = errorFrom(caught);
      this.#log.warn({ err: error, run: parent.id, job: command.job }, "a child run could not be started");
      const passing =
        error.code === "unavailable" || error.code.startsWith("storage") || error.code === "queue_full";
      if (passing) this.#clock.after(1_000, () => this.ensure(parent, command));
      else this.#refuse(parent, command, error.message);
    });
  }

  stop(parent: HeldRun, command: Extract<RunCommand, { kind: "stop_child" }>): void {
    this.#engine.enqueue((batch) => {
      const child = this.#engine.live.get(command.run);
      if (child === undefined) return;
      const by = `${parent.facts.pipeline} #${parent.facts.number}`;
      const force = parent.run.header.stop?.force ?? false;
      batch.input(
        child,
        {
          kind: "stop",
          at: batch.now,
          cause: { kind: "run_stopped" },
          by,
          comment: "its parent was stopped",
          force,
        },
        SYSTEM,
      );
    });
    // The child may never have been created: then there is nothing to wait for.
    this.#engine.live.find(command.run).then(
      (child) => {
        if (child === null) this.#report(parent.id, command.job, command.run, "cancelled", {});
        else if (isRunEnded(child.run.header.status)) this.ended(child);
      },
      () => undefined,
    );
  }

  /** Tells the parent of a run that has ended. */
  ended(held: HeldRun): void {
    const { parent } = held.facts;
    const { status, outputs } = held.run.header;
    if (parent !== null && isRunEnded(status)) this.#report(parent.run, parent.job, held.id, status, outputs);
  }

  async #ensure(parent: HeldRun, command: Extract<RunCommand, { kind: "start_child" }>): Promise<void> {
    const known = this.#engine.live.get(command.run);
    if (known !== undefined) return;
    const stored = await this.#store.runs.summary(command.run);
    if (stored !== null) {
      const { status, outputs } = stored.header;
      if (isRunEnded(status)) this.#report(parent.id, command.job, command.run, status, outputs);
      return;
    }
    if (command.run.split("_").length - 2 > LIMITS.childDepth) {
      return this.#refuse(
        parent,
        command,
        `child runs may be ${LIMITS.childDepth} deep; this one would be deeper`,
      );
    }
    const order = await this.#make({
      id: command.run,
      parent,
      job: command.job,
      pipeline: command.pipeline,
      inputs: command.inputs,
    });
    await this.#engine.createRun(order);
  }

  #refuse(parent: HeldRun, command: Extract<RunCommand, { kind: "start_child" }>, message: string): void {
    this.#engine.enqueue((batch) => {
      const held = this.#engine.live.get(parent.id);
      if (held === undefined) return;
      batch.input(
        held,
        { kind: "child_refused", job: command.job, run: command.run, at: batch.now, message },
        SYSTEM,
      );
    });
  }

  #report(
    run: string,
    job: number,
    child: string,
    status: "completed" | "failed" | "cancelled",
    outputs: HeldRun["run"]["header"]["outputs"],
  ): void {
    this.#engine.enqueue((batch) => {
      const held = this.#engine.live.get(run);
      if (held === undefined) return;
      batch.input(held, { kind: "child_ended", job, run: child, at: batch.now, status, outputs }, SYSTEM);
    });
  }
}
