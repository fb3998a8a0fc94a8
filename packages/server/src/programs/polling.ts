import type { Clock } from "../engine/clock.ts";
import type { Logger } from "../observe/port.ts";
import { type Found, Looking } from "../repositories/index.ts";
import type { ProgramSourceRow } from "../store/port.ts";

export interface PollingOptions {
  readonly sources: () => readonly ProgramSourceRow[];
  readonly clock: Clock;
  readonly log: Logger;
  /** The newest commit of a source's branch. @throws GitError */
  readonly look: (row: ProgramSourceRow, signal: AbortSignal) => Promise<string>;
  /** @param isHinted a forge has told of a push */
  readonly onCommit: (row: ProgramSourceRow, commit: string, isHinted: boolean) => Promise<Found>;
}

/**
 * Looks at the repositories of pipeline programs for new commits: as often as their sources say, when a forge tells of a
 * push, and once when the server starts, for what was told before.
 */
export class Polling {
  readonly #looking: Looking<string>;

  constructor({ sources, clock, log, look, onCommit }: PollingOptions) {
    this.#looking = new Looking({
      clock,
      log,
      items: () =>
        sources()
          .filter(({ source, pollMs }) => source.kind === "git" && (pollMs > 0 || source.webhook !== null))
          .map((row) => ({
            key: keyOf(row),
            identity: JSON.stringify(row.source),
            pipeline: row.pipeline,
            intervalMs: row.pollMs === 0 ? Number.POSITIVE_INFINITY : row.pollMs,
            look: (signal) => look(row, signal),
            found: (commit, isHinted) => onCommit(row, commit, isHinted),
          })),
    });
  }

  start(): void {
    this.#looking.start();
  }

  close(): Promise<void> {
    return this.#looking.close();
  }

  /** A forge tells of a push: the source is looked at as soon as can be. */
  soon(row: ProgramSourceRow): void {
    this.#looking.soon(keyOf(row));
  }

  /** Why a source could not be looked at the last time; empty: it could, or was not yet. */
  problemOf(row: ProgramSourceRow): string {
    return this.#looking.problemOf(keyOf(row))?.message ?? "";
  }
}

function keyOf({ namespace, pipeline }: ProgramSourceRow): string {
  return `${namespace}\n${pipeline}`;
}
