import { readdirSync, readFileSync } from "node:fs";
import { ATTEMPT_VARIABLE } from "./protocol.ts";
import type { ProcessIdentity } from "./spawner.ts";

/** One process, from /proc/PID/stat. */
export interface ProcessRow extends ProcessIdentity {
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  readonly isZombie: boolean;
}

/** All processes that can be seen, by pid. Empty where there is no /proc. */
export type ProcessTable = ReadonlyMap<number, ProcessRow>;

/** Reads the whole table: about 15 µs for each process. */
export function readProcessTable(): ProcessTable {
  const table = new Map<number, ProcessRow>();
  for (const pid of listPids()) {
    const row = readProcess(pid);
    if (row !== null) table.set(pid, row);
  }
  return table;
}

/** The pids that exist now. */
export function listPids(): readonly number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** One process, or null when it is gone. */
export function readProcess(pid: number): ProcessRow | null {
  const stat = readProcFile(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name, in parentheses, may hold spaces and parentheses itself: what counts begins after the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    isZombie: fields[0] === "Z" || fields[0] === "X",
    parentPid: Number(fields[1]),
    groupId: Number(fields[2]),
    sessionId: Number(fields[3]),
    startTime: Number(fields[19]),
  };
}

/** Field 22 of /proc/PID/stat, or null when there is no such process. A zombie still has one. */
export function readStartTime(pid: number): number | null {
  return readProcess(pid)?.startTime ?? null;
}

/** The soft RLIMIT_LOCKS of a process: the mark of `marks.ts`. Null when it has none. */
export function readMark(pid: number): number | null {
  const limits = readProcFile(`/proc/${pid}/limits`);
  const soft = limits === null ? undefined : /^Max file locks\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? null : Number(soft);
}

/** The attempt that the process says it belongs to, by its environment at its start. */
export function readAttemptVariable(pid: number): string | null {
  const environment = readProcFile(`/proc/${pid}/environ`);
  if (environment === null) return null;
  const prefix = `${ATTEMPT_VARIABLE}=`;
  const entry = environment.split("\0").find((variable) => variable.startsWith(prefix));
  return entry === undefined ? null : entry.slice(prefix.length);
}

/** Proportional set size in bytes: what the process uses, with shared pages counted in shares. 0 when unknown. */
export function readProportionalBytes(pid: number): number {
  const rollup = readProcFile(`/proc/${pid}/smaps_rollup`);
  const kilobytes = rollup === null ? undefined : /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
}

function readProcFile(path: string): string | null {
  try {
    // latin1: every byte is a character, whatever the program's name or environment holds.
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
