import { errorFrom } from "@gaia/contracts";
import { GitError } from "@gaia/git";
import type { Cancel, Clock } from "../engine/clock.ts";
import type { Logger } from "../observe/port.ts";
import type { ProgramSourceRow } from "../store/port.ts";

export interface PollingOptions {
  readonly sources: () => readonly ProgramSourceRow[];
  readonly clock: Clock;
  readonly log: Logger;
  /** The newest commit of a source's branch. @throws GitError */
  readonly look: (row: ProgramSourceRow, signal: AbortSignal) => Promise<string>;
  readonly onCommit: (row: ProgramSourceRow, commit: string) => Promise<void>;
}

/** Sources are gone through at this pace: new ones, and those that are due. */
const TICK_MS = 1_000;
/** Each is a `git` and a connection. */
const LOOKS_AT_ONCE = 4;
/** A source that cannot be read is looked at more and more seldom, but at least so often. */
const SELDOM_MS = 3_600_000;

/** What is known of a source beside its row. */
interface Watched {
  source: ProgramSourceRow["source"];
  /** By the monotonic clock. */
  dueAt: number;
  failures: number;
  /** Why it could not be looked at the last time; empty: it could. */
  problem: string;
}

/** Looks at repositories for new commits, where no webhook tells of them. */
export class Polling {
  readonly #options: PollingOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #looking = new Map<string, Promise<void>>();
  readonly #abort = new AbortController();
  #cancel: Cancel | null = null;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(TICK_MS, () => {
      this.#tick();
      this.start();
    });
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#abort.abort();
    await Promise.all(this.#looking.values());
  }

  /** Why a source could not be looked at the last time; empty: it could, or was not yet. */
  problemOf(row: ProgramSourceRow): string {
    return this.#watched.get(keyOf(row))?.problem ?? "";
  }

  #tick(): void {
    const rows = this.#options.sources().filter(({ source, pollMs }) => source.kind === "git" && pollMs > 0);
    const keys = new Set(rows.map(keyOf));
    for (const key of this.#watched.keys()) if (!keys.has(key)) this.#watched.delete(key);
    const now = this.#options.clock.elapsed();
    for (const row of rows) {
      if (this.#looking.size >= LOOKS_AT_ONCE) return;
      const key = keyOf(row);
      const watched = this.#watchedAs(key, row, now);
      if (watched.dueAt > now || this.#looking.has(key)) continue;
      const looking = this.#look(row, watched).finally(() => this.#looking.delete(key));
      this.#looking.set(key, looking);
    }
  }

  /** A source that was changed is a new one. */
  #watchedAs(key: string, { source }: ProgramSourceRow, now: number): Watched {
    const known = this.#watched.get(key);
    if (known !== undefined && JSON.stringify(known.source) === JSON.stringify(source)) return known;
    const watched: Watched = { source, dueAt: now, failures: 0, problem: "" };
    this.#watched.set(key, watched);
    return watched;
  }

  async #look(row: ProgramSourceRow, watched: Watched): Promise<void> {
    const { clock, log, look, onCommit } = this.#options;
    const { pipeline, pollMs } = row;
    try {
      const commit = await look(row, this.#abort.signal);
      if (watched.problem !== "") log.info({ pipeline }, "a source can be looked at again");
      watched.problem = "";
      watched.failures = 0;
      await onCommit(row, commit);
    } catch (caught) {
      if (this.#abort.signal.aborted) return;
      watched.failures += 1;
      const problem = caught instanceof GitError ? caught.message : errorFrom(caught).message;
      // Told once: it would be the same each minute.
      if (problem !== watched.problem) log.warn({ pipeline, why: problem }, "a source cannot be looked at");
      watched.problem = problem;
    } finally {
      const wait = Math.min(pollMs * 2 ** Math.min(watched.failures, 20), Math.max(pollMs, SELDOM_MS));
      watched.dueAt = clock.elapsed() + wait;
    }
  }
}

function keyOf({ namespace, pipeline }: ProgramSourceRow): string {
  return `${namespace}\n${pipeline}`;
}
