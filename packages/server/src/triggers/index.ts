import { changedFiles, refsOf, type Repository } from "@gaia/git";
import { rmSync } from "node:fs";
import type { Batch } from "../engine/batch.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { SecretResolver } from "../engine/options.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import type { GitTrigger, Workflow } from "../pipelines/index.ts";
import { repositoryOf } from "../repositories/index.ts";
import type { Actor, PipelineRow, StatusWish, Store, TriggerRow } from "../store/port.ts";
import { AfterRunTriggers } from "./after-run.ts";
import { CronTriggers } from "./cron.ts";
import { ArmedTriggers } from "./webhooks/armed.ts";
import { CommitPolling, type Refs } from "./webhooks/polling.ts";
import type { StartOnTrigger } from "./webhooks/start.ts";
import { Webhooks } from "./webhooks/webhooks.ts";

export interface TriggersOptions {
  readonly store: Store;
  readonly engine: () => Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secret: SecretResolver;
  /** For `git`, where repositories are looked at. */
  readonly git: {
    readonly environment: Readonly<Record<string, string>>;
    /** Folder in which files with credentials lie while they are needed. */
    readonly scratch: string;
  };
  /** Makes a run of a kept pipeline; null when that is paused. `extra` is written in the same commit. */
  readonly triggered: (
    pipeline: string,
    namespace: string,
    inputs: Readonly<Record<string, unknown>>,
    trigger: string,
    id: string,
    extra: (batch: Batch, held: HeldRun) => void,
    by: Actor | null,
  ) => Promise<HeldRun | null>;
  /** A forge is to be told of a run that is made in this batch. */
  readonly tellForge: (batch: Batch, held: HeldRun, wish: StatusWish) => void;
}

/** What starts runs by itself: the clock, the ends of other runs, and senders of webhooks. */
export class Triggers {
  readonly #store: Store;
  readonly #cron: CronTriggers;
  readonly #afterRuns: AfterRunTriggers;
  readonly #armed = new ArmedTriggers();
  readonly webhooks: Webhooks;
  readonly #polling: CommitPolling;
  readonly #scratch: string;
  readonly #abort = new AbortController();

  constructor(options: TriggersOptions) {
    const { store, engine, clock, log, secret, git, triggered } = options;
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
    this.#scratch = git.scratch;
    const start: StartOnTrigger = ({ namespace, pipeline, inputs, id, trigger, actor, extra, status }) => {
      const also = (batch: Batch, held: HeldRun): void => {
        extra(batch);
        if (status !== null) options.tellForge(batch, held, status);
      };
      return triggered(pipeline, namespace, inputs, trigger, id, also, actor);
    };
    const repository = (
      row: TriggerRow,
      { repository: url, credential, knownHosts }: GitTrigger,
    ): Repository => repositoryOf({ url: url ?? "", branch: null, credential, knownHosts }, row, secret);
    const refs = async (row: TriggerRow, trigger: GitTrigger, signal: AbortSignal): Promise<Refs> =>
      Object.fromEntries(await refsOf(repository(row, trigger), { ...git, signal }));
    const armed = this.#armed;
    this.webhooks = new Webhooks({
      armed,
      store: store.triggers,
      log,
      now: () => clock.now(),
      secret,
      start,
      submit: (work) => engine().submit(work),
      lookProblem: (trigger) => this.#polling.problemOf(trigger),
      refs: (row, trigger) => refs(row, trigger, this.#abort.signal),
    });
    this.#polling = new CommitPolling({
      clock,
      log,
      rows: () => armed.polled(),
      row: (id) => armed.row(id),
      save: (batch, row) => armed.save(batch, row),
      submit: (work) => engine().submit(work),
      start,
      look: refs,
      changed: (row, trigger, commits) =>
        changedFiles(repository(row, trigger), commits, { ...git, signal: this.#abort.signal }),
    });
  }

  /** Before any run can end: what that starts must be known. */
  async arm(): Promise<void> {
    const rows = await this.#store.triggers.all();
    this.#afterRuns.arm(rows);
    this.#armed.load(rows);
  }

  /** Runs can be made from now on. */
  async start(): Promise<void> {
    this.#afterRuns.start();
    this.#cron.start(await this.#store.triggers.all());
    // What a server that was killed has left there; a credential may be among it.
    rmSync(this.#scratch, { recursive: true, force: true });
    this.#polling.start();
  }

  /** Refuses triggers that cannot be armed. @throws GaiaError */
  check(namespace: string, workflow: Workflow): void {
    this.#afterRuns.check(namespace, workflow);
  }

  /** A pipeline has a new version, was paused, or removed. */
  follow(batch: Batch, row: PipelineRow, workflow: Workflow): void {
    this.#cron.follow(batch, row, workflow);
    this.#afterRuns.follow(batch, row, workflow);
    this.#armed.follow(batch, row, workflow);
  }

  /** A run has ended in this batch. */
  ended(batch: Batch, held: HeldRun): void {
    this.#afterRuns.ended(batch, held);
  }

  async close(): Promise<void> {
    this.#cron.close();
    this.#afterRuns.close();
    this.#abort.abort();
    await this.#polling.close();
  }
}
