import type { ArgumentValues, JobOutcome, Program, ProgramJob } from "../port.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** Sent besides the declared ones: newer hosts may send more than a program knows. */
const UNKNOWN_ARGUMENT = { key: "gaia-sdk-verify", value: "not declared" };

/** The job that a title (in any case) or an id names. */
export function findJob(jobs: readonly ProgramJob[], name: string): ProgramJob | null {
  const title = name.toLowerCase();
  return jobs.find((job) => job.title.toLowerCase() === title || String(job.id) === name) ?? null;
}

/** Calls one job with its arguments as declared, given values and one that it does not know. */
export async function executeJob(
  program: Program,
  job: ProgramJob,
  given: Readonly<Record<string, string>>,
  jobMs: number,
): Promise<Check> {
  const declared = job.arguments.map(({ key, value }) => ({ key, value: given[key] ?? value }));
  const more = Object.entries(given)
    .filter(([key]) => !declared.some((argument) => argument.key === key))
    .map(([key, value]) => ({ key, value }));
  const values: ArgumentValues = [...declared, ...more, UNKNOWN_ARGUMENT];
  const outcome = await program.execute(job.id, values, AbortSignal.timeout(jobMs));
  return checkOf(job, outcome, jobMs, program.process.stderrTail());
}

function checkOf(job: ProgramJob, outcome: JobOutcome, jobMs: number, stderr: string): Check {
  const name = `run ${job.title}` as const;
  switch (outcome.kind) {
    case "succeeded":
      return ok(name, "succeeded");
    case "exited":
      return ok(name, `asked to end the pipeline: ${outcome.message}`);
    case "failed":
      return failed(name, outcome.message, "The job says so itself.", stderr);
    case "errored":
      return failed(name, outcome.message, "Let a failing job answer with a result, as the SDKs do.", stderr);
    case "crashed":
      return failed(name, outcome.message, "A job may fail, but not end the process.", stderr);
    case "refused":
      return warning(name, outcome.message, "Give the server more threads.");
    case "abandoned":
      return failed(
        name,
        `no answer within ${jobMs / 1000} s`,
        "Give it longer with --timeout. A job that ends its own thread never answers.",
        stderr,
      );
  }
}
