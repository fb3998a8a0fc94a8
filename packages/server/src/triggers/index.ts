import type { Batch } from "../engine/batch.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import type { Workflow } from "../pipelines/index.ts";
import type { Actor, PipelineRow, Store } from "../store/port.ts";
import { AfterRunTriggers } from "./after-run.ts";
import { CronTriggers } from "./cron.ts";
import { type WebhookOptions, Webhooks } from "./webhooks/webhooks.ts";

export interface TriggersOptions {
  readonly store: Store;
  readonly engine: () => Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secret: WebhookOptions["secret"];
  /** Makes a run of a kept pipeline; null when that is paused. `extra` is written in the same commit. */
  readonly triggered: (
    pipeline: string,
    namespace: string,
    inputs: Readonly<Record<string, unknown>>,
    trigger: string,
    id: string,
    extra: (batch: Batch) => void,
    by: Actor | null,
  ) => Promise<HeldRun | null>;
}

/** What starts runs by itself: the clock, the ends of other runs, and senders of webhooks. */
export class Triggers {
  readonly #store: Store;
  readonly #cron: CronTriggers;
  readonly #afterRuns: AfterRunTriggers;
  readonly webhooks: Webhooks;

  constructor({ store, engine, clock, log, secret, triggered }: TriggersOptions) {
    this.#store = store;
    this.#cron = new CronTriggers({
      clock,
      log,
      start: async (row, inputs, runId, extra) => {
        await triggered(row.pipeline, row.namespace, inputs, "cron", runId, extra, null);
      },
      save: (row) => engine().submit((batch) => batch.saveTrigger(row)),
    });
    this.#afterRuns = new AfterRunTriggers({
      clock,
      log,
      summary: (id) => store.runs.summary(id),
      start: async ({ namespace, pipeline, inputs, id, actor, extra }) => {
        const held = await triggered(pipeline, namespace, inputs, "pipeline", id, extra, actor);
        // Paused since: nothing was made, and nothing is to be made.
        if (held === null) await engine().submit(extra);
      },
      submit: (work) => engine().submit(work),
    });
    this.webhooks = new Webhooks({
      store: store.triggers,
      log,
      now: () => clock.now(),
      secret,
      start: ({ namespace, pipeline, inputs, id, trigger, actor, extra }) =>
        triggered(pipeline, namespace, inputs, trigger, id, extra, actor),
      submit: (work) => engine().submit(work),
    });
  }

  /** Before any run can end: what that starts must be known. */
  async arm(): Promise<void> {
    const rows = await this.#store.triggers.all();
    this.#afterRuns.arm(rows);
    this.webhooks.arm(rows);
  }

  /** Runs can be made from now on. */
  async start(): Promise<void> {
    this.#afterRuns.start();
    this.#cron.start(await this.#store.triggers.all());
  }

  /** Refuses triggers that cannot be armed. @throws GaiaError */
  check(namespace: string, workflow: Workflow): void {
    this.#afterRuns.check(namespace, workflow);
  }

  /** A pipeline has a new version, was paused, or removed. */
  follow(batch: Batch, row: PipelineRow, workflow: Workflow): void {
    this.#cron.follow(batch, row, workflow);
    this.#afterRuns.follow(batch, row, workflow);
    this.webhooks.follow(batch, row, workflow);
  }

  /** A run has ended in this batch. */
  ended(batch: Batch, held: HeldRun): void {
    this.#afterRuns.ended(batch, held);
  }

  close(): void {
    this.#cron.close();
    this.#afterRuns.close();
  }
}
