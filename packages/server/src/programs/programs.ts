import {
  type BuildPipeline,
  type ChangeSource,
  type CreatePipeline,
  GaiaError,
  LIMITS,
} from "@gaia/contracts";
import { nearest } from "@gaia/core";
import type { Batch } from "../engine/batch.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import { UNBUILT_DEFINITION, UNBUILT_HASH, type Workflow } from "../pipelines/index.ts";
import type { Caller } from "../runs/port.ts";
import type { PipelineRow, ProgramSourceRow, Store } from "../store/port.ts";
import type { BuildTools } from "./build-definition.ts";
import { BuildRuns, type BuildRunsOptions } from "./build-runs.ts";
import { EndedBuilds } from "./ended-builds.ts";
import type { ProgramService, ProgramState } from "./port.ts";
import { changedSource, readSource } from "./source-order.ts";
import { Sources } from "./sources.ts";
import { VersionChoice } from "./version-choice.ts";

export interface ProgramsOptions {
  readonly store: Pick<Store, "pipelines" | "programs">;
  readonly engine: () => Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly home: string;
  readonly tools: BuildTools;
  /** Whether what a build made is still there. */
  readonly hasBuild: (id: string) => boolean;
  readonly startBuild: BuildRunsOptions["start"];
  /** Answers a repeated request as it was answered before. */
  readonly once: (
    caller: Caller,
    request: unknown,
    make: (extra: (batch: Batch, held: HeldRun) => void) => Promise<HeldRun>,
  ) => Promise<HeldRun>;
  /** What a version says. @throws GaiaError `invalid_definition` */
  readonly describe: (row: PipelineRow) => Promise<Workflow>;
  /** A pipeline has a new version. */
  readonly onPipeline: (batch: Batch, row: PipelineRow, workflow: Workflow) => void;
}

/** Pipelines that are programs: where their versions come from, their builds, and which version is in force. */
export class Programs implements ProgramService {
  readonly #options: ProgramsOptions;
  readonly #sources = new Sources();
  readonly #builds: BuildRuns;
  readonly #ended: EndedBuilds;
  readonly versions: VersionChoice;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    const { store, engine, clock, log, home, describe, onPipeline } = options;
    this.#builds = new BuildRuns({
      pipelines: store.pipelines,
      engine,
      now: () => clock.now(),
      tools: options.tools,
      start: options.startBuild,
    });
    this.#ended = new EndedBuilds({
      pipelines: store.pipelines,
      sources: this.#sources,
      clock,
      log,
      home,
      submit: (work) => engine().submit(work),
      describe,
      onPipeline,
    });
    this.versions = new VersionChoice({
      pipelines: store.pipelines,
      sources: this.#sources,
      source: (pipeline, namespace) => this.#source(pipeline, namespace),
      hasBuild: options.hasBuild,
      submit: (work) => engine().submit(work),
    });
  }

  /** Takes up what the store remembers. Before any run can end: what its end means must be known. */
  async load(): Promise<void> {
    const { programs } = this.#options.store;
    this.#sources.load(await programs.sources());
    this.#ended.load(await programs.endedBuilds());
  }

  /** Runs can be made from now on. */
  start(): void {
    this.#ended.start();
  }

  async close(): Promise<void> {
    await this.#ended.close();
  }

  /** A run has ended in this batch. */
  ended(batch: Batch, held: HeldRun): void {
    this.#ended.ended(batch, held);
  }

  /** A pipeline has a new version, was paused, or removed. */
  follow(batch: Batch, row: PipelineRow): void {
    const { namespace, name, removedAt } = row;
    if (row.kind !== "program" || removedAt === null || this.#sources.inBatch(namespace, name) === null)
      return;
    this.#sources.remove(batch, namespace, name);
    this.#builds.stop(batch, namespace, name, row.actor);
  }

  async create(
    order: CreatePipeline,
    caller: Caller,
  ): Promise<{ readonly pipeline: string; readonly build: HeldRun }> {
    const read = await readSource(order, caller);
    const pipeline = order.name ?? pipelineNameOf(read.name);
    const { namespace, actor } = caller;
    const build = await this.#options.once(caller, ["create", pipeline, order], async (answer) => {
      const place = await this.#placeFor(pipeline, caller);
      const source: ProgramSourceRow = {
        namespace,
        pipeline,
        source: read.source,
        pollMs: read.pollMs,
        firstVersion: place.version,
        pinned: null,
        former: null,
        seenCommit: null,
        lastBuild: null,
        missingSince: null,
      };
      return this.#builds.start(source, {
        actor,
        inputs: {},
        check: () => {
          if (this.#sources.inBatch(namespace, pipeline) !== null) throw taken(pipeline, "program");
        },
        extra: (batch, held) => {
          this.#sources.save(batch, source);
          batch.savePipeline(place);
          const body = { version: 0, run: held.id, source: read.source.url };
          batch.note({ namespace, at: batch.now, actor, kind: "pipeline.created", subject: pipeline, body });
          answer(batch, held);
        },
      });
    });
    return { pipeline, build };
  }

  async build(pipeline: string, order: BuildPipeline, caller: Caller): Promise<HeldRun> {
    const { rebuild = false, commit } = order;
    return this.#options.once(caller, ["build", pipeline, order], async (answer) => {
      const source = await this.#source(pipeline, caller.namespace);
      if (commit !== undefined && source.source.kind !== "git") {
        throw new GaiaError(
          "invalid_request",
          `\`${pipeline}\` is built from ${source.source.url} as it is, not from commits. Leave \`commit\` out.`,
        );
      }
      return this.#builds.start(source, {
        actor: caller.actor,
        inputs: { rebuild, ...(commit === undefined ? {} : { commit }) },
        check: () => this.#refuseRemoved(pipeline, caller.namespace),
        extra: answer,
      });
    });
  }

  async changeSource(pipeline: string, change: ChangeSource, caller: Caller): Promise<void> {
    const { namespace, actor } = caller;
    const row = await this.#source(pipeline, namespace);
    const { source, pollMs } = await changedSource(row, change, caller);
    await this.#options.engine().submit((batch) => {
      const now = this.#sources.inBatch(namespace, pipeline);
      if (now === null) throw gone(pipeline);
      this.#sources.save(batch, { ...now, source, pollMs, seenCommit: null });
      const body = { source: source.url, branch: source.branch, folder: source.folder };
      batch.note({
        namespace,
        at: batch.now,
        actor,
        kind: "pipeline.source_changed",
        subject: pipeline,
        body,
      });
    });
  }

  state(namespace: string, pipeline: string): ProgramState | null {
    const source = this.#sources.get(namespace, pipeline);
    return source === null ? null : { source, building: this.#builds.live(namespace, pipeline) };
  }

  inForce(newest: PipelineRow): Promise<PipelineRow> {
    return this.versions.inForce(newest);
  }

  /** The row that stands in for the first version until there is one. @throws GaiaError `conflict` */
  async #placeFor(pipeline: string, caller: Caller): Promise<PipelineRow> {
    const newest = await this.#options.store.pipelines.newest(caller.namespace, pipeline);
    if (newest !== null && newest.removedAt === null) throw taken(pipeline, newest.kind);
    return {
      namespace: caller.namespace,
      name: pipeline,
      version: (newest?.version ?? 0) + 1,
      kind: "program",
      hash: UNBUILT_HASH,
      source: UNBUILT_DEFINITION,
      definition: UNBUILT_DEFINITION,
      origin: null,
      commit: null,
      at: this.#options.clock.now(),
      actor: caller.actor,
      paused: false,
      removedAt: null,
    };
  }

  /** @throws GaiaError `not_found`, with the nearest name; `conflict` where there is nothing to build */
  async #source(pipeline: string, namespace: string): Promise<ProgramSourceRow> {
    const source = this.#sources.get(namespace, pipeline);
    if (source !== null) return source;
    const row = await this.#options.store.pipelines.newest(namespace, pipeline);
    if (row !== null && row.removedAt === null) {
      throw new GaiaError(
        "conflict",
        `\`${pipeline}\` is a workflow: nothing builds it. Keep its file again to change it: gaia workflow create FILE`,
      );
    }
    const names = this.#sources
      .all()
      .filter((one) => one.namespace === namespace)
      .map((one) => one.pipeline);
    const near = nearest(pipeline, names);
    throw new GaiaError(
      "not_found",
      `There is no pipeline \`${pipeline.slice(0, LIMITS.nameCharacters)}\`. ${near === null ? "Make it: gaia pipeline create PATH|GIT_URL" : `Did you mean \`${near}\`?`}`,
      near === null ? {} : { nearest: near },
    );
  }

  #refuseRemoved(pipeline: string, namespace: string): void {
    if (this.#sources.inBatch(namespace, pipeline) === null) throw gone(pipeline);
  }
}

/** A name that can be a pipeline's, made of what a repository or a folder is called. @throws GaiaError `invalid_request` */
function pipelineNameOf(text: string): string {
  const name = text
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, "")
    .slice(0, LIMITS.nameCharacters);
  if (name !== "") return name;
  throw new GaiaError("invalid_request", "The source gives the pipeline no name. Say one with `name`.");
}

function taken(pipeline: string, kind: PipelineRow["kind"]): GaiaError {
  const remedy =
    kind === "program"
      ? `Build it anew with \`gaia pipeline build ${pipeline}\`, or choose another \`name\`.`
      : "Choose another `name`.";
  const what = kind === "program" ? "pipeline" : kind;
  return new GaiaError("conflict", `There is a ${what} \`${pipeline}\` already. ${remedy}`);
}

function gone(pipeline: string): GaiaError {
  return new GaiaError("not_found", `The pipeline \`${pipeline}\` was removed just now.`);
}
