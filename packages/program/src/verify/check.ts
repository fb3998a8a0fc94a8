import { ProgramError } from "../program-error.ts";

export type CheckName =
  | "handshake"
  | "jobs"
  | "sdk"
  | "stable"
  | "arguments"
  | "certificate"
  | "health"
  | "published"
  | "perform"
  | `run ${string}`
  | "stdout"
  | "stop";

/** One line of the checklist. */
export interface Check {
  readonly name: CheckName;
  /** `warning`: it works with Gaia, but is not as it should be; `skipped`: an earlier check says why. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly text: string;
  readonly remedy: string | null;
  /** What the program wrote to stderr last, where that explains a failure. */
  readonly stderr: readonly string[];
}

/** Lines of stderr that are shown with a failure. */
const TAIL_LINES = 12;

export function ok(name: CheckName, text: string): Check {
  return { name, status: "ok", text, remedy: null, stderr: [] };
}

export function warning(name: CheckName, text: string, remedy: string): Check {
  return { name, status: "warning", text, remedy, stderr: [] };
}

export function skipped(name: CheckName, text: string): Check {
  return { name, status: "skipped", text, remedy: null, stderr: [] };
}

export function failed(name: CheckName, text: string, remedy: string, stderrTail = ""): Check {
  return { name, status: "failed", text, remedy, stderr: linesOf(stderrTail) };
}

/** A failure in the words of a `ProgramError`; anything else is a bug of ours and is thrown on. */
export function failedBy(name: CheckName, reason: unknown): Check {
  if (!(reason instanceof ProgramError)) throw reason;
  return failed(name, reason.message, reason.remedy, reason.stderrTail);
}

function linesOf(tail: string): readonly string[] {
  return tail
    .trimEnd()
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-TAIL_LINES);
}
