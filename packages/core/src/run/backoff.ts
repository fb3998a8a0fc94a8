import { backoffMs, randomFrom } from "../policy/index.ts";
import { enqueue } from "./begin.ts";
import { beginChild } from "./child.ts";
import type { Draft } from "./draft.ts";
import type { EndReason, Past } from "./state.ts";

/** Lets a job wait for its next attempt, as its policy says. */
export function backOff(draft: Draft, number: number, past: Past, last: EndReason): void {
  const random = randomFrom(draft.settings.seed, number, past.attempts);
  const waitMs = backoffMs(draft.job(number).policy.retry, past.failures, random);
  if (waitMs === 0) return beginAgain(draft, number, past);
  const dueAt = draft.at + waitMs;
  draft.set(number, { kind: "backoff", past, dueAt, last });
  draft.emit({ kind: "job.backoff", job: number, dueAt, failures: past.failures, losses: past.losses });
}

/** Begins a job's next attempt: in a worker's queue, or as another child run. */
export function beginAgain(draft: Draft, number: number, past: Past): void {
  const { work } = draft.job(number);
  if (work.kind === "child") beginChild(draft, number, work, past);
  else enqueue(draft, number, past);
}
