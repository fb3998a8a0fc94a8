import { errorFrom } from "@gaia/contracts";
import { GitError } from "@gaia/git";
import type { Cancel, Clock } from "../engine/clock.ts";
import type { Logger } from "../observe/port.ts";

/** What has become of what was found. `later`: it cannot be dealt with yet, and whoever hinted at it need not hint again. */
export type Found = "settled" | "later";

/** A repository that is looked at. */
export interface Item<T> {
  readonly key: string;
  /** All on which the answer depends: when it changes, it is another repository, and nothing is known of it. */
  readonly identity: string;
  /** Whose repository it is, for the log. */
  readonly pipeline: string;
  /** Infinity: it is looked at when it comes, and because of hints. */
  readonly intervalMs: number;
  /** Asks the repository. @throws when it cannot be read */
  readonly look: (signal: AbortSignal) => Promise<T>;
  /**
   * Told what there is, and whether somebody hinted at it; when that throws, the next look tells it again. @throws
   * GitError when more of the repository was asked for, and cannot be read
   */
  readonly found: (result: T, isHinted: boolean) => Promise<Found>;
}

export interface LookingOptions<T> {
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that are to be looked at, as they are now. */
  readonly items: () => readonly Item<T>[];
}

/** Why a repository could not be looked at the last time. */
export interface Problem {
  readonly at: number;
  readonly message: string;
}

/** Items are gone through at this pace: new ones, and those that are due. */
const TICK_MS = 1_000;
/** Each is a `git` and a connection. */
export const LOOKS_AT_ONCE = 4;
/** A repository that cannot be read is looked at more and more seldom, but at least so often. */
const SELDOM_MS = 3_600_000;
/**
 * Between two looks at one repository because of hints: whoever has seen one delivery may send it again and again. Doubled
 * each time that it came to nothing, which is tried until it does not: nobody may hint again.
 */
const HINT_MS = 1_000;

/** What is known of an item. */
interface Watched<T> {
  item: Item<T>;
  /** When it was looked at last, or came, by the monotonic clock. */
  since: number;
  looking: Promise<void> | null;
  /** Why there may be something to see that was not dealt with; null: there is no reason. */
  hint: Hint | null;
  failures: number;
  problem: Problem | null;
  /** What was told of it last; empty: all is well. */
  told: string;
  /** Aborted when the item is gone, or another one. */
  readonly abort: AbortController;
}

interface Hint {
  /** It came just now, and may have been hinted at before; or somebody hints at it. */
  readonly kind: "new" | "told";
  /** Looks that came to nothing since. */
  tries: number;
}

/** Looks at repositories again and again, some at a time: whoever is due for longest comes first. */
export class Looking<T> {
  readonly #options: LookingOptions<T>;
  readonly #watched = new Map<string, Watched<T>>();
  /** Looks that go on, those of items that are gone included. */
  readonly #looks = new Set<Promise<void>>();
  #cancel: Cancel | null = null;
  #closed = false;

  constructor(options: LookingOptions<T>) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(TICK_MS, () => {
      this.#goOn();
      this.start();
    });
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#closed = true;
    for (const { abort } of this.#watched.values()) abort.abort();
    await Promise.all(this.#looks);
  }

  /** Somebody says that there is something to see: it is looked at as soon as can be, and until that succeeds. */
  soon(key: string): void {
    if (this.#closed) return;
    this.#takeUp();
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    // A look that goes on may have come before what is hinted at.
    watched.hint = { kind: "told", tries: 0 };
    this.#goOn();
  }

  /** Null: it could be looked at the last time, or was not yet. */
  problemOf(key: string): Problem | null {
    return this.#watched.get(key)?.problem ?? null;
  }

  #goOn(): void {
    if (this.#closed) return;
    this.#takeUp();
    const now = this.#options.clock.elapsed();
    const due = [...this.#watched.values()]
      .filter((watched) => watched.looking === null && dueAt(watched) <= now)
      .toSorted((one, other) => dueAt(one) - dueAt(other));
    for (const watched of due.slice(0, Math.max(0, LOOKS_AT_ONCE - this.#looks.size))) this.#begin(watched);
  }

  /** An item that was changed is a new one. */
  #takeUp(): void {
    const items = new Map(this.#options.items().map((item) => [item.key, item]));
    for (const [key, watched] of this.#watched) {
      const item = items.get(key);
      if (item?.identity === watched.item.identity) {
        watched.item = item;
        continue;
      }
      watched.abort.abort();
      this.#watched.delete(key);
    }
    for (const item of items.values()) {
      if (this.#watched.has(item.key)) continue;
      this.#watched.set(item.key, {
        item,
        since: this.#options.clock.elapsed(),
        looking: null,
        hint: { kind: "new", tries: 0 },
        failures: 0,
        problem: null,
        told: "",
        abort: new AbortController(),
      });
    }
  }

  #begin(watched: Watched<T>): void {
    const looking = this.#look(watched).finally(() => {
      watched.looking = null;
      watched.since = this.#options.clock.elapsed();
      this.#looks.delete(looking);
      this.#goOn();
    });
    watched.looking = looking;
    this.#looks.add(looking);
  }

  async #look(watched: Watched<T>): Promise<void> {
    const { signal } = watched.abort;
    const { hint } = watched;
    let result: T;
    try {
      result = await watched.item.look(signal);
    } catch (caught) {
      return this.#unreadable(watched, hint, caught);
    }
    // What was there before a change of the item says nothing of what it is now.
    if (!this.#closed) this.#takeUp();
    if (signal.aborted) return;
    try {
      const became = await watched.item.found(result, hint?.kind === "told");
      this.#readable(watched);
      watched.told = "";
      if (became === "later" && hint !== null) hint.tries += 1;
      else if (watched.hint === hint) watched.hint = null;
    } catch (caught) {
      // What was found asked for more of the repository.
      if (caught instanceof GitError) return this.#unreadable(watched, hint, caught);
      this.#readable(watched);
      if (hint !== null) hint.tries += 1;
      this.#tell(watched, errorFrom(caught).message, "what is in a repository could not be dealt with");
    }
  }

  #unreadable(watched: Watched<T>, hint: Hint | null, caught: unknown): void {
    if (watched.abort.signal.aborted) return;
    watched.failures += 1;
    if (hint !== null) hint.tries += 1;
    const message = caught instanceof GitError ? caught.message : errorFrom(caught).message;
    watched.problem = { at: this.#options.clock.now(), message };
    this.#tell(watched, message, "a repository cannot be looked at");
  }

  #readable(watched: Watched<T>): void {
    watched.failures = 0;
    if (watched.problem !== null)
      this.#options.log.info({ pipeline: watched.item.pipeline }, "a repository can be looked at again");
    watched.problem = null;
  }

  /** Once: it would be the same each minute. */
  #tell(watched: Watched<T>, why: string, message: string): void {
    if (watched.told === why || watched.abort.signal.aborted) return;
    watched.told = why;
    this.#options.log.warn({ pipeline: watched.item.pipeline, why }, message);
  }
}

function dueAt<T>({ item: { intervalMs }, since, hint, failures }: Watched<T>): number {
  if (hint?.kind === "new" && hint.tries === 0) return since;
  const usual = Math.min(intervalMs * 2 ** Math.min(failures, 20), Math.max(intervalMs, SELDOM_MS));
  if (hint === null) return since + usual;
  return since + Math.min(usual, HINT_MS * 2 ** Math.min(hint.tries, 20), SELDOM_MS);
}
