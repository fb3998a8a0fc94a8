import { isDeepStrictEqual } from "node:util";
import { temporaryAuthority } from "../certificates/authority.ts";
import { openProgram } from "../open-program.ts";
import type { Program, ProgramJob, ProgramLimits, StartCommand, StartProcess } from "../port.ts";
import { type Check, type CheckName, failed, failedBy, ok, skipped, warning } from "./check.ts";
import { executeJob, findJob } from "./execute-job.ts";

export type { Check, CheckName } from "./check.ts";

export interface VerifyOptions {
  readonly command: StartCommand;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly start: StartProcess;
  /** Titles or ids of the jobs to run. None is run unasked: a job may do anything. */
  readonly run: readonly string[];
  /** Values for their arguments; what is not given keeps the program's default. */
  readonly values: Readonly<Record<string, string>>;
  /** A job that takes longer fails its check. */
  readonly jobMs: number;
  readonly limits?: Partial<ProgramLimits>;
  /** Called with each line of the checklist as soon as it is known. */
  readonly onCheck: (check: Check) => void;
}

export interface Verification {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly jobs: readonly ProgramJob[];
}

/** Types of arguments that the original Gaia shows a field for. */
const ARGUMENT_TYPES = new Set(["textfield", "textarea", "boolean", "vault"]);

/** Starts a program, twice, and drives it through what a host of Gaia does with it. */
export async function verifyProgram(options: VerifyOptions): Promise<Verification> {
  const checks: Check[] = [];
  const note = (check: Check): void => {
    checks.push(check);
    options.onCheck(check);
  };
  const jobs = await verifyStarted(options, note);
  return { ok: !checks.some(({ status }) => status === "failed"), checks, jobs };
}

async function verifyStarted(
  options: VerifyOptions,
  note: (check: Check) => void,
): Promise<readonly ProgramJob[]> {
  const later: readonly CheckName[] = ["jobs", "stable", "arguments", "certificate", "health"];
  const program = await opened(options).catch((reason: unknown) => {
    note(failedBy("handshake", reason));
    return null;
  });
  if (program === null) {
    for (const name of [...later, "stdout", "stop"] as const)
      note(skipped(name, "the program did not start"));
    return [];
  }
  try {
    const { handshake } = program;
    note(ok("handshake", `protocol ${handshake.appVersion}, ${handshake.network} ${handshake.address}`));
    const jobs = await program.jobs().catch((reason: unknown) => {
      note(failedBy("jobs", reason));
      return null;
    });
    if (jobs === null) for (const name of later.slice(1)) note(skipped(name, "the jobs are not known"));
    else await verifyJobs(options, program, jobs, note);
    const lost = program.lostBytes();
    if (lost === 0) note(ok("stdout", "silent after the handshake"));
    else {
      const text = `${lost} bytes were printed after the handshake; nobody sees them`;
      note(warning("stdout", text, "Write to stderr, which is the log."));
    }
    note(await verifyStop(program));
    return jobs ?? [];
  } finally {
    await program.close();
  }
}

async function verifyJobs(
  options: VerifyOptions,
  program: Program,
  jobs: readonly ProgramJob[],
  note: (check: Check) => void,
): Promise<void> {
  const count = jobs.length === 1 ? "1 job" : `${jobs.length} jobs`;
  note(ok("jobs", `${count} over mutual TLS`));
  note(await verifyStable(options, program, jobs));
  note(verifyArguments(jobs));
  note(await verifyCertificate(program));
  note(await verifyHealth(program));
  for (const name of options.run) {
    const job = findJob(jobs, name);
    if (job !== null) note(await executeJob(program, job, options.values, options.jobMs));
    else {
      const titles = jobs.slice(0, 20).map(({ title }) => `\`${title}\``);
      note(failed(`run ${name}`, "there is no such job", `There are: ${titles.join(", ")}.`));
    }
  }
}

function opened(options: VerifyOptions): Promise<Program> {
  const { command, environment, start, limits } = options;
  return temporaryAuthority().then((authority) =>
    openProgram({ command, environment, start, authority, ...(limits === undefined ? {} : { limits }) }),
  );
}

/** Gaia asks at each start, and runs what it was told at an earlier one. */
async function verifyStable(
  options: VerifyOptions,
  program: Program,
  jobs: readonly ProgramJob[],
): Promise<Check> {
  const remedy = "Build the list without time, chance or the environment.";
  try {
    if (!isDeepStrictEqual(await program.jobs(), jobs))
      return failed("stable", "the jobs are others when they are asked for again", remedy);
    const second = await opened(options);
    try {
      if (!isDeepStrictEqual(await second.jobs(), jobs))
        return failed("stable", "the jobs are others in a second process", remedy);
    } finally {
      await second.close();
    }
    return ok("stable", "the same in two calls and in two processes");
  } catch (reason) {
    return failedBy("stable", reason);
  }
}

function verifyArguments(jobs: readonly ProgramJob[]): Check {
  const declared = jobs.flatMap((job) => job.arguments.map((argument) => ({ job, argument })));
  if (declared.length === 0) return ok("arguments", "none declared");
  for (const { job, argument } of declared) {
    const where = `argument \`${argument.key}\` of \`${job.title}\``;
    if (argument.key === "")
      return failed("arguments", `an argument of \`${job.title}\` has no key`, "Give it one.");
    if (!ARGUMENT_TYPES.has(argument.type)) {
      const known = [...ARGUMENT_TYPES].join(", ");
      return warning("arguments", `${where} has the type \`${argument.type}\``, `Types are ${known}.`);
    }
  }
  for (const job of jobs) {
    const keys = job.arguments.map(({ key }) => key);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined)
      return failed("arguments", `\`${job.title}\` declares \`${twice}\` twice`, "Declare it once.");
  }
  return ok("arguments", `${declared.length} declared`);
}

async function verifyCertificate(program: Program): Promise<Check> {
  if (!(await program.answersStrangers())) return ok("certificate", "a host without one is turned away");
  return warning(
    "certificate",
    "a host without one is answered: any user of the machine can run the jobs",
    "Let the server require a client certificate that GAIA_PLUGIN_CA_CERT has signed.",
  );
}

/** Optional: Gaia does not ask. The name is go-plugin's; the published Node SDK knows only the empty one. */
async function verifyHealth(program: Program): Promise<Check> {
  const health = await program.health("plugin");
  if (health === "unknown_service" && (await program.health("")) === "serving")
    return ok("health", "serving, as the whole server (optional)");
  const texts = {
    serving: "serving (optional)",
    not_serving: "says that it does not serve (optional)",
    unknown_service: "does not know the service `plugin` (optional)",
    none: "not offered (optional)",
  } as const;
  return ok("health", texts[health]);
}

async function verifyStop(program: Program): Promise<Check> {
  const early = await Promise.race([program.process.exited, Promise.resolve(null)]);
  if (early !== null) {
    const tail = program.process.stderrTail();
    return failed("stop", "the program ended by itself", "It serves until it is stopped.", tail);
  }
  await program.close();
  const { code, signal } = await program.process.exited;
  if (signal === "SIGKILL") {
    const remedy = "Let SIGTERM end the process, also while a job runs.";
    return warning("stop", "it did not end after SIGTERM and was killed", remedy);
  }
  return ok("stop", `ends after SIGTERM (${signal ?? `exit code ${code}`})`);
}
