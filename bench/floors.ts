import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenCpuMs } from "./processes.ts";
import type { Cost } from "./row.ts";

/** What the same work costs when nothing is durable, logged or watched. */

/** Runs a build file with ninja, with its own number of jobs at once, in a fresh folder on the same file system. */
export function ninja(buildFile: string): Cost {
  const folder = mkdtempSync(join(tmpdir(), "gaia-ninja-"));
  try {
    writeFileSync(join(folder, "build.ninja"), buildFile);
    return costOf("ninja", ["--quiet"], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A shell that starts `sh -c true` so many times, one after the other. */
export function shellLoop(count: number): Cost {
  return costOf("sh", ["-c", `i=0; while [ $i -lt ${count} ]; do sh -c true; i=$((i+1)); done`], tmpdir());
}

/** Node's own start and end. */
export function bareNode(): Cost {
  return costOf(process.execPath, ["-e", "0"], tmpdir());
}

function costOf(command: string, args: readonly string[], cwd: string): Cost {
  const cpuBefore = childrenCpuMs(process.pid);
  const startedAt = performance.now();
  try {
    execFileSync(command, args, { cwd, stdio: "ignore" });
  } catch (caught) {
    if (caught instanceof Error && "code" in caught && caught.code === "ENOENT")
      throw new Error(`${command} is not installed. On Debian: apt-get install ${packageOf(command)}`, {
        cause: caught,
      });
    throw caught;
  }
  const wallMs = performance.now() - startedAt;
  return { wallMs, cpuMs: childrenCpuMs(process.pid) - cpuBefore };
}

function packageOf(command: string): string {
  return command === "ninja" ? "ninja-build" : command;
}
