import { type Check, type ChildProgram, ProgramError, startChildProcess, verifyProgram } from "@gaia/program";
import type { ProgramJob, StartCommand } from "@gaia/program";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { type Input, pairs } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { plainLine } from "../terminal/control.ts";
import { plural } from "../terminal/time.ts";

const NAME_COLUMNS = 13;
const JOB_SECONDS = 60;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `gaia sdk verify`: a checklist of what a host of Gaia does with a pipeline program. Needs no server. */
export async function verify(context: Context, input: Input): Promise<number> {
  const [file = "", ...args] = input.rest(0);
  const values = await pairs("arg", input.list("arg"));
  const jobSeconds = input.count("timeout", 1) ?? JOB_SECONDS;
  const processes = new Processes(input.verbose);
  const interrupt = (): void => processes.interrupt();
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    const verification = await verifyProgram({
      command: { file, args, folder: null },
      environment: context.environment,
      start: (command, environment) => processes.start(command, environment),
      run: input.list("run"),
      values,
      jobMs: jobSeconds * 1000,
      onLog: (level, text) => processes.log(level, text),
      onCheck: (check) => {
        if (!input.json && !processes.interrupted) tell(context, check, input.quiet);
      },
    });
    if (processes.interrupted) return EXIT.interrupted;
    if (input.json) outDocument(context, { ...verification, jobs: jobDocuments(verification.jobs) });
    else {
      if (input.flag("jobs")) tellJobs(context, verification.jobs);
      if (!input.quiet) tellVerdict(context, verification.checks, [file, ...args]);
    }
    return verification.ok ? EXIT.success : EXIT.failed;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

/** The processes that the checks start. An interruption ends them, and with them every check that waits for one. */
class Processes {
  readonly #started = new Set<ChildProgram>();
  readonly #shown: boolean;
  interrupted = false;

  constructor(shown: boolean) {
    this.#shown = shown;
  }

  async start(command: StartCommand, environment: Readonly<Record<string, string>>): Promise<ChildProgram> {
    if (this.interrupted) throw new ProgramError("start_refused", "Interrupted.");
    const onStderr = this.#shown ? { onStderr: (bytes: Buffer) => void process.stderr.write(bytes) } : {};
    const child = await startChildProcess(command, environment, onStderr);
    this.#started.add(child);
    if (this.#isInterrupted()) child.kill();
    return child;
  }

  /** What a job logs by its SDK, beside what its process writes to stderr. */
  log(level: string, text: string): void {
    if (this.#shown) process.stderr.write(`${level.toUpperCase()} ${text}\n`);
  }

  interrupt(): void {
    this.interrupted = true;
    for (const child of this.#started) child.kill();
  }

  /** May have become true while a process was being started. */
  #isInterrupted(): boolean {
    return this.interrupted;
  }
}

function tell(context: Context, check: Check, quiet: boolean): void {
  if (quiet && (check.status === "ok" || check.status === "skipped")) return;
  const style = context.outStyle;
  const mark = { ok: style.good("✓"), warning: style.warn("!"), failed: style.bad("✗"), skipped: "–" }[
    check.status
  ];
  context.out(`  ${mark} ${check.name.padEnd(NAME_COLUMNS)}${plainLine(check.text)}`);
  const indent = " ".repeat(NAME_COLUMNS + 4);
  for (const line of check.stderr) context.out(style.faint(`${indent}${plainLine(line)}`));
  if (check.remedy !== null) context.out(`${indent}${plainLine(check.remedy)}`);
}

function jobDocuments(jobs: readonly ProgramJob[]): readonly object[] {
  const titles = new Map(jobs.map(({ id, title }) => [id, title]));
  return jobs.map(({ dependsOn, ...job }) => ({
    ...job,
    dependencies: dependsOn.map((id) => titles.get(id)),
  }));
}

function tellJobs(context: Context, jobs: readonly ProgramJob[]): void {
  if (jobs.length === 0) return;
  const style = context.outStyle;
  const titles = new Map(jobs.map(({ id, title }) => [id, title]));
  const columns = [{ title: "  JOB" }, { title: "NEEDS" }, { title: "ARGUMENTS" }];
  const rows = jobs.map((job) => [
    `  ${plainLine(job.title)}`,
    job.onDemand
      ? "(on demand)"
      : plainLine(job.dependsOn.map((id) => titles.get(id) ?? String(id)).join(", ")),
    plainLine(job.arguments.map(({ key, type }) => `${key} (${type})`).join(", ")),
  ]);
  context.out("");
  for (const line of tableLines(columns, rows, style.faint, outColumns(context))) context.out(line);
}

function tellVerdict(context: Context, checks: readonly Check[], words: readonly string[]): void {
  const style = context.outStyle;
  const command = plainLine(words.map(shellWord).join(" "));
  const failures = checks.filter(({ status }) => status === "failed").length;
  const warnings = checks.filter(({ status }) => status === "warning").length;
  context.out("");
  if (failures > 0) {
    context.out(`  ${style.bad("✗")} ${plural(failures, "check")} failed: ${command}`);
    return;
  }
  const but = warnings === 0 ? "" : ` (${plural(warnings, "warning")})`;
  context.out(`  ${style.good("✓")} speaks Gaia's protocol${but}: ${command}`);
}
