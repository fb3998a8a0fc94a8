import { readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { errnoOf } from "./errno.ts";

/** How long a killed group may take to become empty before it is left as it is. */
const EMPTY_WITHIN_MS = 5_000;

/** Moves this process, with all its threads, into the group. */
export function enterCgroup(folder: string): void {
  writeFileSync(`${folder}/cgroup.procs`, "0");
}

/** Writes a control file; false when the kernel does not take it. */
export function setCgroup(folder: string, file: string, value: string): boolean {
  try {
    writeFileSync(`${folder}/${file}`, value);
    return true;
  } catch {
    return false;
  }
}

/** A number in a file of `name number` lines; null when there is none. */
export function readCgroupCounter(folder: string, file: string, name: string): number | null {
  const text = readCgroup(folder, file);
  const line = text?.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}

/** The content of a control file, or null. */
export function readCgroup(folder: string, file: string): string | null {
  try {
    return readFileSync(`${folder}/${file}`, "utf8");
  } catch {
    return null;
  }
}

/** True when no process is in the group or below it. */
export function isCgroupEmpty(folder: string): boolean {
  const populated = readCgroupCounter(folder, "cgroup.events", "populated");
  if (populated !== null) return populated === 0;
  return pidsIn(folder).length === 0 && foldersIn(folder).every(isCgroupEmpty);
}

/** Removes the group and those that were made below it; false while something is in one of them. */
export function removeCgroup(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return true;
    const below = foldersIn(folder);
    if (errno !== "EBUSY" || below.length === 0 || !below.every(removeCgroup)) return false;
    return removeCgroup(folder);
  }
}

/**
 * For groups that a dead launcher left: kills all that is in the groups below these folders, then removes them.
 * A group that cannot be emptied is left.
 */
export async function killCgroupsUnder(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    // Should this very launcher have been started by a job in there, it must not kill itself.
    if (pidsBelow(folder).includes(process.pid)) setCgroup(folder, "../cgroup.procs", "0");
    const deadlineMs = performance.now() + EMPTY_WITHIN_MS;
    while (!isCgroupEmpty(folder) && performance.now() < deadlineMs) {
      if (!setCgroup(folder, "cgroup.kill", "1")) killAll(pidsBelow(folder));
      await pause(5);
    }
    removeCgroup(folder);
  }
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      // Read from the group a moment ago, and nothing but our own attempts is ever put there.
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone meanwhile, or not ours to kill; the loop looks again.
    }
  }
}

function pidsBelow(folder: string): readonly number[] {
  return [...pidsIn(folder), ...foldersIn(folder).flatMap(pidsBelow)];
}

function pidsIn(folder: string): readonly number[] {
  return (readCgroup(folder, "cgroup.procs") ?? "")
    .split("\n")
    .flatMap((pid) => (pid === "" ? [] : [Number(pid)]));
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`${folder}/${entry.name}`] : [],
    );
  } catch {
    return [];
  }
}
