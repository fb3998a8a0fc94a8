import type { AttemptInput, ProcessExit, StartedProcess, Value } from "@gaia/core";
import type { ExitedMessage, Refusal, StartedMessage, Usage } from "@gaia/launcher";
import type { Outcome } from "@gaia/core";

/** A `started` of the launcher, in the machine's words. */
export function processOf(message: StartedMessage): StartedProcess {
  return { startedAt: message.atMs, pid: message.pid, stopMeans: message.means };
}

/** An `exited` of the launcher, in the machine's words. `process`: what is known of its start. */
export function exitInput(message: ExitedMessage, process: StartedProcess | null): AttemptInput {
  const { attempt: key, atMs: at } = message;
  if (message.refused !== undefined) {
    return {
      kind: "launch_failed",
      key,
      at,
      outcome: outcomeOf(message.refused),
      message: message.refused.message,
    };
  }
  if (message.notStarted === true) {
    return { kind: "launch_cancelled", key, at, leaseEnded: message.cause === "lease" };
  }
  const started = process ?? { startedAt: at - message.usage.wallMs, pid: 0, stopMeans: message.stopMeans };
  return { kind: "exited", key, process: started, exit: exitOf(message) };
}

/** For people: what the attempt cost. */
export function usageOf(usage: Usage): Value {
  return {
    wall_ms: usage.wallMs,
    user_ms: usage.userMs,
    system_ms: usage.systemMs,
    max_rss_bytes: usage.maxRssBytes,
  };
}

function exitOf(message: ExitedMessage): ProcessExit {
  return {
    at: message.atMs,
    exitCode: message.code,
    signal: message.signal,
    cause: message.lost === true ? "lost" : (message.cause ?? "none"),
    outOfMemory: message.oom === true,
    survivors: message.survivors,
  };
}

function outcomeOf(refusal: Refusal): Outcome {
  switch (refusal.code) {
    // It may have been started before, and nobody knows how that ended.
    case "log_exists":
    case "shutting_down":
      return "lost";
    case "cwd_missing":
    case "command_missing":
    case "log_failed":
    case "spawn_failed":
    case "journal_failed":
      return "failed";
    default:
      return refusal.code satisfies never;
  }
}
