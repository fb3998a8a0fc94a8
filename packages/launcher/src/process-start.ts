import { setPriority } from "node:os";
import type { Attempt, RunningState } from "./attempt.ts";
import type { CgroupMaker } from "./cgroup.ts";
import type { Refusal, StartMessage, StopMeans } from "./protocol.ts";
import type { SpawnedProcess, Spawner, SpawnRefused } from "./spawner.ts";
import type { AttemptCgroup } from "./tree.ts";

/** What came of a start. */
export type StartOutcome =
  | {
      readonly kind: "running";
      readonly state: RunningState;
      /** It uses more than its memory limit already, so that the limit could not be set. */
      readonly isOverLimit: boolean;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Starts the main process of an attempt, within its control group where it gets one. */
export function startProcess(
  spawner: Spawner,
  cgroups: CgroupMaker,
  attempt: Attempt,
  start: StartMessage,
): StartOutcome {
  const startedMs = spawner.nowMs();
  const cgroup = makeCgroup(cgroups, start);
  if (cgroup !== null && "code" in cgroup) return { kind: "refused", refusal: cgroup };
  const { result, areLimitsSet } = spawnWithin(spawner, cgroup, start);
  if (result.kind === "refused") {
    cgroup?.remove();
    return { kind: "refused", refusal: result.refusal };
  }
  if (start.nice !== undefined) setNice(result.pid, start.nice);
  const state = runningState(attempt, result, cgroup, meansOf(spawner, cgroup), startedMs);
  return {
    kind: "running",
    state: { ...state, sampled: cgroups.unenforced(start.limits ?? null) },
    isOverLimit: !areLimitsSet,
  };
}

function makeCgroup(cgroups: CgroupMaker, start: StartMessage): AttemptCgroup | Refusal | null {
  try {
    return cgroups.make(start.limits ?? null);
  } catch (error) {
    return {
      code: "spawn_failed",
      message: `no control group can be made for the attempt: ${String(error)}`,
    };
  }
}

/** Children are born in the group of the launcher, so it goes into the attempt's group, and out again. */
function spawnWithin(
  spawner: Spawner,
  cgroup: AttemptCgroup | null,
  start: StartMessage,
): { result: SpawnedProcess | SpawnRefused; areLimitsSet: boolean } {
  if (cgroup === null) return { result: spawner.spawn(start), areLimitsSet: true };
  let result: SpawnedProcess | SpawnRefused;
  let areLimitsSet = false;
  try {
    cgroup.enter();
    result = spawner.spawn(start);
  } finally {
    areLimitsSet = cgroup.leave();
  }
  return { result, areLimitsSet };
}

function meansOf(spawner: Spawner, cgroup: AttemptCgroup | null): StopMeans {
  if (cgroup?.canKill === true) return "cgroup";
  return spawner.isSubreaper ? "subreaper" : "group";
}

function runningState(
  attempt: Attempt,
  { pid, startTime, mark }: SpawnedProcess,
  cgroup: AttemptCgroup | null,
  means: StopMeans,
  startedMs: number,
): RunningState {
  return {
    kind: "running",
    attempt,
    started: { kind: "started", attempt: attempt.id, pid, startTime, atMs: Date.now(), means },
    startedMs,
    tree: { attempt: attempt.id, main: { pid, startTime }, mark, cgroup },
    means,
    sampled: null,
    exit: null,
    stop: null,
    isKilling: false,
    timer: null,
  };
}

function setNice(pid: number, nice: number): void {
  try {
    setPriority(pid, nice);
  } catch {
    // Ended already, or a raise that the system does not allow: priority is advice.
  }
}
