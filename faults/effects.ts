import { readFileSync } from "node:fs";

/** One line that a task appended. */
export interface Effect {
  /** `alive`: at its start, an earlier attempt of the same job was still there. */
  readonly kind: "start" | "end" | "alive";
  /** Place in the file: the order of what happened. */
  readonly line: number;
  /** `<run>.<job>.<attempt>` */
  readonly key: string;
  readonly run: string;
  /** Number inside the run. */
  readonly job: number;
  readonly attempt: number;
  /** The task's key, for people. */
  readonly task: string;
  /** Of the task; for `alive`, of the earlier one. */
  readonly pid: number;
  /** Milliseconds UTC, by the task's own clock. */
  readonly at: number;
  /** What was passed on to it; empty: nothing. */
  readonly value: string;
}

/** All effects, in their order. Throws when a line is none: then the file cannot be trusted. */
export function readEffects(file: string): readonly Effect[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.slice(0, -1).map((text, line) => parseEffect(text, line));
}

function parseEffect(text: string, line: number): Effect {
  const match = /^(start|end|alive) (run_[\w-]+)\.(\d+)\.(\d+) (\S+) (\d+) ([\d.]+) (\S*)$/.exec(text);
  if (match === null) throw new Error(`line ${line + 1} of the effects is no effect: ${text}`);
  const [, kind, run = "", job, attempt, task = "", pid, seconds, value = ""] = match;
  return {
    kind: kind === "start" || kind === "end" ? kind : "alive",
    line,
    key: `${run}.${job}.${attempt}`,
    run,
    job: Number(job),
    attempt: Number(attempt),
    task,
    pid: Number(pid),
    at: Number(seconds) * 1000,
    value: value === "-" ? "" : value,
  };
}
