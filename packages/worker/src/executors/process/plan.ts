import { artifactsFolder, jobFolder, logFile, logIndexFile, summaryFile } from "@gaia/contracts";
import type { Json } from "@gaia/launcher";
import { cacheFacts } from "@gaia/contracts";
import { z } from "zod";

/**
 * All that is needed to finish an attempt, as the launcher keeps it while the worker is away. Short on purpose: it is
 * written once for each attempt.
 */
const processPlan = z.object({
  /** The run's folder, absolute. */
  folder: z.string(),
  job: z.number(),
  attempt: z.number(),
  cwd: z.string(),
  /** The folder behind $GAIA_ARTIFACTS. */
  artifactsAt: z.string(),
  /** As in `ProcessSpec`. */
  outputs: z.array(z.string()).default([]),
  artifacts: z.array(z.string()).default([]),
  successCodes: z.array(z.number()).default([0]),
  logMaxBytes: z.number(),
  logDrop: z.boolean().default(false),
  /** Values to be masked. */
  secrets: z.array(z.string()).default([]),
  /** What was restored, and what is to be saved. */
  cache: z
    .object({
      run: z.string(),
      wish: z.object({
        root: z.string(),
        namespace: z.string(),
        pipeline: z.string(),
        key: z.string(),
        paths: z.array(z.string()).readonly(),
        files: z.array(z.string()).readonly(),
        restore: z.array(z.string()).readonly(),
      }),
      fetched: z.object({
        facts: cacheFacts,
        save: z.object({ hash: z.string(), scope: z.string() }).nullable(),
      }),
    })
    .optional(),
});
export type ProcessPlan = z.infer<typeof processPlan>;

/** Reads a plan that an earlier worker, perhaps of an earlier version, left with the launcher. */
export function parsePlan(json: Json): ProcessPlan {
  return processPlan.parse(json);
}

/** The plan without what is as usual. */
export function planJson(plan: ProcessPlan): Json {
  return {
    folder: plan.folder,
    job: plan.job,
    attempt: plan.attempt,
    cwd: plan.cwd,
    artifactsAt: plan.artifactsAt,
    logMaxBytes: plan.logMaxBytes,
    ...(plan.outputs.length > 0 && { outputs: plan.outputs }),
    ...(plan.artifacts.length > 0 && { artifacts: plan.artifacts }),
    ...((plan.successCodes.length !== 1 || plan.successCodes[0] !== 0) && {
      successCodes: plan.successCodes,
    }),
    ...(plan.logDrop && { logDrop: true }),
    ...(plan.secrets.length > 0 && { secrets: plan.secrets }),
    ...(plan.cache !== undefined && { cache: plan.cache }),
  };
}

/** Where the files of an attempt lie. */
export interface AttemptPaths {
  /** What people may see. */
  readonly log: string;
  readonly index: string;
  readonly summary: string;
  readonly artifacts: string;
  /** What the process writes to; the same as `log` unless it must be masked or shortened first. */
  readonly rawLog: string;
  /** `$GAIA_RUN_DIR`: shared by the run's attempts on this host. */
  readonly scratch: string;
  /** Private to the host; beside the log, because each further folder costs a run 0.1 ms. */
  readonly outputFile: string;
  readonly summaryInput: string;
  readonly growthFile: string;
}

/** Joined by hand: the parts are clean, and this is done for each attempt. */
export function pathsOf(plan: ProcessPlan): AttemptPaths {
  const { folder, job, attempt } = plan;
  const stemPath = `${folder}/${jobFolder(job)}/${job}.${attempt}`;
  const log = `${folder}/${logFile(job, attempt)}`;
  return {
    log,
    index: `${folder}/${logIndexFile(job, attempt)}`,
    summary: `${folder}/${summaryFile(job, attempt)}`,
    artifacts: `${folder}/${artifactsFolder(job, attempt)}`,
    rawLog: needsRawLog(plan) ? `${folder}/raw/${job}.${attempt}.log` : log,
    scratch: scratchIn(folder),
    outputFile: `${stemPath}.output`,
    summaryInput: `${stemPath}.summary`,
    growthFile: `${stemPath}.graph`,
  };
}

/** Secrets must be masked, and the middle of a long log dropped, before anybody sees it. */
export function needsRawLog(plan: ProcessPlan): boolean {
  return plan.secrets.length > 0 || plan.logDrop;
}

/** The folder that the tasks of a run share. @param folder of the run */
export function scratchIn(folder: string): string {
  return `${folder}/scratch`;
}
