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

/** How often a source is looked at that does not say: a push is noticed so soon where no webhook tells of it. */
const POLL_MS = 60_000;
/** The same where one does: what a forge could not deliver is made up for. */
const HOOKED_POLL_MS = 3_600_000;

/** How often a source is looked at for new commits; 0: not at all. What was not said follows when a webhook comes or goes. */
export function pollMsOf({ source, saidPollMs }: Pick<ProgramSourceRow, "source" | "saidPollMs">): number {
  if (source.kind !== "git") return 0;
  return saidPollMs ?? (source.webhook === null ? POLL_MS : HOOKED_POLL_MS);
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
          .filter((row) => pollMsOf(row) > 0 || row.source.webhook !== null)
          .map((row) => ({
            key: keyOf(row),
            identity: JSON.stringify(row.source),
            pipeline: row.pipeline,
            intervalMs: pollMsOf(row) || Number.POSITIVE_INFINITY,
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
