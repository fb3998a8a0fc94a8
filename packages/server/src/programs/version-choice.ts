import { GaiaError } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import { buildIdOf, UNBUILT_HASH } from "../pipelines/index.ts";
import type { Caller } from "../runs/port.ts";
import type { PipelineRow, ProgramSourceRow, Store } from "../store/port.ts";
import type { Sources } from "./sources.ts";

export interface VersionChoiceOptions {
  readonly pipelines: Pick<Store["pipelines"], "newest" | "version" | "history">;
  readonly sources: Sources;
  /** The row of a pipeline that is a program. @throws GaiaError */
  readonly source: (pipeline: string, namespace: string) => Promise<ProgramSourceRow>;
  readonly hasBuild: (id: string) => boolean;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
}

/** So many versions are looked through for one to go back to. */
const LOOKED_THROUGH = 500;

/** What is changed: the version that runs start from, and the one that was in force before. */
type Choice = Pick<ProgramSourceRow, "pinned" | "former">;

/** Which version of a program is in force: the newest, unless somebody has chosen one. */
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
  async pin(pipeline: string, version: number, caller: Caller): Promise<void> {
    const { source, newest } = await this.#program(pipeline, caller.namespace);
    await this.#usable(source, version);
    const former = formerOf(source, source.pinned ?? newest.version, version);
    await this.#choose(source, { pinned: version, former }, "pipeline.pinned", version, caller);
  }

  /** Runs start from the newest version again. */
  async unpin(pipeline: string, caller: Caller): Promise<void> {
    const { source, newest } = await this.#program(pipeline, caller.namespace);
    const former = formerOf(source, source.pinned ?? newest.version, newest.version);
    const choice = { pinned: null, former };
    await this.#choose(source, choice, "pipeline.unpinned", newest.version, caller);
  }

  /** Moves the pin on to a later version. */
  async promote(pipeline: string, version: number | null, caller: Caller): Promise<void> {
    const { source, newest } = await this.#program(pipeline, caller.namespace);
    const before = source.pinned ?? newest.version;
    const wanted = version ?? newest.version;
    if (wanted === before) return;
    if (wanted < before) {
      throw new GaiaError(
        "conflict",
        `Version ${wanted} of \`${pipeline}\` is older than version ${before}, which is in force. To go back: gaia pipeline pin ${pipeline} ${wanted}`,
      );
    }
    await this.#usable(source, wanted);
    await this.#choose(source, { pinned: wanted, former: before }, "pipeline.promoted", wanted, caller);
  }

  /** Back to the version that was in force before, else to the one before; answers with its number. */
  async rollback(pipeline: string, caller: Caller): Promise<number> {
    const { source, newest } = await this.#program(pipeline, caller.namespace);
    const before = source.pinned ?? newest.version;
    const earlier = await this.#earlier(source, before);
    if (earlier === null) {
      throw new GaiaError(
        "conflict",
        `\`${pipeline}\` has no version before ${before} that is still kept. Build an earlier commit: gaia pipeline build ${pipeline} --commit ID`,
      );
    }
    // The next step back leads further back, not to where this one came from.
    await this.#choose(source, { pinned: earlier, former: null }, "pipeline.rolled_back", earlier, caller);
    return earlier;
  }

  /** The version that was in force before may be a later one. */
  async #earlier(source: ProgramSourceRow, before: number): Promise<number | null> {
    const { namespace, pipeline, former, firstVersion } = source;
    if (former !== null && former !== before && (await this.#isUsable(source, former))) return former;
    const rows = await this.#options.pipelines.history(namespace, pipeline, before, LOOKED_THROUGH);
    for (const { version, kind, hash } of rows) {
      if (version < firstVersion) return null;
      if (kind !== "program" || hash === UNBUILT_HASH) continue;
      if (await this.#isUsable(source, version)) return version;
    }
    return null;
  }

  async #isUsable({ namespace, pipeline }: ProgramSourceRow, version: number): Promise<boolean> {
    const row = await this.#options.pipelines.version(namespace, pipeline, version);
    return row !== null && this.#isKept(row);
  }

  /** @throws GaiaError unless runs can be started from the version */
  async #usable({ namespace, pipeline, firstVersion }: ProgramSourceRow, version: number): Promise<void> {
    const row =
      version < firstVersion ? null : await this.#options.pipelines.version(namespace, pipeline, version);
    if (row === null || buildIdOf(row.definition) === null)
      throw new GaiaError("not_found", `\`${pipeline}\` has no version ${version}.`);
    if (this.#isKept(row)) return;
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

  async #program(
    pipeline: string,
    namespace: string,
  ): Promise<{ readonly source: ProgramSourceRow; readonly newest: PipelineRow }> {
    const source = await this.#options.source(pipeline, namespace);
    const newest = await this.#options.pipelines.newest(namespace, pipeline);
    if (newest !== null && buildIdOf(newest.definition) !== null) return { source, newest };
    throw new GaiaError("conflict", `\`${pipeline}\` has no version yet: it has not been built.`);
  }

  async #choose(
    { namespace, pipeline, pinned }: ProgramSourceRow,
    choice: Choice,
    kind: string,
    version: number,
    { actor }: Caller,
  ): Promise<void> {
    await this.#options.submit((batch) => {
      const { sources } = this.#options;
      const now = sources.inBatch(namespace, pipeline);
      if (now === null || now.pinned !== pinned) {
        throw new GaiaError(
          "conflict",
          `The version of \`${pipeline}\` was changed just now. Look, and try again.`,
        );
      }
      sources.save(batch, { ...now, ...choice });
      batch.note({ namespace, at: batch.now, actor, kind, subject: pipeline, body: { version } });
    });
  }
}

/** A choice that changes nothing does not make the version in force the one before itself. */
function formerOf({ former }: ProgramSourceRow, before: number, after: number): number | null {
  return before === after ? former : before;
}
