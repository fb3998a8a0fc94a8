import { errorFrom, GaiaError, LIMITS, type WorkerAnswer, type WorkerRequest } from "@gaia/contracts";
import { childRunId, isHeld, isRunEnded } from "@gaia/core";
import type { Batch } from "../engine/batch.ts";
import { type Clock, pause } from "../engine/clock.ts";
import { isPassing } from "../engine/children.ts";
import type { Engine } from "../engine/engine.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Runs } from "./service.ts";

const SYSTEM = { kind: "system", id: "gaia", via: "engine" } as const;
const VIA = "program";
/** A waiting request looks again so often, should nobody have told it. */
const LOOK_MS = 60_000;
/** What could not be done for a passing reason is tried again after this. */
const AGAIN_MS = 1_000;

/** What jobs ask of the server while they run: to start runs of other pipelines, and how those ended. */
export class ProgramRequests {
  readonly #engine: Engine;
  readonly #runs: Pick<Runs, "startedByJob">;
  readonly #clock: Clock;

  constructor(engine: Engine, runs: Pick<Runs, "startedByJob">, clock: Clock) {
    this.#clock = clock;
    this.#engine = engine;
    this.#runs = runs;
  }

  /**
   * Never rejects: what cannot be done is said to the job, and what time may mend is tried again. Resolves when there is
   * an answer, which may be in days; null: this server is ending, and the next one will be asked again.
   */
  async answer(worker: string, request: WorkerRequest): Promise<WorkerAnswer | null> {
    const { id } = request;
    for (;;) {
      try {
        return { ...NOTHING, id, ...(await this.#answer(worker, request)) };
      } catch (caught) {
        const error = errorFrom(caught);
        if (this.#engine.isClosed) return null;
        if (!isPassing(error)) return { ...NOTHING, id, error: error.message };
        await pause(this.#clock, AGAIN_MS);
      }
    }
  }

  /** In the batch in which a run ends: what its jobs have started goes with it when somebody stopped it. */
  ended(batch: Batch, held: HeldRun): void {
    const { status, reason } = held.run.header;
    if (status !== "cancelled" && reason.kind !== "timed_out") return;
    for (const child of this.#engine.live.all()) {
      const { parent, actor, trigger } = child.facts;
      if (parent?.run !== held.id || actor.via !== VIA || trigger !== "run") continue;
      const by = `${held.facts.pipeline} #${held.facts.number}`;
      const comment = "its parent was stopped";
      const cause = { kind: "run_stopped" } as const;
      batch.input(child, { kind: "stop", at: batch.now, cause, by, comment, force: false }, SYSTEM);
    }
  }

  async #answer(worker: string, request: WorkerRequest): Promise<Partial<WorkerAnswer>> {
    if (request.start_run) return this.#start(this.#askerOf(worker, request), request);
    if (request.await_run) return this.#await(worker, request, request.await_run.run);
    throw new GaiaError("unsupported", "This server does not know what is asked. Upgrade it.");
  }

  /** @throws GaiaError when the worker does not hold the attempt */
  #askerOf(worker: string, { name }: WorkerRequest): HeldRun {
    const held = this.#engine.live.get(name.run);
    const state = held?.run.jobs.get(name.job);
    const isIts =
      held !== undefined && isHeld(state) && state.ref.worker === worker && state.ref.token === name.token;
    if (isIts) return held;
    throw new GaiaError("conflict", "The job that asks is not running any more.");
  }

  async #start(asker: HeldRun, { name, start_run }: WorkerRequest): Promise<Partial<WorkerAnswer>> {
    const { pipeline = "", inputs = {}, number = 1 } = start_run ?? {};
    const { run, job, attempt } = name;
    const id = `${childRunId(run, job, attempt)}-r${number}`;
    if (id.split("_").length - 2 > LIMITS.childDepth)
      throw new GaiaError(
        "invalid_input",
        `Runs may start each other ${LIMITS.childDepth} deep; this one would be deeper.`,
      );
    const known = await this.#engine.live.find(id);
    const started =
      known ??
      (await this.#runs.startedByJob({ id, parent: asker, job, pipeline, inputs }, VIA, () => {
        const state = this.#engine.live.get(run)?.run.jobs.get(job);
        if (!isHeld(state) || state.kind === "stopping" || state.ref.token !== name.token)
          throw new GaiaError("conflict", "The job that asks is being stopped.");
      }));
    return viewOf(started);
  }

  /** For as long as the job that asks is running. */
  async #await(worker: string, request: WorkerRequest, id: string): Promise<Partial<WorkerAnswer>> {
    for (;;) {
      const asker = this.#askerOf(worker, request);
      const held = await this.#engine.live.find(id);
      if (held === null || held.namespace !== asker.namespace)
        throw new GaiaError("not_found", `There is no run ${id.slice(0, LIMITS.messageCharacters)}.`);
      if (isRunEnded(held.run.header.status)) return viewOf(held);
      await this.#engine.whenEnded(id, LOOK_MS);
      if (this.#engine.isClosed) throw new GaiaError("unavailable", "The server is stopping.");
    }
  }
}

const NOTHING: Omit<WorkerAnswer, "id"> = { error: "", run: "", status: "", outputs: new Uint8Array() };

function viewOf(held: HeldRun): Partial<WorkerAnswer> {
  const { status, outputs } = held.run.header;
  return { run: held.id, status, outputs: Buffer.from(JSON.stringify(outputs)) };
}
