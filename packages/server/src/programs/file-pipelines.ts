import { GaiaError } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { Actor, ProgramSourceRow } from "../store/port.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { PipelineMaker } from "./pipeline-maker.ts";
import type { Sources } from "./sources.ts";

export interface FilePipelinesOptions {
  readonly namespace: string;
  readonly sources: Sources;
  readonly builds: BuildRuns;
  readonly maker: PipelineMaker;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  readonly now: () => number;
}

const ACTOR: Actor = { kind: "system", id: "programs", via: "file" };

/** Pipelines whose versions are files that people put into the home. */
export class FilePipelines {
  readonly #options: FilePipelinesOptions;

  constructor(options: FilePipelinesOptions) {
    this.#options = options;
  }

  /** Files that were there when last looked at. */
  known(): readonly string[] {
    return this.#options.sources
      .all()
      .filter(({ source, missingSince }) => source.kind === "file" && missingSince === null)
      .map(({ source }) => source.url);
  }

  /** A file is there: a new pipeline, a new version, or what was known already. @throws GaiaError `conflict` */
  async there(found: {
    readonly pipeline: string;
    readonly file: string;
    readonly stamp: string;
  }): Promise<void> {
    const { namespace, sources, builds, maker, submit } = this.#options;
    const { pipeline, file, stamp } = found;
    const row = sources.get(namespace, pipeline);
    if (row === null) {
      await maker.make({
        pipeline,
        source: sourceOf(file),
        saidPollMs: null,
        seen: stamp,
        caller: { actor: ACTOR, namespace },
        extra: () => undefined,
      });
      return;
    }
    if (row.source.kind !== "file" || row.source.url !== file) {
      throw new GaiaError(
        "conflict",
        `The pipeline \`${pipeline}\` is built from ${row.source.url} already. Give the file another name, or remove that pipeline first: gaia pipeline rm ${pipeline}`,
      );
    }
    const save = (batch: Batch): void => {
      const now = sources.inBatch(namespace, pipeline);
      if (now !== null) sources.save(batch, { ...now, seen: stamp, missingSince: null });
    };
    if (row.seen === stamp) {
      if (row.missingSince !== null) await submit(save);
      return;
    }
    await builds.start(row, { actor: ACTOR, inputs: {}, check: () => undefined, extra: save });
  }

  /** A file is gone: its pipeline stays, and says so. */
  async gone(file: string): Promise<void> {
    const { namespace, sources, submit, now } = this.#options;
    const row = this.#rowOf(file);
    if (row === null || row.missingSince !== null) return;
    await submit((batch) => {
      const { pipeline } = row;
      const current = sources.inBatch(namespace, pipeline);
      if (current === null) return;
      sources.save(batch, { ...current, missingSince: now() });
      const body = { file };
      batch.note({
        namespace,
        at: batch.now,
        actor: ACTOR,
        kind: "pipeline.file_gone",
        subject: pipeline,
        body,
      });
    });
  }

  #rowOf(file: string): ProgramSourceRow | null {
    const { namespace, sources } = this.#options;
    return (
      sources
        .all()
        .find(
          (row) => row.namespace === namespace && row.source.kind === "file" && row.source.url === file,
        ) ?? null
    );
  }
}

function sourceOf(file: string): ProgramSourceRow["source"] {
  return {
    kind: "file",
    url: file,
    branch: null,
    folder: ".",
    language: null,
    credential: null,
    knownHosts: null,
    submodules: false,
    webhook: null,
    status: null,
  };
}
