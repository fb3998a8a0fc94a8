import { LIMITS, OWN_VALUE, type Assignment, type ProcessSpec } from "@gaia/contracts";
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
  // A deleted key makes the object slow, so it is done only where there is one.
  for (const name of Object.keys(assignment.values)) if (name.startsWith(OWN_VALUE)) delete environment[name];
  if (assignment.traceparent !== "") environment.TRACEPARENT = assignment.traceparent;
  return environment;
}

/** Why the system, or Gaia, would not take this environment; null: it does. Names the variable, never its value. */
export function environmentProblem(environment: Readonly<Record<string, string>>): string | null {
  let totalUnits = 0;
  for (const [name, value] of Object.entries(environment)) {
    totalUnits += name.length + value.length + 1;
    if (name === "" || name.includes("=") || name.includes("\0") || value.includes("\0")) {
      return `the environment variable "${name.replaceAll("\0", "\\0")}" has a name or a value that no process can be given ("=" in the name, or a NUL character)`;
    }
    if ((name.length + value.length) * BYTES_PER_UNIT < LIMITS.environmentValueBytes) continue;
    const bytes = entryBytes(name, value);
    if (bytes > LIMITS.environmentValueBytes) {
      return (
        `the environment variable ${name} takes ${bytes} bytes, more than the ${LIMITS.environmentValueBytes} that a ` +
        "process can be given; write the value to a file and pass the file's name"
      );
    }
  }
  if (totalUnits * BYTES_PER_UNIT < LIMITS.environmentBytes) return null;
  const totalBytes = Object.entries(environment).reduce(
    (sum, [name, value]) => sum + entryBytes(name, value),
    0,
  );
  if (totalBytes <= LIMITS.environmentBytes) return null;
  return `the environment takes ${totalBytes} bytes in all, more than the limit of ${LIMITS.environmentBytes}; write large values to files and pass their names`;
}

/** UTF-8 takes at most so many bytes for a unit of a string: most environments fit without being measured. */
const BYTES_PER_UNIT = 3;

function entryBytes(name: string, value: string): number {
  return Buffer.byteLength(name, "utf8") + 1 + Buffer.byteLength(value, "utf8");
}
