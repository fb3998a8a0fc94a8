import { assign, drain, fill, stop, unwanted } from "./orders.ts";
import { draftOf, type Draft } from "./draft.ts";
import type { AttemptInput } from "./input.ts";
import { acknowledge, connect, flush, spoke } from "./outbox.ts";
import type { AttemptTransition } from "./output.ts";
import {
  adopt,
  exited,
  finished,
  launchCancelled,
  launched,
  launchFailed,
  launcherLost,
  limitPassed,
  tick,
} from "./processes.ts";
import type { HeldAttempts } from "./state.ts";

/**
 * What a worker does about one input. Pure: `held` is not touched, give the changes to `applyAttempts` before the
 * next call. The rules:
 *
 * - an attempt that is known is not started again, whatever is assigned twice;
 * - one that is stopped before its process exists never gets one;
 * - the first cause of a stop decides the outcome, unless the process had ended by itself before;
 * - a report is kept and sent again until the server acknowledges it;
 * - one that another worker may start (`killWhenLeaseEnds`) is not started after the lease.
 *
 * @param now monotonic milliseconds, of the same clock in every call
 */
export function transitionAttempts(held: HeldAttempts, input: AttemptInput, now: number): AttemptTransition {
  const draft = draftOf(held, now);
  perform(draft, input);
  fill(draft);
  return { changes: { header: draft.header, attempts: draft.attempts }, outputs: draft.outputs };
}

function perform(draft: Draft, input: AttemptInput): void {
  switch (input.kind) {
    case "assign":
      return assign(draft, input);
    case "stop":
      return stop(draft, input);
    case "connected":
      connect(draft, input);
      for (const name of input.unknown) unwanted(draft, name);
      return;
    case "disconnected":
      draft.header = { ...draft.header, connected: false };
      return;
    case "ack":
      return acknowledge(draft, input.seq);
    case "spoke":
      return spoke(draft, input.leaseMs);
    case "launched":
      return launched(draft, input);
    case "launch_failed":
      return launchFailed(draft, input);
    case "launch_cancelled":
      return launchCancelled(draft, input);
    case "exited":
      return exited(draft, input);
    case "finished":
      return finished(draft, input);
    case "limit_passed":
      return limitPassed(draft, input);
    case "launcher_lost":
      return launcherLost(draft, input.message);
    case "adopt":
      return adopt(draft, input);
    case "tick":
      return tick(draft);
    case "flush":
      return flush(draft);
    case "resize":
      draft.header = { ...draft.header, launchMax: input.launchMax };
      return;
    case "drain":
      return drain(draft, input.at, input.message);
    case "pause":
      draft.header = { ...draft.header, paused: input.message };
      return;
    case "unpause":
      draft.header = { ...draft.header, paused: null };
  }
}
