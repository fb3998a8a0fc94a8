import type { ExitedMessage, StartedMessage } from "@gaia/launcher";
import { type AttemptName, attemptKey } from "@gaia/core";
import { type JobCall, type JobExecution, type JobHooks, type JobOutcome, ProgramError } from "@gaia/program";
import type { Programs } from "../../programs/programs.ts";
import type { ProgramWish, RunProcess } from "../../programs/run-process.ts";
import type { ServerRequests } from "../../programs/server-requests.ts";
import type { CallEvents, CallStart, CallStop, RunningCall } from "../executor.ts";
import { JobLog } from "./job-log.ts";
import type { CallEnd, ProgramWork } from "./program-work.ts";
import { startRefusal } from "./start-refusal.ts";

export interface ProgramCallOptions {
  readonly name: AttemptName;
  readonly wish: ProgramWish;
  readonly call: JobCall;
  /** Values that must be seen nowhere. */
  readonly secrets: readonly string[];
  readonly logPath: string;
  readonly work: ProgramWork;
  readonly programs: Programs;
  readonly requests: ServerRequests;
}

/** A job that was refused for lack of threads is called again when another has ended, or after so long. */
const REFUSED_AGAIN_MS = 250;
/** In so many processes of its run a job waits for a thread: as often as a job is started again that was lost. */
const MAX_PROCESSES = 3;
const NEVER_PERFORMED: CallEnd = {
  kind: "lost",
  message: `the program ended ${MAX_PROCESSES} times while this job waited for a thread of it`,
};

/** One call of a job: brings its run's process about, calls, and tells how it went. */
export class ProgramCall implements CallStart, RunningCall {
  readonly kind = "call";
  readonly #options: ProgramCallOptions;
  #events: CallEvents | null = null;
  #process: RunProcess | null = null;
  #execution: JobExecution | null = null;
  #stopped: CallStop | null = null;
  /** Aborted by the first stop: what waits and calls nothing waits no longer. */
  readonly #stopping = new AbortController();
  #kill: NodeJS.Timeout | null = null;
  #isOver = false;
  #startedAt = 0;

  constructor(options: ProgramCallOptions) {
    this.#options = options;
  }

  begin(events: CallEvents): RunningCall {
    this.#events = events;
    // Who begins it is told nothing before it has hold of it.
    queueMicrotask(() => void this.#perform());
    return this;
  }

  stop(stop: CallStop): void {
    if (this.#isOver) return;
    this.#stopped = stop;
    this.#stopping.abort();
    // Only a call that the process performs has anything to end there.
    if (this.#process !== null && this.#execution !== null)
      this.#stopIn(this.#process, this.#execution, stop);
  }

  async #perform(): Promise<void> {
    const { programs, name, wish, logPath } = this.#options;
    let log: JobLog;
    try {
      log = new JobLog(logPath);
    } catch (reason) {
      return this.#exited({ notStarted: true, refused: { code: codeOf(reason), message: textOf(reason) } });
    }
    try {
      for (let left = MAX_PROCESSES - 1; ; left -= 1) {
        // A program may take minutes to start, and other jobs of the run may want it: it is not waited for after a stop.
        const process = await Promise.race([programs.ofRun(name.run, wish), abortOf(this.#stopping.signal)]);
        if (process === null || this.#stopped !== null)
          return this.#exited({ cause: "stop", ...(this.#startedAt === 0 && { notStarted: true }) });
        if (await this.#callIn(process, log, left === 0)) return;
        log.note(
          "The program ended while this job waited for a thread of it: it is called in a new process.",
        );
      }
    } catch (reason) {
      this.#cannotStart(reason, log);
    } finally {
      log.close();
    }
  }

  /** @returns false: the process has ended and performed nothing of this job, and another one may */
  async #callIn(process: RunProcess, log: JobLog, isLast: boolean): Promise<boolean> {
    this.#process = process;
    process.log.addSecrets(this.#options.secrets);
    process.log.attach(log);
    if (this.#startedAt === 0) this.#started(process.process.started);
    let end: CallEnd | null = isLast ? NEVER_PERFORMED : null;
    try {
      const outcome = await this.#execute(process, log);
      if (outcome !== null) end = this.#endOf(outcome, process);
    } catch (reason) {
      end = { kind: "failed", message: textOf(reason) };
    }
    // A stop that comes while the log is read to its end changes nothing any more.
    const isStopped = this.#stopped !== null && end !== null && !isResult(end);
    await process.log.detach(log).catch((reason: unknown) => log.failed(reason));
    if (end === null) return false;
    const logProblem = log.problem === null ? null : `its log is not whole: ${textOf(log.problem)}`;
    this.#options.work.settle(end, logProblem, process.log.masker);
    const survivors = process.process.ended?.survivors ?? [];
    this.#exited({ ...(isStopped && { cause: "stop" }), survivors });
    return true;
  }

  /** Null: the process has ended, and has performed nothing of this job. */
  async #execute(process: RunProcess, log: JobLog): Promise<JobOutcome | null> {
    const { requests, name } = this.#options;
    const hooks = {
      ...requests.hooksFor(name),
      log: (level: Parameters<JobLog["say"]>[0], text: string) => log.say(level, text, process.log.masker),
    };
    for (;;) {
      const outcome = await this.#outcomeIn(process, hooks);
      if (outcome.kind !== "refused") return outcome;
      if (this.#stopped === null && !process.isOver)
        await process.whenFreer(REFUSED_AGAIN_MS, this.#stopping.signal);
      if (this.#stopped !== null) return { kind: "cancelled", message: outcome.message };
      if (process.isOver) return null;
    }
  }

  /** Until it has ended a stop is its affair; afterwards the process performs nothing of this job. */
  async #outcomeIn(process: RunProcess, hooks: JobHooks): Promise<JobOutcome> {
    let isRefused = false;
    process.called();
    try {
      this.#execution = process.program.execute(valuesFor(this.#options.call, process), hooks);
      const outcome = await this.#execution.outcome;
      isRefused = outcome.kind === "refused";
      return outcome;
    } finally {
      this.#execution = null;
      if (this.#kill !== null) clearTimeout(this.#kill);
      if (isRefused) process.refused();
      else process.over();
    }
  }

  /** Those who hear of it get the grace; all others end with the process, and so do the jobs beside them. */
  #stopIn(process: RunProcess, execution: JobExecution, { graceMs, reason }: CallStop): void {
    const { title } = this.#options.call;
    if (this.#kill !== null) clearTimeout(this.#kill);
    if (graceMs === 0 || !process.canCancel) {
      void process.endFor(title, graceMs);
      return;
    }
    execution.cancel(reason, graceMs);
    this.#kill = setTimeout(() => void process.endFor(title, 0), graceMs);
  }

  #endOf(outcome: JobOutcome, process: RunProcess): CallEnd {
    if (outcome.kind !== "crashed") return { kind: "outcome", outcome };
    const { ended } = process.process;
    if (ended?.lost === true)
      return { kind: "lost", message: "the launcher, which had started its process, died or was ended" };
    const { endedFor, performing } = process;
    if (endedFor === null && performing > 1) {
      const message = `${outcome.message} It performed ${performing} jobs then; which of them is at fault is not known.`;
      return { kind: "outcome", outcome: { ...outcome, message } };
    }
    if (endedFor === null || endedFor === this.#options.call.title) return { kind: "outcome", outcome };
    return {
      kind: "lost",
      message: `the process of this run was ended because \`${endedFor}\` had to end, and nothing less ends a job of this program`,
    };
  }

  #cannotStart(reason: unknown, log: JobLog): void {
    const error = reason instanceof ProgramError ? startRefusal(reason) : null;
    const message = textOf(error ?? reason);
    const remedy = error === null ? "" : ` ${error.remedy}`;
    const { masker } = this.#options.work;
    const tail = error?.stderrTail ?? "";
    if (tail !== "") log.write(Buffer.from(masker.text(tail), "utf8"));
    log.note(masker.text(`${message}${remedy}`));
    this.#options.work.settle({ kind: "failed", message }, null, null);
    this.#exited({});
  }

  #started(process: StartedMessage): void {
    this.#startedAt = Date.now();
    this.#events?.started({ ...process, attempt: attemptKey(this.#options.name), atMs: this.#startedAt });
  }

  #exited(how: Partial<ExitedMessage>): void {
    this.#isOver = true;
    const atMs = Date.now();
    const wallMs = this.#startedAt === 0 ? 0 : atMs - this.#startedAt;
    this.#events?.exited({
      kind: "exited",
      attempt: attemptKey(this.#options.name),
      code: null,
      signal: null,
      atMs,
      usage: { wallMs, userMs: null, systemMs: null, maxRssBytes: null },
      survivors: [],
      stopMeans: this.#process?.process.started.means ?? "group",
      ...how,
    });
  }
}

/** What came of it is a fact, whoever asked for a stop meanwhile. */
function isResult(end: CallEnd): boolean {
  if (end.kind !== "outcome") return end.kind === "lost";
  const { kind } = end.outcome;
  return kind === "succeeded" || kind === "exited" || kind === "skipped";
}

/** Gaia's own SDKs fill in the default of what is not sent; the published ones are sent everything, as ever. */
function valuesFor(call: JobCall, { canCancel: isOwn }: RunProcess): JobCall {
  return isOwn ? { ...call, values: call.values.filter(({ value }) => value !== "") } : call;
}

function abortOf(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
}

function codeOf(reason: unknown): "log_exists" | "log_failed" {
  return reason instanceof Error && "code" in reason && reason.code === "EEXIST"
    ? "log_exists"
    : "log_failed";
}

function textOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
