import { GaiaError } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { HeldRun } from "../engine/port.ts";
import { UNBUILT_DEFINITION, UNBUILT_HASH } from "../pipelines/index.ts";
import type { Caller } from "../runs/port.ts";
import type { PipelineRow, ProgramSourceRow, SourceSettings, Store } from "../store/port.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { Sources } from "./sources.ts";

export interface PipelineMakerOptions {
  readonly pipelines: Pick<Store["pipelines"], "newest">;
  readonly sources: Sources;
  readonly builds: BuildRuns;
  readonly now: () => number;
}

/** What a pipeline is made of. */
export interface MakeOrder {
  readonly pipeline: string;
  readonly source: SourceSettings;
  readonly saidPollMs: number | null;
  readonly seen: string | null;
  readonly caller: Pick<Caller, "actor" | "namespace">;
  /** Written in the same commit. */
  readonly extra: (batch: Batch, held: HeldRun) => void;
}

/** Makes pipelines that are programs: what they are built from, and their first build, in one commit. */
export class PipelineMaker {
  readonly #options: PipelineMakerOptions;

  constructor(options: PipelineMakerOptions) {
    this.#options = options;
  }

  /** Resolves when all of it is durable. @throws GaiaError `conflict` when the name is taken */
  async make({ pipeline, source, saidPollMs, seen, caller, extra }: MakeOrder): Promise<HeldRun> {
    const { namespace, actor } = caller;
    const { sources, builds } = this.#options;
    const place = await this.#placeFor(pipeline, caller);
    const row: ProgramSourceRow = {
      namespace,
      pipeline,
      source,
      saidPollMs,
      firstVersion: place.version,
      firstBuild: 1,
      pinned: null,
      former: null,
      seen,
      lastBuild: null,
      missingSince: null,
    };
    return builds.start(row, {
      actor,
      inputs: {},
      check: () => {
        if (sources.inBatch(namespace, pipeline) !== null) throw taken(pipeline, "program");
      },
      extra: (batch, held) => {
        sources.save(batch, { ...row, firstBuild: held.facts.number });
        batch.savePipeline(place);
        const body = { run: held.id, source: source.url };
        batch.note({ namespace, at: batch.now, actor, kind: "pipeline.created", subject: pipeline, body });
        extra(batch, held);
      },
    });
  }

  /** The row that stands in for the first version until there is one. @throws GaiaError `conflict` */
  async #placeFor(pipeline: string, { namespace, actor }: MakeOrder["caller"]): Promise<PipelineRow> {
    const newest = await this.#options.pipelines.newest(namespace, pipeline);
    if (newest !== null && newest.removedAt === null) throw taken(pipeline, newest.kind);
    return {
      namespace,
      name: pipeline,
      version: (newest?.version ?? 0) + 1,
      kind: "program",
      hash: UNBUILT_HASH,
      source: UNBUILT_DEFINITION,
      definition: UNBUILT_DEFINITION,
      origin: null,
      commit: null,
      at: this.#options.now(),
      actor,
      paused: false,
      removedAt: null,
    };
  }
}

function taken(pipeline: string, kind: PipelineRow["kind"]): GaiaError {
  const remedy =
    kind === "program"
      ? `Build it anew with \`gaia pipeline build ${pipeline}\`, or choose another \`name\`.`
      : "Choose another `name`.";
  const what = kind === "program" ? "pipeline" : kind;
  return new GaiaError("conflict", `There is a ${what} \`${pipeline}\` already. ${remedy}`);
}
