import type { WorkerView } from "@gaia/contracts/api.ts";
import { ok, warning, type Finding } from "./check.ts";

/**
 * How processes are stopped and limits enforced, as the workers say. What files promise is not what holds (groups may be
 * shown and not be entered): only a launcher that tries it knows, so without a worker nothing is claimed.
 */
export function checkMeans(workers: readonly WorkerView[] | null): readonly Finding[] {
  const connected = (workers ?? []).filter((worker) => worker.status === "connected");
  if (connected.length === 0)
    return ["stop", "limits"].map((name) =>
      warning(name, "known when a worker runs, which tries out what this machine allows", "gaia up"),
    );
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
