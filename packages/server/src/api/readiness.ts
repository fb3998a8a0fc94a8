import { errorFrom } from "@gaia/contracts";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import type { ApiDeps } from "./port.ts";
import type { readiness } from "./schemas.ts";

export type Readiness = z.infer<typeof readiness>;

/** A database page: what a full disk refuses first. */
const PROBE_BYTES = 4_096;

/**
 * Whether work is accepted: the server serves, and the store can be written. Without a worker work is accepted as well;
 * it waits, and says why.
 */
export async function readinessOf(deps: ApiDeps): Promise<Readiness> {
  const server = serverCheck(deps);
  const store = await storeCheck(deps);
  const worker = workerCheck(deps);
  return { status: server.ok && store.ok ? "ready" : "not_ready", checks: [server, store, worker] };
}

type Check = Readiness["checks"][number];

function serverCheck({ phase }: ApiDeps): Check {
  const now = phase();
  const message =
    now === "serving" ? "" : now === "starting" ? "The server takes up its runs." : "The server is stopping.";
  return { name: "server", ok: now === "serving", message };
}

/** A write that failed says nothing about the next one: when nobody writes, the disk itself is tried. */
async function storeCheck({ engine, settings }: ApiDeps): Promise<Check> {
  const { failing } = engine;
  if (failing === null) return { name: "store", ok: true, message: "" };
  const path = join(settings.home, "logs", ".write-probe");
  try {
    const file = await open(path, "w", 0o600);
    try {
      await file.write(Buffer.alloc(PROBE_BYTES, 1));
      await file.sync();
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
    return {
      name: "store",
      ok: true,
      message: `The last write failed (${failing.message}), but the disk can be written again.`,
    };
  } catch (caught) {
    return {
      name: "store",
      ok: false,
      message: errorFrom(caught).code === "internal" ? failing.message : errorFrom(caught).message,
    };
  }
}

function workerCheck({ workers }: ApiDeps): Check {
  if (workers.connectedCount > 0) return { name: "worker", ok: true, message: "" };
  const message =
    workers.localProblem === ""
      ? "No worker is connected."
      : `No worker is connected: ${workers.localProblem}`;
  return { name: "worker", ok: false, message };
}
