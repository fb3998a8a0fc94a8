import { CREDENTIALS_FOLDER, errorFrom, LIMITS, pipelineOfBuild, runFolder } from "@gaia/contracts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { EndReason } from "@gaia/core";
import type { Batch } from "../engine/batch.ts";
import type { Clock } from "../engine/clock.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import { buildIdOf, type Workflow } from "../pipelines/index.ts";
import type {
  EndedBuild,
  LastBuild,
  PipelineRow,
  ProgramSourceRow,
  StatusWish,
  Store,
} from "../store/port.ts";
import { type BuildOutcome, buildState, buildWish } from "./build-status.ts";
import { SOURCE_FOLDER } from "./build-definition.ts";
import { readBuilt, versionOf } from "./built-version.ts";
import type { InTurn } from "./port.ts";
import type { Sources } from "./sources.ts";

export interface EndedBuildsOptions {
  readonly pipelines: Pick<Store["pipelines"], "newest">;
  readonly sources: Sources;
  readonly clock: Clock;
  readonly log: Logger;
  readonly home: string;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  /** Changes of one pipeline, one after the other: the next version's number is the newest's and one. */
  readonly inTurn: InTurn;
  /** What a version says. @throws GaiaError `invalid_definition` */
  readonly describe: (row: PipelineRow) => Promise<Workflow>;
  /** Refuses triggers that cannot be armed. @throws GaiaError */
  readonly checkTriggers: (namespace: string, workflow: Workflow) => void;
  /** What follows from a build is written. */
  readonly onSettled: (source: ProgramSourceRow) => void;
  /** A forge is to be told what a build has come to; `wish` null: only if it was told of the build's beginning. */
  readonly tellForge: (
    batch: Batch,
    build: { readonly id: string; readonly namespace: string },
    told: ReturnType<typeof buildState>,
    wish: StatusWish | null,
  ) => void;
  /** A pipeline has another version in force. */
  readonly onPipeline: (batch: Batch, row: PipelineRow, workflow: Workflow) => void;
}

const RETRY_MS = 1_000;

/** What a build has come to: a version, or the reason why there is none. */
type Consequence =
  | { readonly kind: "version"; readonly row: PipelineRow; readonly workflow: Workflow }
  | { readonly kind: "unchanged"; readonly version: number }
  | { readonly kind: "none"; readonly status: "failed" | "cancelled"; readonly message: string };

interface Unsettled {
  readonly build: EndedBuild;
  readonly held: HeldRun | null;
}

/**
 * Makes versions of what builds have built. The end of a build's run and the wish to make its version are one commit, the
 * version and the end of the wish are one: each build that succeeds makes one version, whatever is killed in between.
 */
export class EndedBuilds {
  readonly #options: EndedBuildsOptions;
  readonly #settling = new Set<Promise<void>>();
  #isClosed = false;
  /** Builds that have ended, by their runs, until what they have come to is kept. */
  readonly #unsettled = new Map<string, Unsettled>();
  /** Until versions can be made: what waits for that. */
  #held: EndedBuild[] | null = [];

  constructor(options: EndedBuildsOptions) {
    this.#options = options;
  }

  /** Takes up what the store remembers. */
  load(builds: readonly EndedBuild[]): void {
    for (const build of builds) {
      this.#unsettled.set(build.run, { build, held: null });
      this.#settle(build);
    }
  }

  /** Versions can be made from now on. */
  start(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const build of held) this.#settle(build);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#settling);
  }

  /** A run has ended in this batch. */
  ended(batch: Batch, held: HeldRun): void {
    const pipeline = pipelineOfBuild(held.facts.pipeline);
    const { status, outputs } = held.run.header;
    if (pipeline === null || (status !== "completed" && status !== "failed" && status !== "cancelled"))
      return;
    const build: EndedBuild = {
      run: held.id,
      namespace: held.namespace,
      pipeline,
      number: held.facts.number,
      definition: held.facts.pipelineVersion,
      isNewest: (held.facts.settings.inputs["commit"] ?? "") === "",
      createdAt: held.run.header.createdAt,
      status,
      at: batch.now,
      message: status === "completed" ? "" : whyNot(held),
      outputs: status === "completed" ? outputs : fetchedBy(held),
    };
    batch.program({ kind: "build_ended", build });
    // At once: its run does not count as live any more.
    this.#unsettled.set(held.id, { build, held });
    batch.undo(() => this.#unsettled.delete(held.id));
    batch.after(() => this.#settle(build));
  }

  /** Whether a build of a pipeline has ended of which nobody can say yet what it has come to. */
  hasUnsettled(namespace: string, pipeline: string): boolean {
    return this.#unsettledOf(namespace, pipeline).length > 0;
  }

  /** The newest such build; null: there is none, or it is of a server before this one. */
  unsettled(namespace: string, pipeline: string): HeldRun | null {
    return this.#unsettledOf(namespace, pipeline).at(-1)?.held ?? null;
  }

  #unsettledOf(namespace: string, pipeline: string): readonly Unsettled[] {
    return [...this.#unsettled.values()].filter(
      ({ build }) => build.namespace === namespace && build.pipeline === pipeline,
    );
  }

  #settle(build: EndedBuild): void {
    if (this.#held !== null) return void this.#held.push(build);
    const settling = this.#options
      .inTurn(build.namespace, build.pipeline, () => this.#try(build))
      .finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  /** Never rejects. */
  async #try(build: EndedBuild): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#perform(build);
    } catch (caught) {
      if (this.#isClosed) return;
      this.#options.log.error({ err: errorFrom(caught), run: build.run }, "a build's end could not be kept");
      this.#options.clock.after(RETRY_MS, () => this.#settle(build));
    }
  }

  async #perform(build: EndedBuild): Promise<void> {
    const { sources, submit, log, home } = this.#options;
    const { namespace, pipeline, run } = build;
    const consequence = await this.#consequenceOf(build);
    // What it has fetched is in the build now, as far as it is wanted. A machine that died has removed no credential.
    const scratch = join(home, runFolder(run, build.createdAt), "scratch");
    for (const folder of [SOURCE_FOLDER, CREDENTIALS_FOLDER])
      await rm(join(scratch, folder), { recursive: true, force: true });
    let outcome: Consequence["kind"] = consequence.kind;
    await submit((batch) => {
      outcome = this.#write(batch, build, consequence);
    });
    log.info({ pipeline, run, outcome }, "a build has ended");
    const settled = sources.get(namespace, pipeline);
    if (settled !== null) this.#options.onSettled(settled);
  }

  /** Answers with what it has come to in the end. */
  #write(batch: Batch, build: EndedBuild, built: Consequence): Consequence["kind"] {
    const { sources } = this.#options;
    const { namespace, pipeline, run, number } = build;
    batch.program({ kind: "build_settled", run });
    batch.after(() => this.#unsettled.delete(run));
    const found = sources.inBatch(namespace, pipeline);
    // Removed meanwhile: nobody wants it any more.
    const source = found === null || number < found.firstBuild ? null : found;
    // Of one that is pinned the chosen version's triggers stay armed.
    const isArmed = source !== null && source.pinned === null;
    const consequence = isArmed ? this.#armable(namespace, built) : built;
    const wish = source === null ? null : buildWish(source, build.outputs["commit"]);
    this.#options.tellForge(batch, { id: run, namespace }, buildState(outcomeOf(consequence)), wish);
    if (source === null) return consequence.kind;
    sources.save(batch, { ...source, ...changesBy(source, build, consequence) });
    if (consequence.kind === "version") {
      batch.savePipeline(consequence.row);
      if (isArmed) this.#options.onPipeline(batch, consequence.row, consequence.workflow);
    }
    const kind = NOTES[consequence.kind === "none" ? consequence.status : consequence.kind];
    const actor = { kind: "run", id: run, via: "build" } as const;
    const more =
      consequence.kind === "none"
        ? { message: consequence.message }
        : { version: consequence.kind === "version" ? consequence.row.version : consequence.version };
    batch.note({ namespace, at: batch.now, actor, kind, subject: pipeline, body: { run, number, ...more } });
    return consequence.kind;
  }

  /** By the triggers that are armed in this moment: those of a build that ended just now are among them. */
  #armable(namespace: string, consequence: Consequence): Consequence {
    if (consequence.kind !== "version") return consequence;
    try {
      this.#options.checkTriggers(namespace, consequence.workflow);
      return consequence;
    } catch (caught) {
      return refusal(caught);
    }
  }

  async #consequenceOf(build: EndedBuild): Promise<Consequence> {
    const { sources, pipelines, home, describe } = this.#options;
    const source = sources.get(build.namespace, build.pipeline);
    const newest = await pipelines.newest(build.namespace, build.pipeline);
    if (source === null || newest === null || build.number < source.firstBuild)
      return none("cancelled", "its pipeline was removed");
    if (build.status !== "completed") return none(build.status, build.message);
    try {
      const built = await readBuilt(home, build);
      if (buildIdOf(newest.definition) === built.id) return { kind: "unchanged", version: newest.version };
      const row = versionOf(source, newest, build, built);
      return { kind: "version", row, workflow: await describe(row) };
    } catch (caught) {
      return refusal(caught);
    }
  }
}

/** No version can be made of what was built. @throws GaiaError when that is not why */
function refusal(caught: unknown): Consequence {
  const error = errorFrom(caught);
  if (error.code === "conflict" || error.code === "invalid_definition" || error.code === "too_large")
    return none("failed", error.message);
  throw error;
}

function outcomeOf(consequence: Consequence): BuildOutcome {
  return consequence.kind === "version" ? { kind: "version", version: consequence.row.version } : consequence;
}

const NOTES = {
  version: "pipeline.built",
  unchanged: "pipeline.unchanged",
  failed: "pipeline.build_failed",
  cancelled: "pipeline.build_cancelled",
} as const;

/** What is remembered otherwise of a pipeline after this build. */
function changesBy(
  { source, pinned, former, seen, lastBuild }: ProgramSourceRow,
  build: EndedBuild,
  consequence: Consequence,
): Pick<ProgramSourceRow, "lastBuild" | "former" | "seen"> {
  const commit = typeof build.outputs["commit"] === "string" ? build.outputs["commit"] : null;
  const isFailed = consequence.kind === "none" && consequence.status === "failed";
  const isUnfetched = source.kind === "git" && build.isNewest && isFailed && commit === null;
  const before = commit === null ? (lastBuild?.unfetched ?? 0) : 0;
  return {
    lastBuild: lastBuildOf(build, consequence, commit, isUnfetched ? before + 1 : before),
    // Where none is pinned it is in force by itself, and what was chosen before is not the one before it.
    former: consequence.kind === "version" && pinned === null ? null : former,
    // Nothing is known of the commit: whoever looks next finds it new.
    seen: isUnfetched ? null : seen,
  };
}

function lastBuildOf(
  { run, number, definition, at }: EndedBuild,
  consequence: Consequence,
  commit: string | null,
  unfetched: number,
): LastBuild {
  const facts = { run, number, definition, at, commit, unfetched };
  switch (consequence.kind) {
    case "version":
      return { ...facts, status: "built", version: consequence.row.version, message: "" };
    case "unchanged":
      return { ...facts, status: "unchanged", version: consequence.version, message: "" };
    case "none":
      return { ...facts, status: consequence.status, version: null, message: consequence.message };
  }
}

function none(status: "failed" | "cancelled", message: string): Consequence {
  return { kind: "none", status, message };
}

/** What a build that came to nothing has fetched: the commit that failed. */
function fetchedBy({ run }: HeldRun): EndedBuild["outputs"] {
  const completed = [...run.jobs.values()].filter((state) => state.kind === "completed");
  return Object.assign({}, ...completed.map(({ outputs }) => outputs)) as EndedBuild["outputs"];
}

/** What the first task that failed says of it itself (output `error`), else how it ended. */
function whyNot({ run }: HeldRun): string {
  for (const [number, state] of run.jobs) {
    if (state.kind !== "failed") continue;
    const said = state.outputs["error"];
    const text =
      typeof said === "string" && said !== ""
        ? said
        : `${run.graph.jobs[number]?.key ?? "a task"} ${endOf(state.reason)}`;
    return text.slice(0, LIMITS.messageCharacters);
  }
  const { reason } = run.header;
  if (reason.kind === "replaced") return "a newer build took its place";
  if (reason.kind === "stopped") return reason.comment === "" ? `stopped by ${reason.by}` : reason.comment;
  return reason.kind === "timed_out" ? "it ran out of time" : "it did not complete";
}

function endOf(reason: EndReason): string {
  if (reason.kind === "attempt") {
    if (reason.outcome === "timed_out") return "ran out of time";
    return reason.exitCode === null ? reason.message || reason.outcome : `exited with ${reason.exitCode}`;
  }
  return "message" in reason && reason.message !== "" ? reason.message : "did not complete";
}
