import { constants } from "node:os";
import type { AttemptCause, AttemptEnd, Outcome, ProcessExit } from "@gaia/core";

/** What the end of the processes means, before anything they left behind is read. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  /** One sentence for people. */
  readonly message: string;
}

/** The outcome by the way in which the processes came to their end, and by the exit code. */
export function verdictOf(end: AttemptEnd, successCodes: readonly number[]): Verdict {
  switch (end.kind) {
    case "exited":
      return byExit(end.exit, successCodes);
    case "stopped":
      return { ...byCause(end.cause), exitCode: end.exit.exitCode };
    case "memory_limit":
      return {
        outcome: "limit",
        exitCode: end.exit.exitCode,
        message: "it used more memory than its limit and was ended",
      };
    case "lease_ended":
      return {
        outcome: "lost",
        exitCode: end.exit.exitCode,
        message:
          "the server had been silent for longer than the lease, so the worker ended it: another worker may have started the job again",
      };
    case "lost":
      return { outcome: "lost", exitCode: null, message: end.message };
    default:
      return end satisfies never;
  }
}

/** `SIGKILL` for 9; null for a number that is no signal here. */
function signalName(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}

function byExit(exit: ProcessExit, successCodes: readonly number[]): Verdict {
  const { exitCode } = exit;
  if (exitCode !== null && successCodes.includes(exitCode)) {
    return {
      outcome: "succeeded",
      exitCode,
      message: exitCode === 0 ? "" : `exit code ${exitCode}, which counts as success`,
    };
  }
  if (exit.outOfMemory) {
    return {
      outcome: "limit",
      exitCode,
      message: `${wordsFor(exit)}; the kernel had killed a process of it at its memory limit`,
    };
  }
  return { outcome: "failed", exitCode, message: wordsFor(exit) };
}

function wordsFor(exit: ProcessExit): string {
  if (exit.exitCode === null) return `killed by ${exit.signal ?? "a signal"}${hintFor(exit.signal)}`;
  if (exit.exitCode === 126) return "exit code 126: the shell found the command, but could not execute it";
  if (exit.exitCode === 127)
    return "exit code 127: the shell did not find a command; is it installed, and in PATH?";
  // A shell reports a child that a signal ended as 128 plus the signal's number.
  const signal = exit.exitCode > 128 ? signalName(exit.exitCode - 128) : null;
  if (signal === null) return `exit code ${exit.exitCode}`;
  return `exit code ${exit.exitCode}: a command in it was killed by ${signal}${hintFor(signal)}`;
}

function hintFor(signal: string | null): string {
  if (signal === "SIGKILL") return " (out of memory? or somebody killed it)";
  if (signal === "SIGSEGV") return " (it read or wrote memory that is not its own: a bug in the program)";
  if (signal === "SIGPIPE") return " (it wrote to a pipe that nobody reads)";
  return "";
}

function byCause(cause: AttemptCause): Omit<Verdict, "exitCode"> {
  switch (cause.kind) {
    case "ordered":
      return { outcome: "cancelled", message: cause.cause === "" ? "stopped" : `stopped: ${cause.cause}` };
    case "timed_out":
      return {
        outcome: "timed_out",
        message: `it ran longer than its timeout of ${cause.timeoutMs / 1000} s and was ended`,
      };
    case "limit":
      return { outcome: "limit", message: cause.message };
    case "unwanted":
      return { outcome: "cancelled", message: "the server does not want it any more" };
    default:
      return cause satisfies never;
  }
}
