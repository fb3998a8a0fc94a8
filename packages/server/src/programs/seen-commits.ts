import type { Batch } from "../engine/batch.ts";
import type { Clock } from "../engine/clock.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import type { Found } from "../repositories/index.ts";
import type { LastBuild, ProgramSourceRow } from "../store/port.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { Sources } from "./sources.ts";

export interface SeenCommitsOptions {
  readonly sources: Pick<Sources, "get" | "inBatch" | "save" | "refuseRemoved">;
  readonly builds: Pick<BuildRuns, "start" | "definitionOf">;
  /** Whether a build goes on, or what it has come to is not kept yet. */
  readonly isBuilding: (namespace: string, pipeline: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  /** The forge is to be told of a build of the commit, where it wants to be. */
  readonly tellForge: (batch: Batch, held: HeldRun, source: ProgramSourceRow, commit: string) => void;
}

/** A commit that could not be fetched is tried again after so long, and then after twice as long each time. */
const REFETCH_MS = 60_000;
const REFETCH_MS_MAX = 3_600_000;

/** Builds the commits that are seen in the repositories of programs, each once. */
export class SeenCommits {
  readonly #options: SeenCommitsOptions;

  constructor(options: SeenCommitsOptions) {
    this.#options = options;
  }

  /**
   * A commit of a source's branch was seen, by whatever looks: it is built, unless that was asked for already.
   * @returns `later`: it may be one to build, and it is too early to say
   */
  async seen(namespace: string, pipeline: string, commit: string, via: string): Promise<Found> {
    const { sources, builds, isBuilding, clock, log, submit, tellForge } = this.#options;
    const row = sources.get(namespace, pipeline);
    if (row === null || row.seen === commit) return "settled";
    // The first build fetches the newest itself; what it was is known at its end.
    if (row.seen === null && isBuilding(namespace, pipeline)) return "later";
    const keep = (batch: Batch): void => {
      const now = sources.inBatch(namespace, pipeline);
      // What was changed meanwhile is to be built as it is now.
      if (now?.source === row.source) sources.save(batch, { ...now, seen: commit });
    };
    const last = await this.#lastOfSource(row);
    if (last?.commit === commit && last.status !== "cancelled") {
      await submit(keep);
      return "settled";
    }
    if (last !== null && clock.now() < last.at + refetchMs(last)) {
      log.debug({ pipeline, commit }, "a commit is not fetched again yet");
      return "later";
    }
    await builds.start(row, {
      actor: { kind: "system", id: "git", via },
      // The newest by then may be another one, and the forge is told of this.
      inputs: { seen: commit },
      check: () => sources.refuseRemoved(namespace, pipeline),
      extra: (batch, held) => {
        keep(batch);
        tellForge(batch, held, row, commit);
      },
    });
    return "settled";
  }

  /** The last build, where it was of the source as it is now. */
  async #lastOfSource(row: ProgramSourceRow): Promise<LastBuild | null> {
    const { lastBuild } = row;
    return lastBuild !== null && lastBuild.definition === (await this.#options.builds.definitionOf(row))
      ? lastBuild
      : null;
  }
}

/** For how long after this build its commit is not tried again; 0: it has fetched one. */
function refetchMs({ unfetched }: LastBuild): number {
  return unfetched === 0 ? 0 : Math.min(REFETCH_MS * 2 ** (unfetched - 1), REFETCH_MS_MAX);
}
