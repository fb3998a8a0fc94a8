import {
  artifactsFolder,
  type JobDetail,
  type JobView,
  LIMITS,
  runFolder,
  summaryFile,
} from "@gaia/contracts";
import type { JobState } from "@gaia/core";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../../store/port.ts";
import { listArtifacts } from "../artifacts.ts";
import type { Situation } from "../situation.ts";
import { attemptHistory, attemptView } from "./attempts.ts";
import { conditionText } from "./graph-view.ts";
import { jobAt, processSpecOf } from "./job-view.ts";
import { timeTextOrNull } from "./run-view.ts";
import type { RunSnapshot } from "./snapshot.ts";

const SECRET = "***";

/** A job, looked at while memory and disk said the same; its run may have gone on since. */
export interface FoundJob {
  readonly run: Pick<RunSnapshot, "id" | "seq" | "header" | "jobs">;
  readonly number: number;
  readonly state: JobState | undefined;
  readonly view: JobView;
}

/** A job with what it runs, its attempts, and what it left behind. */
export async function jobDetailView(
  found: FoundJob,
  situation: Situation,
  store: Store,
  home: string,
): Promise<JobDetail> {
  const { run, number, state, view } = found;
  const job = jobAt(run, number);
  const history = await attemptHistory(store, run, number, state);
  const attempts = history.attempts.map((attempt) => attemptView(attempt, situation));
  const last = attempts.at(-1);
  const folder = join(home, runFolder(run.id, run.header.createdAt));
  const spec = processSpecOf(job);
  const secrets = Object.fromEntries(Object.keys(spec?.secrets ?? {}).map((name) => [name, SECRET]));
  return {
    ...view,
    queued_at: view.queued_at ?? timeTextOrNull(history.queuedAt),
    worker: view.worker ?? (last === undefined || last.worker === "" ? null : last.worker),
    stop_means: view.stop_means ?? (last === undefined || last.stop_means === "" ? null : last.stop_means),
    attempts,
    command: spec?.shown ?? null,
    // Only what the definition says in plain text: rendered values and the starter's environment are not shown again.
    environment: { ...spec?.environment, ...secrets },
    work_dir: spec?.workDir ?? null,
    condition: conditionText(job),
    summary: last === undefined ? "" : await readSummary(join(folder, summaryFile(number, last.number))),
    artifacts:
      last === undefined ? [] : await listArtifacts(join(folder, artifactsFolder(number, last.number))),
  };
}

async function readSummary(path: string): Promise<string> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return "";
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.min((await file.stat()).size, LIMITS.summaryBytes)),
    );
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
