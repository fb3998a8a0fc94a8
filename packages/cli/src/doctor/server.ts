import { existsSync } from "node:fs";
import type { SystemView } from "@gaia/contracts/api.ts";
import type { GaiaClient } from "../client/api.ts";
import { isAbsent } from "../client/http.ts";
import { VERSION } from "@gaia/contracts/version.ts";
import { failed, ok, warning, type Finding } from "./check.ts";

/** More than this is no delay of the answer. */
const CLOCK_DIFFERENCE_MAX_MS = 2000;

/** The server, its version, its workers; and what it answered, for the checks that ask for it. */
export async function checkServer(
  client: GaiaClient,
): Promise<{ findings: readonly Finding[]; system: SystemView | null }> {
  let system: SystemView;
  try {
    system = await client.system();
  } catch (reason) {
    if (isAbsent(reason)) return { findings: [warning("server", "not running", "gaia up")], system: null };
    const why = reason instanceof Error ? reason.message : String(reason);
    return { findings: [failed("server", why, "gaia down --now; gaia up")], system: null };
  }
  const findings = [
    ok("server", `pid ${system.pid}, ${system.address ?? "socket only"}`),
    versionFinding(system),
  ];
  return { findings: [...findings, workersFinding(system), ...(await vaultFindings(client))], system };
}

/** Whether this machine's clock can be trusted, as far as it can be seen from here. */
export function checkClock(system: SystemView | null, now: number): Finding {
  const remedy = "timedatectl set-ntp true";
  if (system !== null && Date.parse(system.started_at) - now > CLOCK_DIFFERENCE_MAX_MS) {
    return failed("clock", "stepped back: the server began in the future", remedy);
  }
  if (existsSync("/run/systemd/timesync/synchronized")) return ok("clock", "synchronised");
  return ok("clock", new Date(now).toISOString());
}

/** Only what is wrong: who keeps no secrets need not hear of them. */
async function vaultFindings(client: GaiaClient): Promise<readonly Finding[]> {
  const problem = await client.vault().then(
    (vault) => vault.problem,
    // A server that does not know the question is told of by its version.
    () => "",
  );
  return problem === "" ? [] : [failed("secrets", problem, "gaia help secret")];
}

function versionFinding(system: SystemView): Finding {
  if (system.version === VERSION) return ok("versions", `${VERSION}, server and command line`);
  return warning(
    "versions",
    `the server is ${system.version}, the command line ${VERSION}`,
    "gaia down && gaia up",
  );
}

function workersFinding(system: SystemView): Finding {
  const bad = system.workers.find((worker) => worker.status !== "connected");
  if (system.workers.length === 0)
    return failed("worker", "none is connected: nothing can run", "gaia down && gaia up");
  if (bad !== undefined)
    return warning(
      "worker",
      `${bad.name} is ${bad.status}${bad.reason === "" ? "" : `: ${bad.reason}`}`,
      "gaia worker list",
    );
  const slots = system.workers.reduce((sum, worker) => sum + worker.slots, 0);
  return ok("worker", `${system.workers.map((worker) => worker.name).join(", ")}: ${slots} slots`);
}
