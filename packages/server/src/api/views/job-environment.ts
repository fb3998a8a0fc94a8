import {
  GaiaError,
  type JobEnvironment,
  OWN_VALUE,
  programSpec,
  RUN_TREE,
  runFolder,
  TREE_FOLDER,
  WORK_DIR_VALUE,
} from "@gaia/contracts";
import { type Job, taskValues } from "@gaia/core";
import { join, resolve } from "node:path";
import type { HeldRun } from "../../engine/port.ts";
import { secretName } from "../../engine/dispatch.ts";
import type { Situation } from "../situation.ts";
import { jobAt, jobView, processSpecOf, taskOf } from "./job-view.ts";
import { snapshotOf } from "./snapshot.ts";

/**
 * What the process of a job is given, without the files of one attempt: a second process must not write into those.
 *
 * @throws GaiaError `unsupported` when the job has no process, `conflict` when it was never started
 */
export function jobEnvironmentView(
  held: HeldRun,
  number: number,
  situation: Situation,
  home: string,
): JobEnvironment {
  const run = snapshotOf(held);
  const job = jobAt(run, number);
  const view = jobView(run, number, situation);
  const spec = processSpecOf(job);
  if (spec === null || job.work.kind !== "task") {
    throw new GaiaError("unsupported", `\`${job.key}\` has no process of its own${insteadOf(job)}.`);
  }
  // What its values are is known, and never changes, from its first start on.
  if (view.attempt === 0) {
    const why = view.reason === "" ? "" : ` (${view.reason})`;
    throw new GaiaError(
      "conflict",
      `\`${job.key}\` was never started in this run: it is ${view.status}${why}.`,
    );
  }
  const scratch = join(home, runFolder(held.id, held.run.header.createdAt), "scratch");
  const { [WORK_DIR_VALUE]: workDir, ...rendered } = taskValues(held.run, number);
  const values = Object.fromEntries(Object.entries(rendered).filter(([name]) => !name.startsWith(OWN_VALUE)));
  return {
    key: job.key,
    work_dir: resolve(
      held.facts.workDir === RUN_TREE ? join(scratch, TREE_FOLDER) : held.facts.workDir,
      workDir ?? spec.workDir ?? ".",
    ),
    shell: spec.shell,
    command: spec.command,
    environment: {
      ...held.facts.environment,
      ...spec.environment,
      ...values,
      GAIA_RUN_ID: held.id,
      GAIA_RUN_NUMBER: String(held.facts.number),
      GAIA_PIPELINE: held.facts.pipeline,
      GAIA_TASK: job.key,
      GAIA_RUN_DIR: scratch,
    },
    secrets: Object.fromEntries(
      Object.entries(spec.secrets).flatMap(([variable, wanted]) => {
        const name = secretName(wanted, held.run.settings.inputs);
        return name === null ? [] : [[variable, name]];
      }),
    ),
  };
}

/** What has one, or how it is tried without Gaia. */
function insteadOf(job: Job): string {
  if (job.work.kind === "group") return "; its members have";
  const task = taskOf(job);
  const program = task?.executor === "program" ? programSpec.safeParse(task.spec) : null;
  if (program?.success !== true) return "";
  const title = `'${program.data.title.replaceAll("'", "'\\''")}'`;
  return `: it is a call in its program's. A program of Gaia's own SDKs performs it without Gaia, in the folder of its sources: PROGRAM run --job ${title}`;
}
