import {
  type ArgumentValues,
  type CertificateAuthority,
  type JobCall,
  type JobExecution,
  type JobHooks,
  type JobOutcome,
  openProgram,
  type Program,
  type ProgramDescription,
  type ProgramJob,
  type StartCommand,
  startChildProcess,
  type StartProcess,
  temporaryAuthority,
} from "@gaia/program";
import { RawClient } from "./raw-client.ts";

/** A call, and what the job said while it ran. */
export interface Performed {
  readonly outcome: JobOutcome;
  /** `LEVEL text`, a message each. */
  readonly log: readonly string[];
}

export interface CallOptions extends Partial<Omit<JobCall, "job" | "values">> {
  readonly hooks?: Partial<JobHooks>;
  readonly signal?: AbortSignal;
}

/** From SIGTERM to SIGKILL: a program has a second, and a machine that does other things besides takes its time. */
const STOP_GRACE_MS = 20_000;

/** Starts programs as children of the test. */
export function startPatiently(onStderr: (bytes: Buffer) => void = () => {}): StartProcess {
  return (command, environment) =>
    startChildProcess(command, environment, { stopGraceMs: STOP_GRACE_MS, onStderr });
}

/** A started program, as a worker has it. */
export class Session {
  readonly program: Program;
  readonly description: ProgramDescription;
  readonly #authority: CertificateAuthority;
  readonly #stderr: () => Buffer;

  private constructor(
    program: Program,
    description: ProgramDescription,
    authority: CertificateAuthority,
    stderr: () => Buffer,
  ) {
    this.program = program;
    this.description = description;
    this.#authority = authority;
    this.#stderr = stderr;
  }

  /** Starts a program. */
  static async open(command: StartCommand, environment: NodeJS.ProcessEnv = process.env): Promise<Session> {
    const stderr: Buffer[] = [];
    const authority = await temporaryAuthority();
    const program = await openProgram({
      command,
      environment,
      start: startPatiently((bytes) => stderr.push(bytes)),
      authority,
    });
    return new Session(program, await program.describe(), authority, () => Buffer.concat(stderr));
  }

  /** All that the program has written to stderr. */
  stderr(): string {
    return this.stderrBytes().toString("utf8");
  }

  stderrBytes(): Buffer {
    return this.#stderr();
  }

  /** Another client of the program, which may send what no worker does. */
  async rawClient(): Promise<RawClient> {
    return new RawClient(this.program, this.#authority, await this.#authority.issue());
  }

  job(title: string): ProgramJob {
    const found = this.description.jobs.find((one) => one.title === title);
    if (found === undefined) throw new Error(`the program has no job ${title}`);
    return found;
  }

  /** Begins a job. */
  begin(
    title: string,
    values: Readonly<Record<string, string>> = {},
    { hooks, signal, ...call }: CallOptions = {},
  ): JobExecution {
    const sent: ArgumentValues = Object.entries(values).map(([key, value]) => ({ key, value }));
    return this.program.execute(
      {
        job: this.job(title).id,
        title,
        values: sent,
        outputs: {},
        run: "run_1",
        pipeline: "conformance",
        attempt: 1,
        ...call,
      },
      {
        log: () => {},
        startRun: () => Promise.reject(new Error("this case starts no runs")),
        awaitRun: () => Promise.reject(new Error("this case has no runs")),
        ...hooks,
      },
      signal,
    );
  }

  /** Performs a job to its end. */
  async perform(
    title: string,
    values: Readonly<Record<string, string>> = {},
    options: CallOptions = {},
  ): Promise<Performed> {
    const log: string[] = [];
    const hooks: Partial<JobHooks> = {
      log: (level, text) => void log.push(`${level.toUpperCase()} ${text}`),
      ...options.hooks,
    };
    return { outcome: await this.begin(title, values, { ...options, hooks }).outcome, log };
  }

  /** Begins a job, and waits until it says that it waits. */
  async beginWaiting(title: string, signal?: AbortSignal): Promise<JobExecution> {
    let said = (): void => {};
    const waiting = new Promise<void>((resolve) => (said = resolve));
    const log: JobHooks["log"] = (_level, text) => {
      if (text === "waiting") said();
    };
    const execution = this.begin(title, {}, { hooks: { log }, ...(signal === undefined ? {} : { signal }) });
    const ended = execution.outcome.then((outcome) => {
      throw new Error(`${title} did not wait: ${JSON.stringify(outcome)}`);
    });
    // Whichever is first; that the job ends later is as it should be.
    await Promise.race([waiting, ended]);
    ended.catch(() => {});
    return execution;
  }

  close(): Promise<void> {
    return this.program.close();
  }
}

/** What a job has handed on; what it ended as, when it did not succeed. */
export function outputsOf({ outcome }: Performed): unknown {
  return outcome.kind === "succeeded" ? outcome.outputs : outcome;
}
