import { errorFrom, LIMITS } from "@gaia/contracts";
import { dueBetween, nextAfter, parseCron, type Schedule, type Zone } from "@gaia/core";
import type { Batch } from "../engine/batch.ts";
import type { Cancel, Clock } from "../engine/clock.ts";
import type { Logger } from "../observe/port.ts";
import type { CronTrigger, Workflow } from "../pipelines/index.ts";
import type { PipelineRow, TriggerRow } from "../store/port.ts";
import { digest, runIdFor } from "./firing.ts";
import { zoneFrom } from "./zone.ts";

export interface CronOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Starts a run with that id, and writes the trigger's memory in the same commit. */
  readonly start: (
    trigger: TriggerRow,
    inputs: CronTrigger["inputs"],
    runId: string,
    extra: (batch: Batch) => void,
  ) => Promise<void>;
  /** Writes the trigger's memory when nothing is started. */
  readonly save: (row: TriggerRow) => Promise<void>;
}

/** A firing that is at most so late is on time, not missed: a restart takes a moment. */
const ON_TIME_MS = 60_000;
/** A wall clock that jumps is noticed at this pace. */
const LOOK_MS = 15_000;

interface Armed {
  row: TriggerRow;
  readonly trigger: CronTrigger;
  readonly schedule: Schedule;
  readonly zone: Zone;
}

/** Starts runs by the clock. The last instant that was dealt with is durable, so none is started twice and misses are known. */
export class CronTriggers {
  readonly #options: CronOptions;
  readonly #armed = new Map<string, Armed>();
  #cancel: Cancel | null = null;
  #busy = false;

  constructor(options: CronOptions) {
    this.#options = options;
  }

  get rows(): readonly TriggerRow[] {
    return [...this.#armed.values()].map(({ row }) => row);
  }

  /** Takes up what the store remembers. */
  start(rows: readonly TriggerRow[]): void {
    for (const row of rows) if (row.kind === "cron") this.#arm(row);
    this.#look();
  }

  close(): void {
    this.#cancel?.();
    this.#armed.clear();
  }

  /** A pipeline has a new version (or was paused, or removed): its triggers follow, those that stay keep their memory. */
  follow(batch: Batch, pipeline: PipelineRow, workflow: Workflow): void {
    const wanted = new Map<string, TriggerRow>();
    if (pipeline.removedAt === null) {
      for (const trigger of workflow.triggers) {
        if (trigger.kind !== "cron") continue;
        const row = this.#rowFor(pipeline, trigger, batch.now);
        wanted.set(row.id, row);
      }
    }
    for (const [id, { row }] of this.#armed) {
      if (row.namespace !== pipeline.namespace || row.pipeline !== pipeline.name || wanted.has(id)) continue;
      batch.removeTrigger(id);
      batch.after(() => this.#armed.delete(id));
    }
    for (const row of wanted.values()) {
      batch.saveTrigger(row);
      batch.after(() => {
        this.#arm(row);
        this.#look();
      });
    }
  }

  #rowFor(pipeline: PipelineRow, trigger: CronTrigger, now: number): TriggerRow {
    const id = `trg_${digest(`${pipeline.namespace}/${pipeline.name}/${JSON.stringify(trigger)}`)}`;
    const known = this.#armed.get(id)?.row;
    const fresh: TriggerRow = {
      id,
      namespace: pipeline.namespace,
      pipeline: pipeline.name,
      kind: "cron",
      spec: trigger,
      lastAt: now,
      nextAt: null,
      paused: pipeline.paused,
    };
    // A pause is over from now on: what passed meanwhile was not missed.
    const lastAt = known === undefined || (known.paused && !pipeline.paused) ? now : known.lastAt;
    return this.#withNext({ ...fresh, lastAt }, trigger);
  }

  #withNext(row: TriggerRow, trigger: CronTrigger): TriggerRow {
    const parsed = parseCron(trigger.cron);
    const zone = zoneFrom(trigger.timezone);
    if (parsed.kind === "error" || zone.kind === "error") return { ...row, nextAt: null };
    return {
      ...row,
      nextAt: row.paused
        ? null
        : nextAfter(parsed.schedule, zone.zone, row.lastAt ?? this.#options.clock.now()),
    };
  }

  #arm(row: TriggerRow): void {
    const trigger = row.spec as CronTrigger;
    const parsed = parseCron(trigger.cron);
    const zone = zoneFrom(trigger.timezone);
    if (parsed.kind === "error" || zone.kind === "error") {
      this.#options.log.error(
        { trigger: row.id, cron: trigger.cron, zone: trigger.timezone },
        "a stored schedule cannot be read; it does not fire",
      );
      return;
    }
    this.#armed.set(row.id, { row, trigger, schedule: parsed.schedule, zone: zone.zone });
  }

  #look(): void {
    this.#cancel?.();
    const now = this.#options.clock.now();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const { row } of this.#armed.values())
      if (row.nextAt !== null && !row.paused) nextAt = Math.min(nextAt, row.nextAt);
    if (nextAt === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#options.clock.after(Math.min(Math.max(0, nextAt - now), LOOK_MS), () => {
      this.#fire().then(
        () => this.#look(),
        (caught: unknown) =>
          this.#options.log.error({ err: errorFrom(caught) }, "schedules could not be looked at"),
      );
    });
  }

  async #fire(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const now = this.#options.clock.now();
      for (const armed of [...this.#armed.values()]) {
        const { row } = armed;
        if (row.nextAt !== null && !row.paused && row.nextAt <= now) await this.#fireOne(armed, now);
      }
    } finally {
      this.#busy = false;
    }
  }

  async #fireOne(armed: Armed, now: number): Promise<void> {
    const { trigger, schedule, zone } = armed;
    const lastAt = armed.row.lastAt ?? now;
    const onTimeFrom = Math.max(lastAt, now - ON_TIME_MS);
    const missed = dueBetween(schedule, zone, lastAt, onTimeFrom, trigger.missed, LIMITS.missedRuns);
    const onTime = dueBetween(schedule, zone, onTimeFrom, now, "all", LIMITS.missedRuns);
    const instants =
      trigger.missed === "once" && onTime.instants.length > 0
        ? onTime.instants
        : [...missed.instants, ...onTime.instants];
    if (missed.dropped || missed.instants.length > 0) {
      this.#options.log.info(
        { trigger: armed.row.id, policy: trigger.missed, made_up: missed.instants.length },
        "a schedule had missed instants",
      );
    }
    for (const instant of instants) {
      const row = this.#withNext({ ...armed.row, lastAt: instant }, trigger);
      try {
        await this.#options.start(row, trigger.inputs, runIdFor(row.id, instant), (batch) =>
          batch.saveTrigger(row),
        );
      } catch (caught) {
        const error = errorFrom(caught);
        this.#options.log.error({ trigger: row.id, err: error }, "a schedule could not start its run");
        // What may pass is tried again at the next look; what will not (a workflow that is gone) must not fire for ever.
        if (error.code.startsWith("storage") || error.code === "unavailable" || error.code === "queue_full")
          return;
        await this.#options.save(row);
      }
      armed.row = row;
    }
    const row = this.#withNext({ ...armed.row, lastAt: now }, trigger);
    if (instants.length === 0) await this.#options.save(row);
    armed.row = row;
  }
}
