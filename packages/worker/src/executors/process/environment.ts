import { LIMITS, WORK_DIR_VALUE, type Assignment, type ProcessSpec } from "@gaia/contracts";
import type { AttemptPaths, ProcessPlan } from "./plan.ts";

/** The whole environment of the process; what comes later wins, and nobody can replace Gaia's own variables. */
export function environmentOf(
  assignment: Assignment,
  spec: ProcessSpec,
  plan: ProcessPlan,
  paths: AttemptPaths,
): Record<string, string> {
  const { run, job, attempt } = assignment.name;
  const environment: Record<string, string> = {
    ...assignment.environment,
    ...spec.environment,
    ...assignment.values,
    ...assignment.secrets,
    GAIA_RUN_ID: run,
    GAIA_RUN_NUMBER: assignment.run_number,
    GAIA_PIPELINE: assignment.pipeline,
    GAIA_TASK: assignment.key,
    GAIA_ATTEMPT: `${run}.${job}.${attempt}`,
    GAIA_OUTPUT: paths.outputFile,
    GAIA_SUMMARY: paths.summaryInput,
    GAIA_GRAPH: paths.growthFile,
    GAIA_ARTIFACTS: plan.artifactsAt,
    GAIA_RUN_DIR: paths.scratch,
  };
  delete environment[WORK_DIR_VALUE];
  if (assignment.traceparent !== "") environment.TRACEPARENT = assignment.traceparent;
  return environment;
}

/** Why the system, or Gaia, would not take this environment; null: it does. Names the variable, never its value. */
export function environmentProblem(environment: Readonly<Record<string, string>>): string | null {
  let totalBytes = 0;
  for (const [name, value] of Object.entries(environment)) {
    const bytes = Buffer.byteLength(name, "utf8") + 1 + Buffer.byteLength(value, "utf8");
    if (bytes > LIMITS.environmentValueBytes) {
      return (
        `the environment variable ${name} takes ${bytes} bytes, more than the ${LIMITS.environmentValueBytes} that a ` +
        "process can be given; write the value to a file and pass the file's name"
      );
    }
    if (name === "" || name.includes("=") || name.includes("\0") || value.includes("\0")) {
      return `the environment variable "${name.replaceAll("\0", "\\0")}" has a name or a value that no process can be given ("=" in the name, or a NUL character)`;
    }
    totalBytes += bytes;
  }
  if (totalBytes <= LIMITS.environmentBytes) return null;
  return `the environment takes ${totalBytes} bytes in all, more than the limit of ${LIMITS.environmentBytes}; write large values to files and pass their names`;
}
