import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as /proc tells. */
export interface FoundProcess {
  readonly pid: number;
  readonly words: readonly string[];
}

/** Living processes, zombies left out, that a condition on their command line holds for. */
export function processesWhere(holds: (words: readonly string[]) => boolean): readonly FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), words: wordsOf(Number(name)) }))
    .filter(({ words }) => words.length > 0 && holds(words));
}

/** Processes that were started with exactly these words. */
export function processesOf(...command: readonly string[]): readonly FoundProcess[] {
  return processesWhere((words) => words.join("\0") === command.join("\0"));
}

/** Sends a signal; a process that has ended meanwhile is none. */
export function signalQuietly(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function wordsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

let marks = 0;

/** A time to sleep that nobody else on this machine sleeps, so that the processes that do so are known. */
export function ownSeconds(): string {
  marks += 1;
  return `9${process.pid}${String(marks).padStart(3, "0")}`;
}
