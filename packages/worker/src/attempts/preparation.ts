import type { Assignment } from "@gaia/contracts";
import type { AttemptEnd, AttemptEnding, AttemptOrder, StartedProcess } from "@gaia/core";
import type { Executor, ExecutorHost, Preparation } from "../executors/executor.ts";

/** What the attempt machine must know of an assignment. */
export function orderOf(assignment: Assignment): AttemptOrder {
  const { run, job, attempt, token } = assignment.name;
  return {
    name: { run, job, attempt, token },
    timeoutMs: assignment.timeout_ms > 0 ? assignment.timeout_ms : null,
    graceMs: assignment.grace_ms,
    killWhenLeaseEnds: assignment.kill_when_lease_ends,
  };
}

/** The end of an attempt whose outputs, summary or log cannot be read: whatever it did, nobody can rely on it. */
export function unreadable(error: unknown, end: AttemptEnd, process: StartedProcess | null): AttemptEnding {
  const exit = end.kind === "lost" ? null : end.exit;
  return {
    outcome: end.kind === "lost" ? "lost" : "failed",
    startedAt: process?.startedAt ?? null,
    exitCode: exit?.exitCode ?? null,
    message: `it ended, but what it left behind could not be read: ${error instanceof Error ? error.message : String(error)}`,
    outputs: {},
    growth: "",
    survivors: exit?.survivors ?? [],
    usage: null,
    stopMeans: process?.stopMeans ?? "",
  };
}

/** What goes wrong in preparing is the host's (a full disk, a folder that cannot be made), and said in its words. */
export function prepare(executor: Executor, assignment: Assignment, host: ExecutorHost): Preparation {
  try {
    return executor.prepare(assignment, host);
  } catch (error) {
    return unprepared(error);
  }
}

export function unprepared(error: unknown): Extract<Preparation, { kind: "refused" }> {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    kind: "refused",
    outcome: "failed",
    message: `it could not be prepared on this worker: ${reason}`,
  };
}
