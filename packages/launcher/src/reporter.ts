import type { Journal, JournalRecord } from "./journal.ts";
import type { ExitedMessage, LauncherMessage } from "./protocol.ts";

/** A journal that could not be written is tried again after this time. */
const JOURNAL_RETRY_MS = 1_000;

/**
 * While attempts wait for slots, reports are gathered for this long: a line costs launcher and worker about 0.1 ms of
 * CPU together, half as much as a start. With nothing waiting, a report leaves with its turn.
 */
const GATHER_MS = 2;

/**
 * How long a start waits for something to be told with. Most of what is shorter ends within it, and then start and end
 * are one line, one report and one commit instead of two, the first of which the second would wait for (measured: a
 * chain of 100 × `true` takes a quarter less). A start is in the journal at once all the same.
 */
const START_MS = 10;

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

interface Entry {
  /** `message`: the end that is sent is the record too. */
  readonly record: JournalRecord | "message" | null;
  readonly message: LauncherMessage | null;
}

/**
 * Journal and messages, in batches: everything that happens in one turn of the event loop is one write to the
 * journal and then one line to the worker. What the worker has heard of is in the journal.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  /**
   * Turned into JSON when they leave, many at a time: between two starts the processor's caches belong to the jobs,
   * and code that runs there costs several times as much.
   */
  #entries: Entry[] = [];
  #isFlushDue = false;
  /** Messages that went to the journal and are still to be delivered. */
  #undelivered: string[] = [];
  #delivery: NodeJS.Timeout | null = null;
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
    this.#entries.push({ record, message: null });
    this.#flushSoon();
  }

  /** Sends a message with this turn's batch. */
  send(message: LauncherMessage): void {
    this.#entries.push({ record: null, message });
    this.#flushSoon();
  }

  /** Journals an end, then sends it; it becomes JSON only once. */
  sendEnd(message: ExitedMessage): void {
    this.#entries.push({ record: "message", message });
    this.#flushSoon();
  }

  /** Writes and sends now. */
  flush(): void {
    this.#write();
    this.#deliver();
  }

  /** Writes to the journal what has happened; says whether it can wait to be told. */
  #write(): "wait" | "tell" {
    this.#isFlushDue = false;
    const { journal, isEmpty, kept } = this.#options;
    const entries = this.#entries;
    this.#entries = [];
    let urgency: "wait" | "tell" = "wait";
    for (const { record, message } of entries) {
      const text = message === null ? "" : JSON.stringify(message);
      if (message !== null) this.#undelivered.push(text);
      if (message !== null && message.kind !== "started") urgency = "tell";
      if (record === "message") journal.appendEnded(text);
      else if (record !== null) journal.append(record);
    }
    journal.flush();
    if (journal.failure !== null) this.#retryLater();
    else if (journal.wantsClearing && isEmpty()) journal.clear();
    else if (journal.wantsCompaction) journal.compact(kept());
    return urgency;
  }

  #deliver(): void {
    if (this.#delivery !== null) clearTimeout(this.#delivery);
    this.#delivery = null;
    const messages = this.#undelivered;
    this.#undelivered = [];
    if (messages.length > 0) this.#options.deliver(messages);
  }

  #writeAndTell(): void {
    if (this.#write() === "tell") this.#deliver();
    else if (this.#undelivered.length > 0) this.#delivery ??= setTimeout(() => this.#deliver(), START_MS);
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    const flush = () => {
      if (this.#isFlushDue) this.#writeAndTell();
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
