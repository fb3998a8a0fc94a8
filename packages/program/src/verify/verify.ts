import { isDeepStrictEqual } from "node:util";
import { temporaryAuthority } from "../certificates/authority.ts";
import { openProgram } from "../open-program.ts";
import type {
  OpenProgramOptions,
  Program,
  ProgramDescription,
  ProgramJob,
  ProgramLimits,
  StartCommand,
  StartProcess,
} from "../port.ts";
import { verifyArguments } from "./arguments.ts";
import { type Check, type CheckName, failed, failedBy, ok, skipped, warning } from "./check.ts";
import { executeJob, executeUnknownJob, findJob, type OnLog } from "./execute-job.ts";

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
  /** Called with each line that a job logs other than by stderr. */
  readonly onLog?: OnLog;
}

export interface Verification {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** Name and version of one of Gaia's own SDKs; null: another, or none. */
  readonly sdk: string | null;
  readonly jobs: readonly ProgramJob[];
}

/** Starts a program, more than once, and drives it through what a host of Gaia does with it. */
export async function verifyProgram(options: VerifyOptions): Promise<Verification> {
  const checks: Check[] = [];
  const note = (check: Check): void => {
    checks.push(check);
    options.onCheck(check);
  };
  const description = await verifyStarted(options, note);
  const { sdk, jobs } = description ?? { sdk: null, jobs: [] };
  return { ok: !checks.some(({ status }) => status === "failed"), checks, sdk, jobs };
}

async function verifyStarted(
  options: VerifyOptions,
  note: (check: Check) => void,
): Promise<ProgramDescription | null> {
  const later: readonly CheckName[] = ["jobs", "sdk", "stable", "arguments", "certificate", "health"];
  const program = await opened(options).catch((reason: unknown) => {
    note(failedBy("handshake", reason));
    return null;
  });
  if (program === null) {
    for (const name of [...later, "stdout", "stop"] as const)
      note(skipped(name, "the program did not start"));
    return null;
  }
  try {
    const { handshake } = program;
    note(ok("handshake", `protocol ${handshake.appVersion}, ${handshake.network} ${handshake.address}`));
    const description = await program.describe().catch((reason: unknown) => {
      note(failedBy("jobs", reason));
      return null;
    });
    if (description === null)
      for (const name of later.slice(1)) note(skipped(name, "the jobs are not known"));
    else await verifyJobs(options, program, description, note);
    const lost = program.lostBytes();
    if (lost === 0) note(ok("stdout", "silent after the handshake"));
    else {
      const text = `${lost} bytes were printed after the handshake; nobody sees them`;
      note(warning("stdout", text, "Write to stderr, which is the log."));
    }
    note(await verifyStop(program));
    return description;
  } finally {
    await program.close();
  }
}

async function verifyJobs(
  options: VerifyOptions,
  program: Program,
  description: ProgramDescription,
  note: (check: Check) => void,
): Promise<void> {
  const { sdk, jobs } = description;
  const count = jobs.length === 1 ? "1 job" : `${jobs.length} jobs`;
  note(ok("jobs", `${count} over mutual TLS`));
  note(ok("sdk", sdkText(description)));
  note(await verifyStable(options, program, description));
  note(verifyArguments(jobs, sdk));
  note(await verifyCertificate(program));
  note(await verifyHealth(program));
  if (sdk !== null) {
    note(await verifyPublished(options, jobs));
    note(await executeUnknownJob(program, jobs, options.jobMs));
  }
  for (const name of options.run) {
    const job = findJob(jobs, name);
    if (job !== null)
      note(await executeJob(program, job, options.values, options.jobMs, options.onLog ?? (() => {})));
    else {
      const titles = jobs.slice(0, 20).map(({ title }) => `\`${title}\``);
      note(failed(`run ${name}`, "there is no such job", `There are: ${titles.join(", ")}.`));
    }
  }
}

function sdkText({ sdk, maxParallel }: ProgramDescription): string {
  if (sdk === null) return "one that is published for Gaia, or none";
  const parallel = maxParallel === 0 ? "any number of jobs" : `at most ${maxParallel} jobs`;
  return `${sdk}, ${parallel} at once`;
}

async function opened(
  options: VerifyOptions,
  protocol: OpenProgramOptions["protocol"] & string = "newest",
): Promise<Program> {
  const { command, environment, start, limits = {} } = options;
  return openProgram({
    command,
    environment,
    start,
    authority: await temporaryAuthority(),
    limits,
    protocol,
  });
}

/** Gaia asks at each start, and runs what it was told at an earlier one. */
async function verifyStable(
  options: VerifyOptions,
  program: Program,
  description: ProgramDescription,
): Promise<Check> {
  const remedy = "Build the list without time, chance or the environment.";
  try {
    if (!isDeepStrictEqual(await program.describe(), description))
      return failed("stable", "the jobs are others when they are asked for again", remedy);
    const second = await opened(options);
    try {
      if (!isDeepStrictEqual(await second.describe(), description))
        return failed("stable", "the jobs are others in a second process", remedy);
    } finally {
      await second.close();
    }
    return ok("stable", "the same in two calls and in two processes");
  } catch (reason) {
    return failedBy("stable", reason);
  }
}

/** A program on one of Gaia's own SDKs says the same to a host that knows the published protocol alone. */
async function verifyPublished(options: VerifyOptions, jobs: readonly ProgramJob[]): Promise<Check> {
  try {
    const program = await opened(options, "published");
    try {
      const published = (await program.describe()).jobs;
      if (isDeepStrictEqual(published.map(core), jobs.filter(({ onDemand }) => !onDemand).map(core)))
        return ok("published", "the same jobs over the published protocol");
      const remedy = "List the same jobs in the same order, without those on demand.";
      return failed("published", "proto.Plugin lists other jobs", remedy);
    } finally {
      await program.close();
    }
  } catch (reason) {
    return failedBy("published", reason);
  }
}

/** What both protocols say of a job. */
function core({ id, title, description, dependsOn, arguments: declared }: ProgramJob): object {
  const values = declared.map(({ key, description, value }) => ({ key, description, value }));
  return { id, title, description, dependsOn, values };
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
