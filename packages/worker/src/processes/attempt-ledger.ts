import type { AttemptView, ExitedMessage, StartedMessage, StopMessage, WorkerMessage } from "@gaia/launcher";
import type { ProcessSpec } from "./port.ts";

/** Forgotten attempts that are remembered, in case the connection broke before the launcher heard of it. */
const REMEMBERED_FORGOTTEN = 10_000;

interface Entry {
  /** Kept until the attempt is known to have started; null for an attempt of a former worker. */
  spec: ProcessSpec | null;
  /** The launcher that the start was last sent to; null before that. */
  incarnation: string | null;
  /** The start was sent to more than one launcher, so a log that exists means that the former one started it. */
  isResent: boolean;
  started: StartedMessage | null;
  hasExited: boolean;
  stop: StopMessage | null;
}

/** What there is to tell and to send after a connection was made. */
export interface Reconciliation {
  readonly started: readonly StartedMessage[];
  readonly exited: readonly ExitedMessage[];
  readonly messages: readonly WorkerMessage[];
}

/**
 * What this worker asked of launchers and has been told by them. It makes each start and each end known once, and
 * after a broken connection or a dead launcher says what has to be asked again and what is lost. No I/O.
 */
export class AttemptLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #forgotten = new Set<string>();
  #incarnation: string | null = null;

  /** A new attempt: the message to send, or null when it is known already. `isConnected`: it can be sent now. */
  start(spec: ProcessSpec, isConnected: boolean): WorkerMessage | null {
    if (this.#entries.has(spec.attempt)) return null;
    this.#forgotten.delete(spec.attempt);
    this.#entries.set(spec.attempt, {
      spec,
      incarnation: isConnected ? this.#incarnation : null,
      isResent: false,
      started: null,
      hasExited: false,
      stop: null,
    });
    return { kind: "start", ...spec };
  }

  /** Remembers that an attempt is to be stopped. */
  stop(message: StopMessage): void {
    const entry = this.#entries.get(message.attempt);
    if (entry !== undefined) entry.stop = message;
  }

  /** The attempts need no memory any more. */
  forget(attempts: readonly string[]): void {
    for (const attempt of attempts) {
      this.#entries.delete(attempt);
      this.#forgotten.add(attempt);
    }
    for (const attempt of this.#forgotten) {
      if (this.#forgotten.size <= REMEMBERED_FORGOTTEN) break;
      this.#forgotten.delete(attempt);
    }
  }

  /** A start that was told: itself when it is news. */
  started(message: StartedMessage): StartedMessage | null {
    const entry = this.#entryOf(message.attempt);
    if (entry === null || entry.started !== null || entry.hasExited) return null;
    entry.started = message;
    entry.spec = null;
    return message;
  }

  /** An end that was told: what to make of it when it is news. */
  exited(message: ExitedMessage): ExitedMessage | null {
    const entry = this.#entryOf(message.attempt);
    if (entry === null || entry.hasExited) return null;
    entry.hasExited = true;
    entry.spec = null;
    if (entry.isResent && message.refused?.code === "log_exists") {
      return lostExit(message.attempt, entry.started, message);
    }
    return message;
  }

  /** A launcher is connected and has listed what it knows. */
  connected(incarnation: string, views: readonly AttemptView[]): Reconciliation {
    const isFirst = this.#incarnation === null;
    this.#incarnation = incarnation;
    const started: StartedMessage[] = [];
    const exited: ExitedMessage[] = [];
    const listed = new Set<string>();
    const staleEnds: string[] = [];
    for (const view of views) {
      listed.add(view.attempt);
      if (this.#forgotten.has(view.attempt)) {
        if (view.state === "exited") staleEnds.push(view.attempt);
        continue;
      }
      const isAdopted = isFirst && !this.#entries.has(view.attempt);
      const newStart = view.started === undefined ? null : this.started(view.started);
      const newEnd = view.exited === undefined ? null : this.exited(view.exited);
      this.#entryOf(view.attempt);
      // What former workers started is read with `list`, by a worker that knows what to make of it.
      if (isAdopted) continue;
      if (newStart !== null) started.push(newStart);
      if (newEnd !== null) exited.push(newEnd);
    }
    const messages: WorkerMessage[] = [];
    if (staleEnds.length > 0) messages.push({ kind: "forget", attempts: staleEnds });
    for (const [attempt, entry] of this.#entries) {
      if (entry.hasExited) continue;
      if (!listed.has(attempt)) {
        const isLost = entry.started !== null || entry.spec === null;
        if (isLost) {
          entry.hasExited = true;
          exited.push(lostExit(attempt, entry.started, null));
          continue;
        }
        messages.push(...this.#startAgain(entry, incarnation));
      }
      if (entry.stop !== null) messages.push(entry.stop);
    }
    return { started, exited, messages };
  }

  /** Safe with the same launcher, which knows its attempts, and with another one: the log is the fence. */
  #startAgain(entry: Entry, incarnation: string): readonly WorkerMessage[] {
    if (entry.spec === null) return [];
    if (entry.incarnation !== null && entry.incarnation !== incarnation) entry.isResent = true;
    entry.incarnation = incarnation;
    return [{ kind: "start", ...entry.spec }];
  }

  /** The entry, made when the attempt is a former worker's; null for a forgotten one. */
  #entryOf(attempt: string): Entry | null {
    const known = this.#entries.get(attempt);
    if (known !== undefined) return known;
    if (this.#forgotten.has(attempt)) return null;
    const entry: Entry = {
      spec: null,
      incarnation: this.#incarnation,
      isResent: false,
      started: null,
      hasExited: false,
      stop: null,
    };
    this.#entries.set(attempt, entry);
    return entry;
  }
}

function lostExit(
  attempt: string,
  started: StartedMessage | null,
  told: ExitedMessage | null,
): ExitedMessage {
  const atMs = Date.now();
  return {
    kind: "exited",
    attempt,
    code: null,
    signal: null,
    atMs,
    usage: {
      wallMs: started === null ? 0 : Math.max(0, atMs - started.atMs),
      userMs: null,
      systemMs: null,
      maxRssBytes: null,
    },
    survivors: told?.survivors ?? [],
    stopMeans: started?.means ?? told?.stopMeans ?? "group",
    lost: true,
  };
}
