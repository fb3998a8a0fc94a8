import { GaiaError } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import { buildIdOf, UNBUILT_HASH, type Workflow } from "../pipelines/index.ts";
import type { Caller } from "../runs/port.ts";
import type { PipelineRow, ProgramSourceRow, Store } from "../store/port.ts";
import type { InTurn } from "./port.ts";
import type { Sources } from "./sources.ts";

export interface VersionChoiceOptions {
  readonly pipelines: Pick<Store["pipelines"], "newest" | "version" | "history">;
  readonly sources: Sources;
  /** The row of a pipeline that is a program. @throws GaiaError */
  readonly source: (pipeline: string, namespace: string) => Promise<ProgramSourceRow>;
  readonly hasBuild: (id: string) => boolean;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  /** Changes of one pipeline, one after the other. */
  readonly inTurn: InTurn;
  /** What a version says. @throws GaiaError `invalid_definition` */
  readonly describe: (row: PipelineRow) => Promise<Workflow>;
  /** Refuses triggers that cannot be armed. @throws GaiaError */
  readonly checkTriggers: (namespace: string, workflow: Workflow) => void;
  /** A pipeline has another version in force. */
  readonly onPipeline: (batch: Batch, row: PipelineRow, workflow: Workflow) => void;
}

/** So many versions are looked through for one to go back to. */
const LOOKED_THROUGH = 500;

/** What is changed: the version that runs start from, and the one that was in force before. */
type Choice = Pick<ProgramSourceRow, "pinned" | "former">;

/** A pipeline before its version is chosen. */
interface Program {
  readonly source: ProgramSourceRow;
  readonly newest: PipelineRow;
}

/** Which version of a program is in force: the newest, unless somebody has chosen one. Its triggers are those that are armed. */
export class VersionChoice {
  readonly #options: VersionChoiceOptions;

  constructor(options: VersionChoiceOptions) {
    this.#options = options;
  }

  /** The version that runs start from. @param newest the newest one */
  async inForce(newest: PipelineRow): Promise<PipelineRow> {
    const { namespace, name, paused, removedAt } = newest;
    const pinned = this.#options.sources.get(namespace, name)?.pinned ?? null;
    if (pinned === null || pinned === newest.version) return newest;
    const row = await this.#options.pipelines.version(namespace, name, pinned);
    return row === null ? newest : { ...row, paused, removedAt };
  }

  /** Runs start from this version from now on, whatever is built. */
  pin(pipeline: string, version: number, caller: Caller): Promise<void> {
    return this.#inTurn(pipeline, caller, async (program) => {
      const { source, newest } = program;
      const row = await this.#usable(source, version);
      const former = formerOf(source, source.pinned ?? newest.version, version);
      await this.#choose(program, { pinned: version, former }, "pipeline.pinned", row, caller);
    });
  }

  /** Runs start from the newest version again. */
  unpin(pipeline: string, caller: Caller): Promise<void> {
    return this.#inTurn(pipeline, caller, async (program) => {
      const { source, newest } = program;
      const former = formerOf(source, source.pinned ?? newest.version, newest.version);
      await this.#choose(program, { pinned: null, former }, "pipeline.unpinned", newest, caller);
    });
  }

  /** Moves the pin on to a later version. */
  promote(pipeline: string, version: number | null, caller: Caller): Promise<void> {
    return this.#inTurn(pipeline, caller, async (program) => {
      const { source, newest } = program;
      const before = source.pinned ?? newest.version;
      const wanted = version ?? newest.version;
      if (wanted === before) return;
      if (wanted < before) {
        throw new GaiaError(
          "conflict",
          `Version ${wanted} of \`${pipeline}\` is older than version ${before}, which is in force. To go back: gaia pipeline pin ${pipeline} ${wanted}`,
        );
      }
      const row = await this.#usable(source, wanted);
      await this.#choose(program, { pinned: wanted, former: before }, "pipeline.promoted", row, caller);
    });
  }

  /** Back to the version that was in force before, else to the one before; answers with its number. */
  rollback(pipeline: string, caller: Caller): Promise<number> {
    return this.#inTurn(pipeline, caller, async (program) => {
      const { source, newest } = program;
      const before = source.pinned ?? newest.version;
      const earlier = await this.#earlier(source, before);
      if (earlier === null) {
        throw new GaiaError(
          "conflict",
          `\`${pipeline}\` has no version before ${before} that is still kept. Build an earlier commit: gaia pipeline build ${pipeline} --commit ID`,
        );
      }
      // The next step back leads further back, not to where this one came from.
      const choice = { pinned: earlier.version, former: null };
      await this.#choose(program, choice, "pipeline.rolled_back", earlier, caller);
      return earlier.version;
    });
  }

  /** What is read here is so until the choice is written. */
  #inTurn<T>(pipeline: string, { namespace }: Caller, change: (program: Program) => Promise<T>): Promise<T> {
    return this.#options.inTurn(namespace, pipeline, async () =>
      change(await this.#program(pipeline, namespace)),
    );
  }

  /** The version that was in force before may be a later one. */
  async #earlier(source: ProgramSourceRow, before: number): Promise<PipelineRow | null> {
    const { namespace, pipeline, former, firstVersion } = source;
    const chosen = former === null || former === before ? null : await this.#kept(source, former);
    if (chosen !== null) return chosen;
    const rows = await this.#options.pipelines.history(namespace, pipeline, before, LOOKED_THROUGH);
    for (const { version, kind, hash } of rows) {
      if (version < firstVersion) return null;
      if (kind !== "program" || hash === UNBUILT_HASH) continue;
      const row = await this.#kept(source, version);
      if (row !== null) return row;
    }
    return null;
  }

  /** Null: what was built for it is not kept any more. */
  async #kept({ namespace, pipeline }: ProgramSourceRow, version: number): Promise<PipelineRow | null> {
    const row = await this.#options.pipelines.version(namespace, pipeline, version);
    return row !== null && this.#isKept(row) ? row : null;
  }

  /** @throws GaiaError unless runs can be started from the version */
  async #usable(
    { namespace, pipeline, firstVersion }: ProgramSourceRow,
    version: number,
  ): Promise<PipelineRow> {
    const row =
      version < firstVersion ? null : await this.#options.pipelines.version(namespace, pipeline, version);
    if (row === null || buildIdOf(row.definition) === null)
      throw new GaiaError("not_found", `\`${pipeline}\` has no version ${version}.`);
    if (this.#isKept(row)) return row;
    const commit = row.commit === null ? "" : ` --commit ${row.commit.id}`;
    throw new GaiaError(
      "conflict",
      `What was built for version ${version} of \`${pipeline}\` is not kept any more. Build it again: gaia pipeline build ${pipeline}${commit}`,
    );
  }

  #isKept(row: PipelineRow): boolean {
    const build = buildIdOf(row.definition);
    return build !== null && this.#options.hasBuild(build);
  }

  async #program(pipeline: string, namespace: string): Promise<Program> {
    const source = await this.#options.source(pipeline, namespace);
    const newest = await this.#options.pipelines.newest(namespace, pipeline);
    if (newest !== null && buildIdOf(newest.definition) !== null) return { source, newest };
    throw new GaiaError("conflict", `\`${pipeline}\` has no version yet: it has not been built.`);
  }

  /** @param row the version that comes into force */
  async #choose(
    { source, newest }: Program,
    choice: Choice,
    kind: string,
    row: PipelineRow,
    { actor }: Caller,
  ): Promise<void> {
    const { submit, sources, describe, checkTriggers, onPipeline } = this.#options;
    const { namespace, pipeline } = source;
    const inForce = { ...row, paused: newest.paused, removedAt: newest.removedAt };
    const workflow = await describe(inForce);
    await submit((batch) => {
      checkTriggers(namespace, workflow);
      // Of the source other things may have changed meanwhile.
      sources.save(batch, { ...(sources.inBatch(namespace, pipeline) ?? source), ...choice });
      onPipeline(batch, inForce, workflow);
      const body = { version: row.version };
      batch.note({ namespace, at: batch.now, actor, kind, subject: pipeline, body });
    });
  }
}

/** A choice that changes nothing does not make the version in force the one before itself. */
function formerOf({ former }: ProgramSourceRow, before: number, after: number): number | null {
  return before === after ? former : before;
}
