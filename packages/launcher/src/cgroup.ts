import { mkdirSync } from "node:fs";
import {
  enterCgroup,
  isCgroupEmpty,
  readCgroup,
  readCgroupCounter,
  removeCgroup,
  setCgroup,
} from "./cgroup-files.ts";
import { type CgroupHome, type CgroupLayout, readCgroupLayout } from "./cgroup-layout.ts";
import type { Enforcement, ResourceLimits } from "./protocol.ts";
import type { AttemptCgroup } from "./tree.ts";

/** Which attempts get a control group: all, those with limits, or none. */
export type CgroupPolicy = "always" | "limits" | "never";

/** Makes control groups for attempts. */
export interface CgroupMaker {
  /** Every attempt gets one that can be killed as a whole. */
  readonly isForAll: boolean;
  readonly enforcement: { readonly memory: Enforcement; readonly cpu: Enforcement };
  /** Folders under which groups are made, for the journal. */
  readonly folders: readonly string[];
  /** A new group, or null when this attempt gets none. Throws when the system refuses to make one. */
  make(limits: ResourceLimits | null): AttemptCgroup | null;
  /** The limits that have to be watched by sampling; null when there are none. */
  unenforced(limits: ResourceLimits | null): ResourceLimits | null;
  /** Something is still in it, or the kernel has not finished: tries again until it is gone. */
  removeLater(cgroup: AttemptCgroup): void;
  /** Removes what it made. */
  close(): void;
}

const REMOVE_AGAIN_MS = 100;
const CPU_PERIOD_US = 100_000;
/** The kernel takes no smaller quota. */
const LEAST_QUOTA_US = 1_000;

/** Finds out what this host allows, and makes groups accordingly, below the group that the launcher is in. */
export function openCgroups(policy: CgroupPolicy, incarnation: string): CgroupMaker {
  if (policy === "never") return new Cgroups(policy, null, null, null);
  const layout = readCgroupLayout();
  const name = `gaia-launcher-${incarnation}`;
  const killing = usable(layout.unified, name, "cgroup.kill");
  const memory = controlled(layout, killing, name, "memory");
  const cpu = controlled(layout, killing, name, "cpu");
  return new Cgroups(policy, killing, memory, cpu);
}

/** A hierarchy in which this launcher can make groups, and go into them and out again. */
interface Hierarchy {
  readonly home: CgroupHome;
  readonly base: string;
}

/** The hierarchy, when a group can be made in it, entered and left, and has the control file. */
function usable(home: CgroupHome | null, name: string, file: string): Hierarchy | null {
  if (home === null) return null;
  const base = `${home.folder}/${name}`;
  const probe = `${base}/probe`;
  let isUsable = false;
  try {
    mkdirSync(probe, { recursive: true });
    enterCgroup(probe);
    enterCgroup(home.folder);
    // This file can only be written; the group is empty.
    isUsable = file === "cgroup.kill" ? setCgroup(probe, file, "1") : readCgroup(probe, file) !== null;
  } catch {
    isUsable = false;
  }
  removeCgroup(probe);
  removeCgroup(base);
  return isUsable ? { home, base } : null;
}

/** The hierarchy that enforces this controller: v2 where it can be handed down, else v1. */
function controlled(
  layout: CgroupLayout,
  unified: Hierarchy | null,
  name: string,
  controller: "memory" | "cpu",
): Hierarchy | null {
  if (
    unified !== null &&
    readCgroup(unified.home.folder, "cgroup.controllers")?.includes(controller) === true
  ) {
    mkdirSync(unified.base, { recursive: true });
    // Refused (EBUSY) where other processes share the launcher's own group, unless that is the root.
    const isHandedDown =
      setCgroup(unified.home.folder, "cgroup.subtree_control", `+${controller}`) &&
      setCgroup(unified.base, "cgroup.subtree_control", `+${controller}`);
    if (isHandedDown) return unified;
  }
  const home = controller === "memory" ? layout.memoryV1 : layout.cpuV1;
  return usable(home, name, controller === "memory" ? "memory.limit_in_bytes" : "cpu.cfs_quota_us");
}

class Cgroups implements CgroupMaker {
  readonly isForAll: boolean;
  readonly enforcement: CgroupMaker["enforcement"];
  readonly folders: readonly string[];
  readonly #killing: Hierarchy | null;
  readonly #memory: Hierarchy | null;
  readonly #cpu: Hierarchy | null;
  readonly #leftOver = new Set<AttemptCgroup>();
  #made = 0;
  #remover: NodeJS.Timeout | null = null;

  constructor(
    policy: CgroupPolicy,
    killing: Hierarchy | null,
    memory: Hierarchy | null,
    cpu: Hierarchy | null,
  ) {
    this.#killing = killing;
    this.#memory = memory;
    this.#cpu = cpu;
    this.isForAll = policy === "always" && killing !== null;
    const unenforcedMemory = process.platform === "linux" ? "sampled" : "advisory";
    this.enforcement = {
      memory: memory === null ? unenforcedMemory : "enforced",
      cpu: cpu === null ? "advisory" : "enforced",
    };
    this.folders = [...new Set([killing, memory, cpu].flatMap((hierarchy) => hierarchy?.base ?? []))];
  }

  make(limits: ResourceLimits | null): AttemptCgroup | null {
    const memory = limits?.memoryBytes === undefined ? null : this.#memory;
    const cpu = limits?.cpus === undefined ? null : this.#cpu;
    if (!this.isForAll && memory === null && cpu === null) return null;
    this.#made += 1;
    const parts = new Map<Hierarchy, Part>();
    for (const hierarchy of [this.#killing, memory, cpu]) {
      if (hierarchy === null || parts.has(hierarchy)) continue;
      const folder = `${hierarchy.base}/a${this.#made}`;
      mkdirSync(folder, { recursive: true });
      parts.set(hierarchy, { home: hierarchy.home, folder });
    }
    return new Group({
      parts: [...parts.values()],
      killFolder: folderOf(parts, this.#killing),
      memory: memoryLimit(folderOf(parts, memory), memory?.home.version ?? 2, limits?.memoryBytes ?? 0),
      cpu: cpuLimit(folderOf(parts, cpu), cpu?.home.version ?? 2, limits?.cpus ?? 0),
    });
  }

  unenforced(limits: ResourceLimits | null): ResourceLimits | null {
    return limits?.memoryBytes === undefined || this.#memory !== null ? null : limits;
  }

  removeLater(cgroup: AttemptCgroup): void {
    this.#leftOver.add(cgroup);
    this.#remover ??= setInterval(() => {
      for (const group of this.#leftOver) if (group.remove()) this.#leftOver.delete(group);
      if (this.#leftOver.size > 0 || this.#remover === null) return;
      clearInterval(this.#remover);
      this.#remover = null;
    }, REMOVE_AGAIN_MS);
  }

  close(): void {
    for (const folder of this.folders) removeCgroup(folder);
  }
}

interface Part {
  readonly home: CgroupHome;
  readonly folder: string;
}

/** A limit as files to write; `counter` is where the kernel counts its kills. */
interface Limit {
  readonly folder: string;
  readonly required: readonly (readonly [file: string, value: string])[];
  /** Makes the limit count for swap too; not every kernel has it. */
  readonly optional: readonly (readonly [file: string, value: string])[];
  readonly counterFile: string;
}

function folderOf(parts: ReadonlyMap<Hierarchy, Part>, hierarchy: Hierarchy | null): string | null {
  return hierarchy === null ? null : (parts.get(hierarchy)?.folder ?? null);
}

function memoryLimit(folder: string | null, version: 1 | 2, bytes: number): Limit | null {
  if (folder === null) return null;
  const value = String(bytes);
  return version === 2
    ? {
        folder,
        required: [["memory.max", value]],
        optional: [["memory.swap.max", "0"]],
        counterFile: "memory.events",
      }
    : {
        folder,
        required: [["memory.limit_in_bytes", value]],
        optional: [["memory.memsw.limit_in_bytes", value]],
        counterFile: "memory.oom_control",
      };
}

function cpuLimit(folder: string | null, version: 1 | 2, cpus: number): Limit | null {
  if (folder === null) return null;
  const quota = Math.max(LEAST_QUOTA_US, Math.round(cpus * CPU_PERIOD_US));
  const required: Limit["required"] =
    version === 2
      ? [["cpu.max", `${quota} ${CPU_PERIOD_US}`]]
      : [
          ["cpu.cfs_period_us", String(CPU_PERIOD_US)],
          ["cpu.cfs_quota_us", String(quota)],
        ];
  return { folder, required, optional: [], counterFile: "" };
}

interface GroupOptions {
  readonly parts: readonly Part[];
  readonly killFolder: string | null;
  readonly memory: Limit | null;
  readonly cpu: Limit | null;
}

class Group implements AttemptCgroup {
  readonly #options: GroupOptions;
  #isInside = false;

  constructor(options: GroupOptions) {
    this.#options = options;
  }

  get canKill(): boolean {
    return this.#options.killFolder !== null && !this.#isInside;
  }

  get folders(): readonly string[] {
    return this.#options.parts.map((part) => part.folder);
  }

  enter(): void {
    for (const { folder } of this.#options.parts) enterCgroup(folder);
  }

  leave(): boolean {
    for (const { home } of this.#options.parts) {
      // Left inside, the launcher must not kill the group any more: it would kill itself.
      if (!setCgroup(home.folder, "cgroup.procs", "0")) this.#isInside = true;
    }
    let areSet = true;
    for (const limit of [this.#options.memory, this.#options.cpu]) {
      if (limit === null) continue;
      for (const [file, value] of limit.required) areSet = setCgroup(limit.folder, file, value) && areSet;
      for (const [file, value] of limit.optional) setCgroup(limit.folder, file, value);
    }
    return areSet;
  }

  kill(): void {
    const { killFolder } = this.#options;
    if (killFolder !== null && this.canKill) setCgroup(killFolder, "cgroup.kill", "1");
  }

  isEmpty(): boolean {
    return this.#isInside || this.folders.every(isCgroupEmpty);
  }

  remove(): boolean {
    let isGone = true;
    for (const folder of this.folders) isGone = removeCgroup(folder) && isGone;
    return isGone;
  }

  oomKills(): number {
    const { memory } = this.#options;
    return memory === null ? 0 : (readCgroupCounter(memory.folder, memory.counterFile, "oom_kill") ?? 0);
  }
}
