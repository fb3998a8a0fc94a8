import { everyAttempt, read, report, write, type Draft } from "./draft.ts";
import type { AttemptInput } from "./input.ts";
import { neverStarted } from "./orders.ts";
import {
  attemptKey,
  type AttemptCause,
  type AttemptEnd,
  type AttemptOrder,
  type AttemptState,
  type ProcessExit,
  type StartedProcess,
} from "./state.ts";

/** A start is told this late, so that attempts which end sooner are told once; nobody waits for a start. */
export const STARTED_HOLD_MS = 20;

type Input<K extends AttemptInput["kind"]> = Extract<AttemptInput, { kind: K }>;

/** The process exists. A stop that was ordered meanwhile is on its way to the launcher already. */
export function launched(draft: Draft, input: Input<"launched">): void {
  const state = read(draft, input.key);
  if (state === null || state.kind !== "launching") return ignore(draft, input.key, "started");
  begin(draft, state.order, input.process, input.ranMs, state.stop);
}

/** No process exists, and none will. */
export function launchFailed(draft: Draft, input: Input<"launch_failed">): void {
  const state = read(draft, input.key);
  if (state === null || state.kind !== "launching")
    return ignore(draft, input.key, "refused by the launcher");
  const { outcome, message } = input;
  endUnstarted(draft, state, input.at, state.stop?.kind === "ordered" ? "cancelled" : outcome, message);
}

export function launchCancelled(draft: Draft, input: Input<"launch_cancelled">): void {
  const state = read(draft, input.key);
  if (state === null || state.kind !== "launching") return ignore(draft, input.key, "cancelled");
  if (input.leaseEnded) {
    const message = "the lease ended before it was started: the server had been silent for too long";
    return endUnstarted(draft, state, input.at, "lost", message);
  }
  const why = state.stop?.kind === "ordered" ? `: ${state.stop.cause}` : "";
  endUnstarted(draft, state, input.at, "cancelled", `stopped before it was started${why}`);
}

/** Every process of the attempt is over, but for the survivors that the record names. */
export function exited(draft: Draft, input: Input<"exited">): void {
  const state = read(draft, input.key);
  if (state === null || !hasProcess(state)) return ignore(draft, input.key, "exited");
  const cause = causeOf(state);
  finish(draft, state, input.process, endOf(state.order, input.process, input.exit, cause));
}

/** What the attempt left behind has been read: its report goes out, unless nobody wants it. */
export function finished(draft: Draft, input: Input<"finished">): void {
  const state = read(draft, input.key);
  if (state === null || state.kind !== "finishing") return ignore(draft, input.key, "finished");
  if (!state.wanted) return forget(draft, input.key);
  write(draft, input.key, { kind: "reported", order: state.order, started: state.process !== null });
  report(draft, { kind: "ended", name: state.order.name, at: input.at, ending: input.ending });
}

/** The attempt went past a limit that the worker watches, such as the size of its log. */
export function limitPassed(draft: Draft, input: Input<"limit_passed">): void {
  const state = read(draft, input.key);
  if (state === null || state.kind !== "running") return ignore(draft, input.key, "past a limit");
  halt(draft, state, { kind: "limit", message: input.message });
}

/** The parent of all processes is gone, and with it the knowledge of how they end. */
export function launcherLost(draft: Draft, message: string): void {
  for (const [, state] of everyAttempt(draft)) {
    if (!hasProcess(state)) continue;
    finish(draft, state, state.kind === "launching" ? null : state.process, { kind: "lost", message });
  }
}

/** Takes up what an earlier process of this worker left with the launcher. */
export function adopt(draft: Draft, input: Input<"adopt">): void {
  const key = attemptKey(input.order.name);
  if (read(draft, key) !== null) return ignore(draft, key, "found at the launcher");
  write(draft, key, { kind: "launching", order: input.order, stop: null });
}

/** Ends what has reached its timeout. */
export function tick(draft: Draft): void {
  let next = nextReportAt(draft);
  for (const [, state] of everyAttempt(draft)) {
    if (state.kind !== "running" || state.deadline === null) continue;
    const { at, timeoutMs } = state.deadline;
    if (at <= draft.now) halt(draft, state, { kind: "timed_out", timeoutMs });
    else next = Math.min(next, at);
  }
  if (next !== Number.POSITIVE_INFINITY) draft.outputs.push({ kind: "wake", at: next });
}

/** When the next report that is being held back is due. */
function nextReportAt(draft: Draft): number {
  const held = draft.header.outbox.filter((entry) => entry.notBefore > draft.now);
  return Math.min(Number.POSITIVE_INFINITY, ...held.map((entry) => entry.notBefore));
}

type WithProcess = Extract<AttemptState, { kind: "launching" | "running" | "stopping" }>;

function hasProcess(state: AttemptState): state is WithProcess {
  return state.kind === "launching" || state.kind === "running" || state.kind === "stopping";
}

function begin(
  draft: Draft,
  order: AttemptOrder,
  process: StartedProcess,
  ranMs: number,
  stop: AttemptCause | null,
): void {
  const key = attemptKey(order.name);
  if (stop?.kind !== "unwanted") {
    const dueAt = draft.now - ranMs + STARTED_HOLD_MS;
    report(draft, { kind: "started", name: order.name, at: process.startedAt, process }, dueAt);
    draft.outputs.push({ kind: "wake", at: dueAt });
  }
  if (stop !== null) return write(draft, key, { kind: "stopping", order, process, cause: stop });
  const { timeoutMs } = order;
  const deadline = timeoutMs === null ? null : { at: draft.now - ranMs + timeoutMs, timeoutMs };
  write(draft, key, { kind: "running", order, process, deadline });
  if (deadline !== null) draft.outputs.push({ kind: "wake", at: deadline.at });
}

function halt(draft: Draft, state: Extract<AttemptState, { kind: "running" }>, cause: AttemptCause): void {
  const { order, process } = state;
  const key = attemptKey(order.name);
  write(draft, key, { kind: "stopping", order, process, cause });
  draft.outputs.push({ kind: "stop", key, graceMs: order.graceMs, force: false });
}

function finish(draft: Draft, state: WithProcess, process: StartedProcess | null, end: AttemptEnd): void {
  const { order } = state;
  const key = attemptKey(order.name);
  const wanted = causeOf(state)?.kind !== "unwanted";
  write(draft, key, { kind: "finishing", order, process, end, wanted });
  draft.outputs.push({ kind: "finish", key, order, process, end, wanted });
}

function causeOf(state: WithProcess): AttemptCause | null {
  if (state.kind === "launching") return state.stop;
  return state.kind === "stopping" ? state.cause : null;
}

function endOf(
  order: AttemptOrder,
  process: StartedProcess,
  exit: ProcessExit,
  cause: AttemptCause | null,
): AttemptEnd {
  if (exit.cause === "none") return { kind: "exited", exit };
  if (exit.cause === "stop")
    return { kind: "stopped", cause: cause ?? guessedCause(order, process, exit), exit };
  if (exit.cause === "lease") return { kind: "lease_ended", exit };
  if (exit.cause === "memory_limit") return { kind: "memory_limit", exit };
  return { kind: "lost", message: LOST_BY[exit.cause] };
}

const LOST_BY = {
  shutdown: "the launcher was shut down while it ran",
  lost: "the launcher, which had started it, died or the machine was restarted",
} as const;

/** An earlier process of this worker had stopped it and took the reason with it. */
function guessedCause(order: AttemptOrder, process: StartedProcess, exit: ProcessExit): AttemptCause {
  const { timeoutMs } = order;
  return timeoutMs !== null && exit.at - process.startedAt >= timeoutMs
    ? { kind: "timed_out", timeoutMs }
    : { kind: "ordered", cause: "before the worker was restarted" };
}

function endUnstarted(
  draft: Draft,
  state: Extract<AttemptState, { kind: "launching" }>,
  at: number,
  outcome: Parameters<typeof neverStarted>[1],
  message: string,
): void {
  const key = attemptKey(state.order.name);
  if (state.stop?.kind === "unwanted") return forget(draft, key);
  write(draft, key, { kind: "reported", order: state.order, started: false });
  report(draft, { kind: "ended", name: state.order.name, at, ending: neverStarted(message, outcome) });
}

function forget(draft: Draft, key: string): void {
  write(draft, key, null);
  draft.outputs.push({ kind: "forget", key });
}

function ignore(draft: Draft, key: string, what: string): void {
  draft.outputs.push({ kind: "ignored", key, why: `${what}, but it is not in a state where that can be` });
}
