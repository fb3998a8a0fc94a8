import { readFileSync } from "node:fs";

/** Where this process is in a hierarchy of control groups. */
export interface CgroupHome {
  readonly version: 1 | 2;
  /** The folder of the group that this process is in. */
  readonly folder: string;
}

/** The hierarchies that matter: v2 for ending trees, and whichever has the controllers of memory and cpu. */
export interface CgroupLayout {
  readonly unified: CgroupHome | null;
  readonly memoryV1: CgroupHome | null;
  readonly cpuV1: CgroupHome | null;
}

/** Reads where this process is. v2 may be the only one, or be mounted beside v1 without controllers. */
export function readCgroupLayout(): CgroupLayout {
  const mounts = readLines("/proc/self/mountinfo").flatMap(mountFrom);
  const places = readLines("/proc/self/cgroup").flatMap(placeFrom);
  return {
    unified: homeIn(mounts, places, null),
    memoryV1: homeIn(mounts, places, "memory"),
    cpuV1: homeIn(mounts, places, "cpu"),
  };
}

interface Mount {
  readonly root: string;
  readonly folder: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
}

interface Place {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** `36 31 0:35 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory` */
function mountFrom(line: string): readonly Mount[] {
  const [before = "", after = ""] = line.split(" - ");
  const [, , , root = "", folder = ""] = before.split(" ");
  const [type = "", , options = ""] = after.split(" ");
  if (type !== "cgroup" && type !== "cgroup2") return [];
  return [{ root, folder, version: type === "cgroup2" ? 2 : 1, controllers: options.split(",") }];
}

/** `4:memory:/some/group`, or `0::/some/group` for v2. */
function placeFrom(line: string): readonly Place[] {
  const [, controllers, ...path] = line.split(":");
  if (controllers === undefined || path.length === 0) return [];
  return [{ controllers: controllers.split(","), path: path.join(":") }];
}

/** Null for the controller means v2. */
function homeIn(
  mounts: readonly Mount[],
  places: readonly Place[],
  controller: string | null,
): CgroupHome | null {
  const version = controller === null ? 2 : 1;
  const mount = mounts.find(
    (candidate) =>
      candidate.version === version && (controller === null || candidate.controllers.includes(controller)),
  );
  const place = places.find((candidate) => candidate.controllers.includes(controller ?? ""));
  if (mount === undefined || place === undefined) return null;
  // In a container the mount may show only a part of the hierarchy.
  const isInside = mount.root === "/" || `${place.path}/`.startsWith(`${mount.root}/`);
  if (!isInside) return null;
  const path = mount.root === "/" ? place.path : place.path.slice(mount.root.length);
  return { version, folder: `${mount.folder}${path}`.replace(/\/$/, "") };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
