import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JobDetail, RunView } from "@gaia/contracts/api.ts";
import { artifactsFolder, runFolder } from "@gaia/contracts/files.ts";
import type { Context } from "./context.ts";

/** Where a kept file lies on this machine; null when the server is elsewhere or the file is not here. */
export function artifactPath(context: Context, run: RunView, job: JobDetail, name: string): string | null {
  if (context.endpoint.kind === "tcp") return null;
  const folder = join(context.home, runFolder(run.id, Date.parse(run.created_at)));
  const path = join(folder, artifactsFolder(job.number, job.attempt), name);
  return existsSync(path) ? path : null;
}
