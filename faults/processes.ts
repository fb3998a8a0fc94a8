import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as /proc tells. */
export interface FoundProcess {
  readonly pid: number;
  readonly words: readonly string[];
}

/** Processes whose command line has all of these words. */
export function processesWith(...words: readonly string[]): readonly FoundProcess[] {
  return pids().flatMap((pid) => {
    const own = wordsOf(pid);
    return words.every((word) => own.includes(word)) ? [{ pid, words: own }] : [];
  });
}

/** Processes whose environment has this entry, `NAME=value`. Zombies have none any more. */
export function processesInEnvironment(entry: string): readonly FoundProcess[] {
  return pids().flatMap((pid) => {
    if (!readProc(pid, "environ").split("\0").includes(entry)) return [];
    return [{ pid, words: wordsOf(pid) }];
  });
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function pids(): readonly number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function wordsOf(pid: number): readonly string[] {
  return readProc(pid, "cmdline").split("\0");
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
