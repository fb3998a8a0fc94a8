import { readdirSync, readFileSync } from "node:fs";

/** What Linux says about processes in /proc. */

/** The kernel counts CPU time in ticks of 10 ms. */
const TICK_MS = 10;

/** CPU time that a process has used, in ms. */
export function cpuMs(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

/** CPU time of the children that a process has waited for, and of theirs, in ms. */
export function childrenCpuMs(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * TICK_MS;
}

/** Proportional set size of a process, in MiB: shared pages count by the share. */
export function pssMiB(pid: number): number {
  const line = /^Pss:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/smaps_rollup`));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Pids of the processes, zombies not counted, with exactly these words on their command line. */
export function pidsOf(...words: readonly string[]): readonly number[] {
  const wanted = `${words.join("\0")}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readText(`/proc/${name}/cmdline`) === wanted)
    .map(Number);
}

/** A file's text; empty when it cannot be read, as a process may be gone at any time. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Fields after the name, which may hold blanks and brackets. The first of them is the state. */
function statFields(pid: number): readonly string[] {
  const text = readText(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(") ") + 2).split(" ");
}
