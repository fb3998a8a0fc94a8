import { errorFrom, GaiaError, LIMITS } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { Clock } from "../engine/clock.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import { type PipelineTrigger, renderTriggerInputs, type Workflow } from "../pipelines/index.ts";
import type { Actor, PipelineRow, RunSummary, TriggerRow } from "../store/port.ts";
import { digest, firingIdFor, runIdOf } from "./firing.ts";

export interface AfterRunOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly summary: (run: string) => Promise<RunSummary | null>;
  /** Starts a run with that id; `extra` is written in the same commit. */
  readonly start: (order: {
    readonly namespace: string;
    readonly pipeline: string;
    readonly inputs: PipelineTrigger["inputs"];
    readonly id: string;
    readonly actor: Actor;
    readonly extra: (batch: Batch) => void;
  }) => Promise<void>;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
}

const RETRY_MS = 1_000;
const VIA = "trigger";

/** What is kept from the end of a run to the start of what it triggers. */
interface Firing {
  readonly trigger: PipelineTrigger;
  /** Of the run that has ended. */
  readonly run: string;
  readonly endedAt: number;
}

/**
 * Starts runs when runs of other pipelines have ended. The end of a run and the wish to start another are one commit, the
 * start and the end of the wish are one: each end starts one run, whatever is killed in between.
 */
export class AfterRunTriggers {
  readonly #options: AfterRunOptions;
  readonly #armed = new Map<string, TriggerRow>();
  #isClosed = false;
  /** Until runs can be made: what is to be fired then. */
  #held: TriggerRow[] | null = [];

  constructor(options: AfterRunOptions) {
    this.#options = options;
  }

  /** Takes up what the store remembers: triggers, and firings that were cut off. Before any run can end. */
  arm(rows: readonly TriggerRow[]): void {
    for (const row of rows) {
      if (row.kind === "pipeline") this.#armed.set(row.id, row);
      else if (row.kind === "firing") this.#fire(row);
    }
  }

  /** Runs can be made from now on. */
  start(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const row of held) this.#fire(row);
  }

  close(): void {
    this.#isClosed = true;
    this.#armed.clear();
  }

  /** Refuses a workflow whose triggers would go round in a circle with those of others. @throws GaiaError */
  check(namespace: string, workflow: Workflow): void {
    const after = new Map<string, Set<string>>();
    const add = (from: string, to: string): void =>
      void after.set(from, (after.get(from) ?? new Set()).add(to));
    for (const row of this.#armed.values())
      if (row.namespace === namespace && row.pipeline !== workflow.name)
        add(triggerOf(row).pipeline, row.pipeline);
    for (const trigger of workflow.triggers)
      if (trigger.kind === "pipeline") add(trigger.pipeline, workflow.name);
    const circle = circleFrom(workflow.name, after);
    if (circle === null) return;
    throw new GaiaError(
      "invalid_definition",
      `The triggers of \`${workflow.name}\` go round in a circle: ${circle.join(" → ")}. Each run would start the next one for ever. Take one of these triggers away.`,
      { cycle: circle },
    );
  }

  /** A pipeline has a new version (or was paused, or removed): its triggers follow. */
  follow(batch: Batch, pipeline: PipelineRow, workflow: Workflow): void {
    const { namespace, name, paused } = pipeline;
    const wanted = new Map<string, TriggerRow>();
    for (const trigger of pipeline.removedAt === null ? workflow.triggers : []) {
      if (trigger.kind !== "pipeline") continue;
      const id = `trg_${digest(JSON.stringify([namespace, name, trigger]))}`;
      const lastAt = this.#armed.get(id)?.lastAt ?? null;
      wanted.set(id, {
        id,
        namespace,
        pipeline: name,
        kind: "pipeline",
        spec: trigger,
        lastAt,
        nextAt: null,
        paused,
      });
    }
    for (const row of this.#armed.values()) {
      if (row.namespace !== namespace || row.pipeline !== name || wanted.has(row.id)) continue;
      batch.removeTrigger(row.id);
      this.#change(batch, row.id, null);
    }
    for (const row of wanted.values()) this.#save(batch, row);
  }

  #save(batch: Batch, row: TriggerRow): void {
    batch.saveTrigger(row);
    this.#change(batch, row.id, row);
  }

  /** Known at once, so that whatever else the batch does builds on it: two halves of a circle may come in one batch. */
  #change(batch: Batch, id: string, row: TriggerRow | null): void {
    const before = this.#armed.get(id) ?? null;
    this.#put(id, row);
    batch.undo(() => this.#put(id, before));
  }

  #put(id: string, row: TriggerRow | null): void {
    if (row === null) this.#armed.delete(id);
    else this.#armed.set(id, row);
  }

  /** A run has ended in this batch. */
  ended(batch: Batch, held: HeldRun): void {
    const { status } = held.run.header;
    for (const row of this.#armed.values()) {
      const trigger = triggerOf(row);
      if (row.paused || row.namespace !== held.namespace || trigger.pipeline !== held.facts.pipeline)
        continue;
      if (trigger.on !== "always" && trigger.on !== status) continue;
      const firing: Firing = { trigger, run: held.id, endedAt: batch.now };
      const kept: TriggerRow = {
        ...row,
        id: firingIdFor(row.id, held.id),
        kind: "firing",
        spec: firing,
        lastAt: batch.now,
      };
      batch.saveTrigger(kept);
      this.#save(batch, { ...row, lastAt: batch.now });
      batch.after(() => this.#fire(kept));
    }
  }

  #fire(row: TriggerRow): void {
    if (this.#held !== null) return void this.#held.push(row);
    this.#perform(row).catch((caught: unknown) => {
      const error = errorFrom(caught);
      if (this.#isClosed) return;
      if (error.code.startsWith("storage") || error.code === "unavailable" || error.code === "queue_full") {
        this.#options.clock.after(RETRY_MS, () => this.#fire(row));
        return;
      }
      this.#giveUp(row, error.message);
    });
  }

  async #perform(row: TriggerRow): Promise<void> {
    const { trigger, run, endedAt } = firingOf(row);
    const ended = await this.#options.summary(run);
    if (ended === null) throw new GaiaError("not_found", "the run that has ended is not kept any more");
    if ((await this.#depthOf(ended)) >= LIMITS.triggerDepth) {
      throw new GaiaError(
        "too_large",
        `${LIMITS.triggerDepth} runs have started each other by triggers, one behind the other, which looks like a circle`,
      );
    }
    const { number } = ended.facts;
    const { status, outputs } = ended.header;
    const inputs = renderTriggerInputs(trigger.inputs, { run: { id: run, number, status, outputs } });
    if (inputs.kind === "error") throw new GaiaError("invalid_input", inputs.message);
    await this.#options.start({
      namespace: row.namespace,
      pipeline: row.pipeline,
      inputs: inputs.inputs,
      id: runIdOf(row.id, endedAt),
      actor: { kind: "run", id: run, via: VIA },
      extra: (batch) => batch.removeTrigger(row.id),
    });
  }

  /** How many triggers in a row led to the run; a run that a task started counts as a part of its parent. */
  async #depthOf(run: RunSummary): Promise<number> {
    let depth = 0;
    let at: RunSummary | null = run;
    for (let steps = 0; at !== null && at.facts.actor.kind === "run" && steps < MOST_STEPS; steps++) {
      if (at.facts.actor.via === VIA) depth += 1;
      at = await this.#options.summary(at.facts.actor.id);
    }
    return depth;
  }

  /** It will never be possible: the wish ends, and the feed says why. */
  #giveUp(row: TriggerRow, why: string): void {
    const { run } = firingOf(row);
    this.#options.log.error(
      { trigger: row.id, pipeline: row.pipeline, run, why },
      "a trigger could not start its run",
    );
    this.#options
      .submit((batch) => {
        batch.removeTrigger(row.id);
        batch.note({
          namespace: row.namespace,
          at: batch.now,
          actor: { kind: "run", id: run, via: VIA },
          kind: "trigger.failed",
          subject: row.pipeline,
          body: { run, message: why },
        });
      })
      .catch(() => this.#options.clock.after(RETRY_MS, () => !this.#isClosed && this.#giveUp(row, why)));
  }
}

/** Enough for any chain that is allowed, child runs between the triggers included. */
const MOST_STEPS = LIMITS.triggerDepth * (LIMITS.childDepth + 1);

/** Written by `follow` and `ended`. */
function triggerOf(row: TriggerRow): PipelineTrigger {
  return row.spec as PipelineTrigger;
}

function firingOf(row: TriggerRow): Firing {
  return row.spec as Firing;
}

/** The way from a pipeline by what starts behind what back to itself; null: there is none. */
function circleFrom(
  start: string,
  after: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const next of after.get(at) ?? []) {
      if (next === start) {
        const way = [start];
        for (
          let step: string | undefined = at;
          step !== undefined && step !== start;
          step = cameFrom.get(step)
        )
          way.unshift(step);
        return [start, ...way];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      open.push(next);
    }
  }
  return null;
}
