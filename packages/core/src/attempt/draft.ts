import type { AttemptOutput } from "./output.ts";
import type {
  AttemptName,
  AttemptReport,
  AttemptState,
  AttemptsHeader,
  HeldAttempts,
  OutboxEntry,
} from "./state.ts";

/** One transition in the making: reads see what it has written so far. */
export interface Draft {
  readonly held: HeldAttempts;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly outputs: AttemptOutput[];
  readonly attempts: Map<string, AttemptState | null>;
  header: AttemptsHeader;
}

export function draftOf(held: HeldAttempts, now: number): Draft {
  return { held, now, outputs: [], attempts: new Map(), header: held.header };
}

export function read(draft: Draft, key: string): AttemptState | null {
  const written = draft.attempts.get(key);
  return written === undefined ? (draft.held.attempts.get(key) ?? null) : written;
}

/** Writes an attempt's state (null: gone) and keeps the header's counts true. */
export function write(draft: Draft, key: string, next: AttemptState | null): void {
  const before = read(draft, key);
  draft.attempts.set(key, next);
  draft.header = {
    ...draft.header,
    launched: draft.header.launched + isLaunched(next) - isLaunched(before),
    waiting: draft.header.waiting + isWaiting(next) - isWaiting(before),
  };
}

/** Every attempt as it is now, in the order in which they came; a snapshot, so that one may write meanwhile. */
export function everyAttempt(draft: Draft): readonly (readonly [string, AttemptState])[] {
  const all: (readonly [string, AttemptState])[] = [];
  for (const [key, state] of draft.held.attempts) {
    const current = draft.attempts.get(key);
    if (current === undefined) all.push([key, state]);
    else if (current !== null) all.push([key, current]);
  }
  for (const [key, state] of draft.attempts) {
    if (state !== null && !draft.held.attempts.has(key)) all.push([key, state]);
  }
  return all;
}

/**
 * Puts a report into the outbox. A `started` that has not been sent yet is replaced by the attempt's end, which says
 * when it started: a short attempt costs the server one report, and one commit, instead of two.
 *
 * @param notBefore monotonic milliseconds
 */
export function report(draft: Draft, entry: AttemptReport, notBefore = 0): void {
  const kept =
    entry.kind === "started" ? draft.header.outbox : withoutUnsent(draft.header.outbox, entry.name);
  draft.header = { ...draft.header, outbox: [...kept, { seq: null, report: entry, notBefore }] };
}

/** Removes what was not sent yet about an attempt; what has a number stays, so that numbers have no gaps. */
export function dropUnsent(draft: Draft, name: AttemptName): void {
  draft.header = { ...draft.header, outbox: withoutUnsent(draft.header.outbox, name) };
}

export function isSame(left: AttemptName, right: AttemptName): boolean {
  return (
    left.run === right.run &&
    left.job === right.job &&
    left.attempt === right.attempt &&
    left.token === right.token
  );
}

function withoutUnsent(outbox: readonly OutboxEntry[], name: AttemptName): readonly OutboxEntry[] {
  return outbox.filter((entry) => entry.seq !== null || !isSame(entry.report.name, name));
}

function isLaunched(state: AttemptState | null): number {
  if (state === null) return 0;
  return state.kind === "launching" || state.kind === "running" || state.kind === "stopping" ? 1 : 0;
}

function isWaiting(state: AttemptState | null): number {
  return state !== null && state.kind === "prepared" ? 1 : 0;
}
