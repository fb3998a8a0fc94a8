import { buildPipelineOf, errorFrom, GaiaError } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { Engine } from "../engine/engine.ts";
import { replaceRuns } from "../engine/groups.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import { parseWorkflow, type Workflow } from "../pipelines/index.ts";
import type { Actor, PipelineRow, ProgramSourceRow, Store } from "../store/port.ts";
import { buildDefinition, type BuildTools } from "./build-definition.ts";

export interface BuildRunsOptions {
  readonly pipelines: Pick<Store["pipelines"], "newest">;
  readonly engine: () => Engine;
  readonly now: () => number;
  readonly log: Logger;
  readonly tools: BuildTools;
  /** Starts a run of exactly this version; `extra` is written in the same commit. */
  readonly start: (
    row: PipelineRow,
    making: {
      readonly actor: Actor;
      readonly trigger: string;
      readonly order: { readonly inputs: Readonly<Record<string, unknown>> };
    },
    extra: (batch: Batch, held: HeldRun) => void,
    /** Refuses, by throwing, before anything is written. */
    check: () => void,
  ) => Promise<HeldRun>;
}

/** What a build is asked for. */
export interface BuildOrder {
  readonly actor: Actor;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Writes more in the commit that creates the run. */
  readonly extra: (batch: Batch, held: HeldRun) => void;
  /** Refuses, by throwing, inside of that commit's batch. */
  readonly check: () => void;
}

/** Starts the runs that build pipelines: ordinary runs, of a pipeline that belongs to the one that is built. */
export class BuildRuns {
  readonly #options: BuildRunsOptions;
  /** The start that is under way, and those behind it: two must not keep the same version of a definition. */
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: BuildRunsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the run is durable. One that builds what is newest replaces those of that kind that wait for their turn;
   * a build anew, and one of a commit that was named, are not what another one does.
   */
  start(source: ProgramSourceRow, order: BuildOrder): Promise<HeldRun> {
    const starting = this.#starting.then(() => this.#startNext(source, order));
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  /** The version of the definition by which the source as it is now is built. */
  async definitionOf(source: ProgramSourceRow): Promise<number> {
    return (await this.#row(source)).version;
  }

  /** The newest build of a pipeline that has not ended. */
  live(namespace: string, pipeline: string): HeldRun | null {
    return this.#allLive(namespace, pipeline).at(-1) ?? null;
  }

  /** The pipeline is removed: what still builds it has no purpose. */
  stop(batch: Batch, namespace: string, pipeline: string, actor: Actor): void {
    for (const held of this.#allLive(namespace, pipeline)) {
      if (held.run.header.stop !== null) continue;
      const cause = { kind: "run_stopped" } as const;
      const comment = `${pipeline} was removed`;
      batch.input(held, { kind: "stop", at: batch.now, cause, by: actor.id, comment, force: false }, actor);
    }
  }

  async #startNext(source: ProgramSourceRow, order: BuildOrder): Promise<HeldRun> {
    const row = await this.#row(source);
    const { actor, inputs, extra, check } = order;
    const making = { actor, trigger: "build", order: { inputs } };
    const held = await this.#options.start(
      row,
      making,
      (batch, made) => {
        extra(batch, made);
        batch.savePipeline(row);
      },
      check,
    );
    await this.#replaceWaiting(source.pipeline, held);
    return held;
  }

  /** The version of the definition that builds the source as it is now. */
  async #row({ namespace, pipeline, source }: ProgramSourceRow): Promise<PipelineRow> {
    const name = buildPipelineOf(pipeline);
    const text = buildDefinition(pipeline, source, this.#options.tools);
    const workflow = await parsed(text);
    const newest = await this.#options.pipelines.newest(namespace, name);
    if (newest !== null && newest.hash === workflow.hash && newest.removedAt === null) return newest;
    return {
      namespace,
      name,
      version: (newest?.version ?? 0) + 1,
      kind: "build",
      hash: workflow.hash,
      source: text,
      definition: workflow.definition,
      origin: null,
      commit: null,
      at: this.#options.now(),
      actor: { kind: "system", id: "builds", via: "engine" },
      paused: false,
      removedAt: null,
    };
  }

  /** A server that dies before this has two builds to do instead of one; nothing else is different. */
  async #replaceWaiting(pipeline: string, by: HeldRun): Promise<void> {
    if (!isOfNewest(by)) return;
    const { engine, log } = this.#options;
    try {
      await engine().submit((batch) => {
        const waiting = this.#allLive(by.namespace, pipeline).filter(
          (held) =>
            held.facts.number < by.facts.number && held.run.header.status === "pending" && isOfNewest(held),
        );
        const ids = waiting.map(({ id }) => id);
        replaceRuns(batch, engine().live, ids, by);
      });
    } catch (caught) {
      log.warn({ err: errorFrom(caught), pipeline, run: by.id }, "builds that wait could not be replaced");
    }
  }

  #allLive(namespace: string, pipeline: string): readonly HeldRun[] {
    const name = buildPipelineOf(pipeline);
    return this.#options
      .engine()
      .live.all()
      .filter((held) => held.namespace === namespace && held.facts.pipeline === name)
      .toSorted((one, other) => one.facts.number - other.facts.number);
  }
}

/** It builds what is newest, and nothing more was asked for. */
function isOfNewest({ facts }: HeldRun): boolean {
  const { rebuild = false, commit = "" } = facts.settings.inputs;
  return rebuild === false && commit === "";
}

async function parsed(text: string): Promise<Workflow> {
  const read = await parseWorkflow(text, { file: "build.yaml" });
  if (read.kind === "ok") return read.workflow;
  throw new GaiaError("internal", "Something went wrong inside Gaia.", {}, { cause: read.problems });
}
