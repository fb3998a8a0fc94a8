import { buildPipelineOf, GaiaError, type GraphView, LIMITS, type Problem } from "@gaia/contracts";
import { isEnded, isRunEnded, nearest } from "@gaia/core";
import type { Batch } from "../engine/batch.ts";
import type { Engine } from "../engine/engine.ts";
import type { ChildMaker, ChildOrder, HeldRun, NewRun } from "../engine/port.ts";
import { sentence } from "../engine/refusals.ts";
import { Turns } from "../engine/turns.ts";
import { graphView, parseWorkflow, type Workflow } from "../pipelines/index.ts";
import type { Actor, CommitStatusRow, PipelineRow, Store } from "../store/port.ts";
import { Answers } from "./answers.ts";
import { KeptDefinitions } from "./kept-definitions.ts";
import { type Making, newRunOf, type NewRunOptions } from "./new-run.ts";
import type { Caller, DefinitionOrder, RetryOrder, RunService, StartOrder, StopOrder } from "./port.ts";
import { isOfCommit, numberOf, retryOf } from "./retry.ts";
import { Workflows } from "./workflows.ts";

export interface RunsOptions extends NewRunOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly namespace: string;
  /** Told what is in force of a pipeline when that changes, so that its triggers follow. */
  readonly onPipeline: (batch: Batch, row: PipelineRow, workflow: Workflow) => void;
  /** Refuses the removal of what would come back. @throws GaiaError `conflict` */
  readonly refuseRemoval: (row: PipelineRow) => void;
  /** The version that runs start from. @param newest the newest one */
  readonly inForce: (newest: PipelineRow) => Promise<PipelineRow>;
  /** The forge that was told of a run is to be told of its retry, which is made in this batch. */
  readonly tellForge: (batch: Batch, held: HeldRun, former: CommitStatusRow) => void;
  /** Refuses triggers that cannot be armed. @throws GaiaError */
  readonly checkTriggers: (namespace: string, workflow: Workflow) => void;
}

export class Runs implements RunService {
  readonly #options: RunsOptions;
  readonly #workflows = new Workflows();
  readonly #answers: Answers;
  readonly #definitions: KeptDefinitions;
  readonly #turns = new Turns();

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#answers = new Answers(options.store, options.now);
    this.#definitions = new KeptDefinitions({
      pipelines: options.store.pipelines,
      workflows: this.#workflows,
      now: options.now,
      save: (row) => options.engine.submit((batch) => this.#save(batch, row, row.actor, "pipeline.saved")),
      inTurn: (...change) => this.inTurn(...change),
    });
  }

  async validate(
    definition: string,
    file: string,
  ): Promise<{ readonly problems: readonly Problem[]; readonly graph: GraphView | null }> {
    const parsed = await parseWorkflow(definition, { file });
    if (parsed.kind === "invalid") return { problems: parsed.problems, graph: null };
    return { problems: parsed.warnings, graph: graphView(parsed.workflow) };
  }

  async createWorkflow(
    order: Parameters<RunService["createWorkflow"]>[0],
    caller: Caller,
  ): Promise<PipelineRow> {
    const { checkTriggers } = this.#options;
    const { row, workflow } = await this.#definitions.keep(order, caller, (kept) =>
      checkTriggers(caller.namespace, kept),
    );
    // Keeping a workflow arms its triggers; running a file once does not.
    await this.#options.engine.submit((batch) => this.#options.onPipeline(batch, row, workflow));
    return row;
  }

  /** What a kept definition says. */
  describe(row: PipelineRow): Promise<Workflow> {
    return this.#workflows.of(row);
  }

  async graphOf(row: PipelineRow): Promise<GraphView> {
    return graphView(await this.#workflows.of(row));
  }

  /**
   * What reads a pipeline's newest version and writes what follows from it. One after the other: else a pause is lost under
   * the version that was being made meanwhile.
   */
  inTurn<T>(namespace: string, pipeline: string, change: () => Promise<T>): Promise<T> {
    return this.#turns.take(`${namespace}\n${pipeline}`, change);
  }

  removeWorkflow(name: string, caller: Caller): Promise<void> {
    return this.inTurn(caller.namespace, name, () => this.#remove(name, caller));
  }

  async #remove(name: string, { namespace, actor }: Caller): Promise<void> {
    const row = await this.#pipeline(name, namespace);
    this.#options.refuseRemoval(row);
    const removedAt = this.#options.now();
    // What builds it goes with it.
    const build = await this.#options.store.pipelines.newest(namespace, buildPipelineOf(name));
    await this.#saveAndFollow({ ...row, removedAt }, actor, "pipeline.removed", (batch) => {
      if (build !== null) batch.savePipeline({ ...build, removedAt });
    });
  }

  pauseWorkflow(name: string, paused: boolean, caller: Caller): Promise<PipelineRow> {
    return this.inTurn(caller.namespace, name, async () => {
      const row = { ...(await this.#pipeline(name, caller.namespace)), paused };
      await this.#saveAndFollow(row, caller.actor, paused ? "pipeline.paused" : "pipeline.resumed");
      return row;
    });
  }

  async startRun(pipeline: string, order: StartOrder, caller: Caller): Promise<HeldRun> {
    const row = await this.#toStart(pipeline, caller.namespace, order.version);
    const workflow = await this.#workflows.of(row);
    return this.once(caller, ["start", row.name, order], (extra) =>
      this.#create(row, workflow, { actor: caller.actor, trigger: "manual", order }, extra),
    );
  }

  async runDefinition(order: DefinitionOrder, caller: Caller): Promise<HeldRun> {
    if (!caller.local && (order.workDir !== undefined || order.environment !== undefined)) {
      throw new GaiaError(
        "forbidden",
        "A folder or an environment can be named only over the socket of the same user.",
      );
    }
    return this.once(caller, ["run", order], async (extra) => {
      const { row, workflow } = await this.#definitions.keep(order, caller);
      const environment = order.environment;
      return this.#create(
        row,
        workflow,
        { actor: caller.actor, trigger: "manual", order: withoutVariables(order), environment },
        extra,
      );
    });
  }

  /** A run of exactly this version. `extra` is written in the same commit, which `check` may refuse by throwing. */
  async startVersion(
    row: PipelineRow,
    making: Making,
    extra: (batch: Batch, held: HeldRun) => void,
    check: () => void,
  ): Promise<HeldRun> {
    const order = this.#newRun(row, await this.#workflows.of(row), making);
    return this.#options.engine.createRun(order, extra, check);
  }

  /** A run that a trigger starts; the same trigger and instant never start two. */
  async triggered(
    pipeline: string,
    namespace: string,
    inputs: Readonly<Record<string, unknown>>,
    trigger: string,
    id: string,
    extra: (batch: Batch, held: HeldRun) => void,
    by: Actor | null = null,
  ): Promise<HeldRun | null> {
    const row = await this.#toStart(pipeline, namespace);
    if (row.paused) return null;
    const workflow = await this.#workflows.of(row);
    const actor: Actor = by ?? { kind: "system", id: trigger, via: "trigger" };
    return this.#create(row, workflow, { actor, trigger, order: { inputs }, id }, extra);
  }

  async stopRun(id: string, order: StopOrder, caller: Caller): Promise<HeldRun> {
    await this.#known(id);
    const force = order.force ?? false;
    const by = caller.actor.id;
    return this.#options.engine.submit((batch) => {
      const held = this.#options.engine.live.get(id);
      if (held === undefined) throw new GaiaError("conflict", "The run has ended already.");
      const input = {
        kind: "stop",
        at: batch.now,
        cause: { kind: "run_stopped" },
        by,
        comment: order.comment ?? "",
        force,
      } as const;
      const result = batch.input(held, input, caller.actor);
      // Asking twice is not an error: what was asked for is happening.
      if (result.kind === "rejected" && result.rejection !== "already_stopping")
        throw new GaiaError("conflict", `${result.message}.`);
      if (result.kind === "accepted")
        noteOn(batch, held, caller.actor, "run.stopped", { comment: order.comment ?? "", force });
      return held;
    });
  }

  async stopJob(id: string, job: number, order: StopOrder, caller: Caller): Promise<HeldRun> {
    const known = await this.#known(id);
    const by = caller.actor.id;
    const { comment = "", force = false } = order;
    return this.#options.engine.submit((batch) => {
      const held = this.#options.engine.live.get(id) ?? known;
      // What was asked for is the case, or is happening: asking twice is not an error.
      if (held.run.jobs.get(job)?.kind === "cancelled") return held;
      refuseEnded(held, job);
      const input = { kind: "stop_job", job, at: batch.now, by, comment, force } as const;
      const result = batch.input(held, input, caller.actor);
      if (result.kind === "rejected" && result.rejection !== "already_stopping")
        throw new GaiaError("conflict", sentence(result.message), { rejection: result.rejection });
      return held;
    });
  }

  async retryRun(id: string, order: RetryOrder, caller: Caller): Promise<HeldRun> {
    const old = await this.#known(id);
    if (!isRunEnded(old.run.header.status)) {
      throw new GaiaError("conflict", "The run has not ended yet. Stop it first, or wait.", {
        status: old.run.header.status,
      });
    }
    if (order.failed === true && old.run.header.status === "completed")
      throw new GaiaError("conflict", "Nothing failed in this run: every task completed.");
    const row = await this.#pipeline(old.facts.pipeline, old.namespace, old.facts.pipelineVersion);
    // What a build fetches is gone with its run: it is tried again from its beginning.
    const { jobs, reused } = retryOf(old, row.kind === "build" ? {} : order);
    const workflow = await this.#workflows.of(row);
    const { inputs, variables } = old.facts.settings;
    const started: StartOrder = {
      inputs: { ...inputs, ...order.inputs },
      variables,
      priority: old.facts.priority,
    };
    const making: Making = {
      actor: caller.actor,
      trigger: "retry",
      order: started,
      environment: old.facts.environment,
      retryOf: old.id,
      jobs,
      reused,
    };
    const status = await this.#options.store.commitStatuses.of(old.id);
    return this.once(caller, ["retry", id, order], (extra) =>
      this.#create(row, workflow, making, (batch, held) => {
        extra(batch, held);
        if (status !== null && isOfCommit(status.commit, held, old))
          this.#options.tellForge(batch, held, status);
      }),
    );
  }

  async decide(id: string, job: string, approve: boolean, comment: string, caller: Caller): Promise<HeldRun> {
    const number = numberOf(await this.#known(id), job);
    const by = caller.actor.id;
    return this.#options.engine.input(
      id,
      (at) => ({ kind: "decide", job: number, at, approve, by, comment }),
      caller.actor,
      (batch, held) => {
        const task = held.run.graph.jobs[number]?.key ?? job;
        noteOn(batch, held, caller.actor, approve ? "job.approved" : "job.rejected", { task, comment });
      },
    );
  }

  /** Makes the runs of `pipeline` tasks. */
  readonly makeChild: ChildMaker = (order) => this.#childOf(order, "task");

  /** A run that a job asks for while it runs. `check` may refuse it at the last moment, by throwing. */
  async startedByJob(order: ChildOrder, via: string, check: () => void): Promise<HeldRun> {
    return this.#options.engine.createRun(await this.#childOf(order, via), undefined, check);
  }

  async #childOf({ id, parent, job, pipeline, inputs }: ChildOrder, via: string): Promise<NewRun> {
    const row = await this.#toStart(pipeline, parent.namespace);
    const workflow = await this.#workflows.of(row);
    const actor: Actor = { kind: "run", id: parent.id, via };
    const making: Making = {
      actor,
      trigger: "run",
      order: { inputs, priority: parent.facts.priority },
      environment: parent.facts.environment,
      parent: { run: parent.id, job },
      id,
    };
    return this.#newRun(row, workflow, making);
  }

  async #saveAndFollow(
    row: PipelineRow,
    actor: Actor,
    kind: string,
    also: (batch: Batch) => void = () => undefined,
  ): Promise<void> {
    const inForce = await this.#options.inForce(row);
    const workflow = await this.#workflows.of(inForce);
    await this.#options.engine.submit((batch) => {
      this.#save(batch, row, actor, kind);
      also(batch);
      this.#options.onPipeline(batch, inForce, workflow);
    });
  }

  #save(batch: Batch, row: PipelineRow, actor: Actor, kind: string): void {
    const { namespace, name, version } = row;
    batch.savePipeline(row);
    batch.note({ namespace, at: batch.now, actor, kind, subject: name, body: { version } });
  }

  async #create(
    row: PipelineRow,
    workflow: Workflow,
    making: Making,
    extra?: (batch: Batch, held: HeldRun) => void,
  ): Promise<HeldRun> {
    return this.#options.engine.createRun(this.#newRun(row, workflow, making), extra);
  }

  #newRun(row: PipelineRow, workflow: Workflow, making: Making): NewRun {
    return newRunOf(row, workflow, making, this.#options);
  }

  /** The version that a run is started from: the one that is asked for, else the one in force. */
  async #toStart(name: string, namespace: string, version?: number): Promise<PipelineRow> {
    const row = await this.#pipeline(name, namespace, version);
    return version === undefined ? this.#options.inForce(row) : row;
  }

  async #pipeline(name: string, namespace: string, version?: number): Promise<PipelineRow> {
    const { pipelines } = this.#options.store;
    const row =
      version === undefined
        ? await pipelines.newest(namespace, name)
        : await pipelines.version(namespace, name, version);
    if (row !== null && (row.removedAt === null || version !== undefined)) return row;
    if (version !== undefined) throw new GaiaError("not_found", `\`${name}\` has no version ${version}.`);
    const { items } = await pipelines.list(namespace, null, null, LIMITS.pageItems);
    const near = nearest(
      name,
      items.map((item) => item.name),
    );
    throw new GaiaError(
      "not_found",
      `There is no workflow \`${name}\`. ${near === null ? "Keep its file first: gaia workflow create FILE" : `Did you mean \`${near}\`?`}`,
    );
  }

  async #known(id: string): Promise<HeldRun> {
    const held = await this.#options.engine.live.find(id);
    if (held === null) throw new GaiaError("not_found", `There is no run ${id}.`);
    return held;
  }

  /** Answers a repeated request as it was answered before. */
  once(
    caller: Caller,
    request: unknown,
    make: (extra: (batch: Batch, held: HeldRun) => void) => Promise<HeldRun>,
  ): Promise<HeldRun> {
    return this.#answers.once(caller, request, make, (id) => this.#known(id));
  }
}

/** Why a job cannot be stopped any more. The run's end would be true as well, and say less. */
function refuseEnded({ run }: HeldRun, number: number): void {
  const state = run.jobs.get(number);
  if (!isEnded(state)) return;
  const key = run.graph.jobs[number]?.key ?? String(number);
  throw new GaiaError("conflict", `\`${key}\` has ended already: it is ${state.kind}.`, {
    status: state.kind,
  });
}

/** Who did what to a run, for the activity: a run's own events leave the feed when it is packed. */
function noteOn(batch: Batch, held: HeldRun, actor: Actor, kind: string, body: object): void {
  const { id, namespace, facts } = held;
  const subject = facts.pipeline;
  batch.note({
    namespace,
    at: batch.now,
    actor,
    kind,
    subject,
    body: { run: id, number: facts.number, ...body },
  });
}

/** `runDefinition` has read the variables into the definition already. */
function withoutVariables(order: DefinitionOrder): StartOrder {
  return {
    ...(order.inputs === undefined ? {} : { inputs: order.inputs }),
    ...(order.priority === undefined ? {} : { priority: order.priority }),
  };
}
