import {
  type BuildPipeline,
  buildPipelineOf,
  type ChangeSource,
  type CreatePipeline,
  GaiaError,
  LIMITS,
  PROGRAMS_FOLDER,
} from "@gaia/contracts";
import { nearest } from "@gaia/core";
import type { Batch } from "../engine/batch.ts";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { SecretResolver } from "../engine/options.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import type { WatchOptions, Workflow } from "../pipelines/index.ts";
import type { Caller } from "../runs/port.ts";
import type { PipelineRow, ProgramSourceRow, StatusWish, Store } from "../store/port.ts";
import type { BuildTools } from "./build-definition.ts";
import { BuildHooks } from "./build-hooks.ts";
import { buildWish } from "./build-status.ts";
import { BuildRuns, type BuildRunsOptions } from "./build-runs.ts";
import { Collecting } from "./collecting.ts";
import { DropIns } from "./drop-ins.ts";
import { EndedBuilds, type EndedBuildsOptions } from "./ended-builds.ts";
import type { InTurn, ProgramService, ProgramState } from "./port.ts";
import { changedSource, checkWebhook, readSource } from "./source-order.ts";
import { FilePipelines } from "./file-pipelines.ts";
import { PipelineMaker } from "./pipeline-maker.ts";
import { Polling, pollMsOf } from "./polling.ts";
import { newestCommit } from "./repository.ts";
import { SeenCommits } from "./seen-commits.ts";
import { removedJustNow, Sources } from "./sources.ts";
import { VersionChoice } from "./version-choice.ts";

export interface ProgramsOptions {
  readonly store: Pick<Store, "pipelines" | "programs" | "triggers">;
  readonly engine: () => Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly home: string;
  /** Of pipelines that come as files. */
  readonly namespace: string;
  /** How the folder of such files is watched. */
  readonly watch?: WatchOptions;
  readonly tools: BuildTools;
  readonly secret: SecretResolver;
  /** For `git`: of the server, without what nobody needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether what a build made is still there. */
  readonly hasBuild: (id: string) => boolean;
  readonly startBuild: BuildRunsOptions["start"];
  /** A forge is to be told of a build that is made in this batch. */
  readonly tellForge: (batch: Batch, held: HeldRun, wish: StatusWish) => void;
  readonly tellForgeOfEnd: EndedBuildsOptions["tellForge"];
  /** Answers a repeated request as it was answered before. */
  readonly once: (
    caller: Caller,
    request: unknown,
    make: (extra: (batch: Batch, held: HeldRun) => void) => Promise<HeldRun>,
  ) => Promise<HeldRun>;
  /** Changes of one pipeline, one after the other. */
  readonly inTurn: InTurn;
  /** What a version says. @throws GaiaError `invalid_definition` */
  readonly describe: (row: PipelineRow) => Promise<Workflow>;
  /** Refuses triggers that cannot be armed. @throws GaiaError */
  readonly checkTriggers: (namespace: string, workflow: Workflow) => void;
  /** A pipeline has another version in force. */
  readonly onPipeline: (batch: Batch, row: PipelineRow, workflow: Workflow) => void;
}

/** Folder of the home in which files with credentials lie while a repository is looked at. */
const GIT_SCRATCH = "secrets/git";

/** Ids of the builds that are not to be removed. */
const KEPT_BUILDS = "pipelines/.kept-builds";

/** Pipelines that are programs: where their versions come from, their builds, and which version is in force. */
export class Programs implements ProgramService {
  readonly #options: ProgramsOptions;
  readonly #sources = new Sources();
  readonly #builds: BuildRuns;
  readonly #ended: EndedBuilds;
  readonly #polling: Polling;
  readonly #maker: PipelineMaker;
  readonly #dropIns: DropIns;
  readonly #collecting: Collecting;
  readonly hooks: BuildHooks;
  readonly versions: VersionChoice;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    const { store, engine, clock, log, home, describe, checkTriggers, onPipeline } = options;
    this.#builds = new BuildRuns({
      pipelines: store.pipelines,
      engine,
      now: () => clock.now(),
      log,
      tools: options.tools,
      start: options.startBuild,
    });
    this.#maker = new PipelineMaker({
      pipelines: store.pipelines,
      sources: this.#sources,
      builds: this.#builds,
      now: () => clock.now(),
    });
    const files = new FilePipelines({
      namespace: options.namespace,
      sources: this.#sources,
      builds: this.#builds,
      maker: this.#maker,
      submit: (work) => engine().submit(work),
      now: () => clock.now(),
    });
    this.#dropIns = new DropIns({
      folder: join(home, PROGRAMS_FOLDER),
      clock,
      log,
      known: () => files.known(),
      onFile: (found) => files.there(found),
      onGone: (file) => files.gone(file),
      ...options.watch,
    });
    this.#collecting = new Collecting({
      pipelines: store.pipelines,
      sources: this.#sources,
      liveRuns: () => engine().live.all(),
      clock,
      log,
      tools: options.tools,
      keepFile: join(home, KEPT_BUILDS),
      environment: options.environment,
    });
    this.#ended = new EndedBuilds({
      pipelines: store.pipelines,
      sources: this.#sources,
      clock,
      log,
      home,
      submit: (work) => engine().submit(work),
      inTurn: options.inTurn,
      describe,
      checkTriggers,
      onSettled: (source) => this.#lookBehind(source),
      tellForge: options.tellForgeOfEnd,
      onPipeline,
    });
    const { secret, environment } = options;
    const look = { secret, environment, scratch: join(home, GIT_SCRATCH) };
    const commits = new SeenCommits({
      sources: this.#sources,
      builds: this.#builds,
      isBuilding: (namespace, pipeline) =>
        this.#builds.live(namespace, pipeline) !== null || this.#ended.hasUnsettled(namespace, pipeline),
      clock,
      log,
      submit: (work) => engine().submit(work),
      tellForge: (...told) => this.#tellForge(...told),
    });
    this.#polling = new Polling({
      sources: () => this.#sources.all(),
      clock,
      log,
      look: (row, signal) => newestCommit(row, look, signal),
      onCommit: (row, commit, isHinted) =>
        commits.seen(row.namespace, row.pipeline, commit, isHinted ? "webhook" : "poll"),
    });
    this.hooks = new BuildHooks({
      sources: this.#sources,
      store: store.triggers,
      secret,
      now: () => clock.now(),
      log,
      submit: (work) => engine().submit(work),
      soon: (row) => this.#polling.soon(row),
    });
    this.versions = new VersionChoice({
      pipelines: store.pipelines,
      sources: this.#sources,
      source: (pipeline, namespace) => this.#source(pipeline, namespace),
      hasBuild: options.hasBuild,
      submit: (work) => engine().submit(work),
      inTurn: options.inTurn,
      describe,
      checkTriggers,
      onPipeline,
    });
  }

  /** Takes up what the store remembers. Before any run can end: what its end means must be known. */
  async load(): Promise<void> {
    const { programs } = this.#options.store;
    this.#sources.load(await programs.sources());
    await this.hooks.load();
    this.#ended.load(await programs.endedBuilds());
  }

  /** Runs can be made from now on. */
  start(): void {
    this.#ended.start();
    // What a server that was killed has left there; a credential may be among it.
    rmSync(join(this.#options.home, GIT_SCRATCH), { recursive: true, force: true });
    this.#polling.start();
    this.#dropIns.start();
    this.#collecting.start();
  }

  async close(): Promise<void> {
    await this.#collecting.close();
    await this.#dropIns.close();
    await this.#polling.close();
    await this.#ended.close();
  }

  /** A run has ended in this batch. */
  ended(batch: Batch, held: HeldRun): void {
    this.#ended.ended(batch, held);
  }

  /** Refuses the removal of what would come back. @throws GaiaError `conflict` */
  refuseRemoval({ namespace, name }: PipelineRow): void {
    const source = this.#sources.get(namespace, name)?.source;
    if (source?.kind !== "file" || !existsSync(source.url)) return;
    throw new GaiaError(
      "conflict",
      `\`${name}\` is built from a file that is still there. Remove that first: rm ${source.url}`,
    );
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
    const build = await this.#options.once(caller, ["create", pipeline, order], async (answer) => {
      this.#checkWebhook(order, pipeline, caller);
      return this.#maker.make({ ...read, pipeline, caller, seen: null, extra: answer });
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
        check: () => this.#sources.refuseRemoved(caller.namespace, pipeline),
        extra: (batch, held) => {
          answer(batch, held);
          this.#tellForge(batch, held, source, commit);
        },
      });
    });
  }

  async changeSource(pipeline: string, change: ChangeSource, caller: Caller): Promise<void> {
    const { namespace, actor } = caller;
    const row = await this.#source(pipeline, namespace);
    const { source, saidPollMs } = await changedSource(row, change, caller);
    this.#checkWebhook(change, pipeline, caller);
    await this.#options.engine().submit((batch) => {
      const now = this.#sources.inBatch(namespace, pipeline);
      if (now === null) throw removedJustNow(pipeline);
      if (now.source !== row.source || now.saidPollMs !== row.saidPollMs) {
        throw new GaiaError(
          "conflict",
          `The source of \`${pipeline}\` was changed just now. Look, and try again.`,
        );
      }
      this.#sources.save(batch, { ...now, source, saidPollMs, seen: null });
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
    if (source === null) return null;
    const building = this.#builds.live(namespace, pipeline) ?? this.#ended.unsettled(namespace, pipeline);
    const problem = this.#polling.problemOf(source);
    const lastDelivery = source.source.webhook === null ? null : this.hooks.lastOf(source);
    return { source, pollMs: pollMsOf(source), building, problem, lastDelivery };
  }

  inForce(newest: PipelineRow): Promise<PipelineRow> {
    return this.versions.inForce(newest);
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

  #checkWebhook({ webhook }: ChangeSource, pipeline: string, { namespace }: Caller): void {
    checkWebhook(webhook, { namespace, pipeline: buildPipelineOf(pipeline) }, this.#options.secret);
  }

  /** What was told while the first build went on was left to it, and may have come when it had fetched already. */
  #lookBehind(source: ProgramSourceRow): void {
    if (source.source.webhook !== null && source.seen === null) this.#polling.soon(source);
  }

  #tellForge(batch: Batch, held: HeldRun, source: ProgramSourceRow, commit: string | undefined): void {
    const wish = buildWish(source, commit);
    if (wish !== null) this.#options.tellForge(batch, held, wish);
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
