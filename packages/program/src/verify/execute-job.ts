import type {
  ArgumentValues,
  JobCall,
  JobHooks,
  JobLogLevel,
  JobOutcome,
  Program,
  ProgramJob,
} from "../port.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** Sent besides the declared ones: newer hosts may send more than a program knows. */
const UNKNOWN_ARGUMENT = { key: "gaia-sdk-verify", value: "not declared" };
/** Lines of a job's log that are kept for the case that it fails. */
const LOG_LINES = 100;

/** Called with each line that a job logs. */
export type OnLog = (level: JobLogLevel, text: string) => void;

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
  onLog: OnLog,
): Promise<Check> {
  const declared = job.arguments.map(({ key, value }) => ({ key, value: given[key] ?? value }));
  const more = Object.entries(given)
    .filter(([key]) => !declared.some((argument) => argument.key === key))
    .map(([key, value]) => ({ key, value }));
  const values: ArgumentValues = [...declared, ...more, UNKNOWN_ARGUMENT];
  const lines: string[] = [];
  const hooks = hooksOf((level, text) => {
    lines.push(text);
    if (lines.length > LOG_LINES) lines.shift();
    onLog(level, text);
  });
  const call = callOf(job.id, job.title, values);
  const outcome = await program.execute(call, hooks, AbortSignal.timeout(jobMs)).outcome;
  return checkOf(job, outcome, jobMs, `${program.process.stderrTail()}${lines.join("\n")}`);
}

/** Calls a job that the program does not have: does it say so, and live on? */
export async function executeUnknownJob(
  program: Program,
  jobs: readonly ProgramJob[],
  jobMs: number,
): Promise<Check> {
  const ids = new Set(jobs.map(({ id }) => id));
  let id = 1;
  while (ids.has(id)) id += 1;
  const call = callOf(id, "gaia sdk verify", []);
  const outcome = await program.execute(
    call,
    hooksOf(() => {}),
    AbortSignal.timeout(jobMs),
  ).outcome;
  if (outcome.kind === "errored" && outcome.message.startsWith("NOT_FOUND"))
    return ok("perform", "a job that it does not have is refused");
  const said = "message" in outcome ? `${outcome.kind}: ${outcome.message}` : outcome.kind;
  const text = `a job that it does not have ended as ${said}`;
  const remedy = "Answer a call of an unknown id with the status NOT_FOUND.";
  return outcome.kind === "crashed" || outcome.kind === "abandoned"
    ? failed("perform", text, remedy, program.process.stderrTail())
    : warning("perform", text, remedy);
}

function callOf(job: number, title: string, values: ArgumentValues): JobCall {
  return { job, title, values, outputs: {}, run: "verify", pipeline: "verify", attempt: 1 };
}

function hooksOf(log: OnLog): JobHooks {
  const refuse = (): Promise<never> =>
    Promise.reject(new Error("`gaia sdk verify` starts no other pipelines."));
  return { log, startRun: refuse, awaitRun: refuse };
}

function checkOf(job: ProgramJob, outcome: JobOutcome, jobMs: number, log: string): Check {
  const name = `run ${job.title}` as const;
  switch (outcome.kind) {
    case "succeeded":
      return ok(name, ["succeeded", ...particulars(outcome)].join("; "));
    case "exited":
      return ok(name, `asked to end the pipeline: ${outcome.message}`);
    case "skipped":
      return ok(name, `skipped: ${outcome.message}`);
    case "cancelled":
      return failed(name, `cancelled: ${outcome.message}`, "Nobody asked it to end.", log);
    case "failed":
      return failed(name, outcome.message, "The job says so itself.", log);
    case "errored":
      return failed(name, outcome.message, "Let a failing job answer with a result, as the SDKs do.", log);
    case "crashed":
      return failed(name, outcome.message, "A job may fail, but not end the process.", log);
    case "refused":
      return warning(name, outcome.message, "Give the server more threads.");
    case "abandoned":
      return failed(
        name,
        `no answer within ${jobMs / 1000} s`,
        "Give it longer with --timeout. A job that ends its own thread never answers.",
        log,
      );
  }
}

function particulars({ outputs, jobs }: JobOutcome & { kind: "succeeded" }): readonly string[] {
  const names = Object.keys(outputs);
  return [
    ...(names.length === 0 ? [] : [`outputs: ${names.join(", ")}`]),
    ...(jobs.length === 0 ? [] : [`adds ${jobs.length === 1 ? "1 job" : `${jobs.length} jobs`}`]),
  ];
}
