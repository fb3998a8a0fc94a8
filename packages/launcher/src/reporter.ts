import type { Journal, JournalRecord } from "./journal.ts";
import type { LauncherMessage } from "./protocol.ts";

/** A journal that could not be written is tried again after this time. */
const JOURNAL_RETRY_MS = 1_000;

/**
 * While attempts wait for slots, reports are gathered for this long: a line costs launcher and worker about 0.1 ms of
 * CPU together, half as much as a start. With nothing waiting, a report leaves with its turn.
 */
const GATHER_MS = 2;

/** What the reporter needs. */
export interface ReporterOptions {
  readonly journal: Journal;
  /** Delivers a batch of messages, each JSON already, to the worker; drops it when there is none. */
  readonly deliver: (messages: readonly string[]) => void;
  /** True when the journal needs to keep nothing. */
  readonly isEmpty: () => boolean;
  /** True when work is waiting, so that throughput counts for more than the latency of one report. */
  readonly isBacklogged: () => boolean;
  /** All that the journal must keep, for when it is written anew. */
  readonly kept: () => readonly JournalRecord[];
}

/**
 * Journal and messages, in batches: everything that happens in one turn of the event loop is one write to the
 * journal and then one line to the worker. What the worker has heard of is in the journal.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  #outbox: string[] = [];
  #isFlushDue = false;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Why nothing may be started now, or null. A journal that failed is tried again first. */
  journalFailure(): string | null {
    const { journal } = this.#options;
    if (journal.failure !== null) journal.flush();
    return journal.failure;
  }

  /** Journals a record with this turn. */
  record(record: JournalRecord): void {
    this.#options.journal.append(record);
    this.#flushSoon();
  }

  /** Sends a message with this turn's batch. */
  send(message: LauncherMessage): void {
    this.#outbox.push(JSON.stringify(message));
    this.#flushSoon();
  }

  /** Journals an end, then sends it; it becomes JSON only once. */
  sendEnd(message: LauncherMessage & { kind: "exited" }): void {
    const text = JSON.stringify(message);
    this.#options.journal.appendEnded(text);
    this.#outbox.push(text);
    this.#flushSoon();
  }

  /** Writes and sends now. */
  flush(): void {
    this.#isFlushDue = false;
    const { journal, isEmpty, kept, deliver } = this.#options;
    journal.flush();
    if (journal.failure !== null) this.#retryLater();
    else if (journal.wantsClearing && isEmpty()) journal.clear();
    else if (journal.wantsCompaction) journal.compact(kept());
    if (this.#outbox.length === 0) return;
    const messages = this.#outbox;
    this.#outbox = [];
    deliver(messages);
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    const flush = () => {
      if (this.#isFlushDue) this.flush();
    };
    setImmediate(() => {
      if (this.#options.isBacklogged()) setTimeout(flush, GATHER_MS);
      else flush();
    });
  }

  #retryLater(): void {
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.flush();
    }, JOURNAL_RETRY_MS);
  }
}
