import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkerView } from "@gaia/contracts/api.ts";
import { ok, warning, type Finding } from "./check.ts";

/** How processes are stopped and limits enforced: as the workers say, or, without one, what this machine would allow. */
export function checkMeans(workers: readonly WorkerView[] | null): readonly Finding[] {
  const connected = (workers ?? []).filter((worker) => worker.status === "connected");
  if (connected.length === 0) return probed();
  return connected.flatMap((worker) => {
    const on = connected.length === 1 ? "" : ` on ${worker.name}`;
    return [stopFinding(worker.stop_means, on), limitsFinding(worker.limits.memory, worker.limits.cpu, on)];
  });
}

function stopFinding(means: string, on: string): Finding {
  if (means.startsWith("cgroup")) return ok("stop", `cgroup per attempt${on}`);
  if (means === "subreaper") return ok("stop", `child subreaper: also what left its session is found${on}`);
  return warning(
    "stop",
    `process groups only: a process that leaves its session and clears its environment survives${on}`,
    "npm install (koffi), or a delegated cgroup: systemd-run --user --scope -p Delegate=yes gaia up",
  );
}

function limitsFinding(memory: string, cpu: string, on: string): Finding {
  const text = `memory ${memory}, cpu ${cpu}${on}`;
  if (memory === "enforced" && cpu === "enforced") return ok("limits", text);
  return warning("limits", text, "systemd-run --user --scope -p Delegate=yes gaia up");
}

/** No worker to ask: what a launcher would find here. */
function probed(): readonly Finding[] {
  const cgroup = process.platform === "linux" ? writableCgroup() : null;
  if (cgroup !== null) {
    const memory = cgroup.controllers.includes("memory") ? "enforced" : "sampled";
    const cpu = cgroup.controllers.includes("cpu") ? "enforced" : "advisory";
    return [
      ok("stop", `cgroup per attempt (${cgroup.folder})`),
      ok("limits", `memory ${memory}, cpu ${cpu}`),
    ];
  }
  const means = process.platform === "linux" && hasKoffi() ? "subreaper" : "group";
  return [
    stopFinding(means, ""),
    limitsFinding(process.platform === "linux" ? "sampled" : "advisory", "advisory", ""),
  ];
}

/** A place of the unified hierarchy in which this user may make groups. */
function writableCgroup(): { folder: string; controllers: readonly string[] } | null {
  const own = /^0::(.*)$/m.exec(readText("/proc/self/cgroup"))?.[1] ?? "/";
  for (const root of ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]) {
    if (!existsSync(join(root, "cgroup.procs"))) continue;
    for (const folder of [join(root, own), root]) {
      if (!existsSync(join(folder, "cgroup.procs")) || !isWritable(folder)) continue;
      return { folder, controllers: readText(join(folder, "cgroup.controllers")).trim().split(" ") };
    }
  }
  return null;
}

function hasKoffi(): boolean {
  try {
    const name = `@koromix/koffi-${process.platform}-${process.arch}/package.json`;
    return existsSync(fileURLToPath(import.meta.resolve(name)));
  } catch {
    return false;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
