import type { Readable } from "node:stream";

/** The host's side of a pipeline program: what is asked for, what is given back. */

export type ProgramLanguage = "golang" | "cpp" | "java" | "python" | "ruby" | "nodejs";

/** How a program is started: the file is looked for on PATH when it has no slash. */
export interface StartCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Null: the host's choice. */
  readonly folder: string | null;
}

/** How a process ended. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A started process. Who starts it sees to its tree; this package only asks. */
export interface ProgramProcess {
  readonly stdout: Readable;
  /** Resolves when the process has ended and its stderr is read. */
  readonly exited: Promise<ProgramExit>;
  /** The end of what it wrote to stderr. */
  stderrTail(): string;
  /** SIGTERM to the whole tree, and after a grace SIGKILL. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts a process. Throws, or rejects, a `ProgramError` `start_refused` when the system refuses. */
export type StartProcess = (
  command: StartCommand,
  environment: Readonly<Record<string, string>>,
) => Promise<ProgramProcess>;

/** Time, so that tests need none. */
export interface ProgramClock {
  /** Calls once, after so many milliseconds. Answers how to call it off. */
  after(ms: number, call: () => void): () => void;
}

/** A certificate and its key, as PEM; the key is PKCS#8, because Java reads nothing else. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Who signs the certificates of programs and of their host. */
export interface CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** A new pair for one end of one connection. */
  issue(): Promise<KeyPair>;
}

export interface ProgramLimits {
  readonly startMs: number;
  /** From the call to the last of its jobs. */
  readonly jobListMs: number;
}

export interface OpenProgramOptions {
  readonly command: StartCommand;
  /** What the program inherits. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly start: StartProcess;
  readonly authority: CertificateAuthority;
  /**
   * Where its key and certificates lie while it runs: the system's temporary folder, unless told otherwise. Who may be
   * killed meanwhile names one that is emptied afterwards.
   */
  readonly folder?: string;
  readonly clock?: ProgramClock;
  readonly limits?: Partial<ProgramLimits>;
  /** `published`: speaks to it as the original Gaia does, whatever else it serves. */
  readonly protocol?: "newest" | "published";
}

/** The line with which a program says where it listens. */
export interface Handshake {
  readonly coreVersion: number;
  readonly appVersion: number;
  readonly network: "tcp" | "unix";
  readonly address: string;
  readonly protocol: "grpc";
}

/** JSON, as it is read. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a job hands on to those that depend on it, by name. */
export type JobOutputs = Readonly<Record<string, JsonValue>>;

export type ArgumentType = "text" | "textarea" | "boolean" | "number" | "choice" | "vault";

export interface ProgramArgument {
  readonly key: string;
  readonly type: ArgumentType;
  /** As the program says it: `textfield` for `text`. What is not known is taken for text. */
  readonly declaredType: string;
  readonly description: string;
  /** The program's default; empty when it has none. */
  readonly value: string;
  /** Of a `choice`. */
  readonly choices: readonly string[];
  /** Has to be given, or have a default. */
  readonly required: boolean;
}

/** A job of a program, checked. Ids are opaque. */
export interface ProgramJob {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly dependsOn: readonly number[];
  readonly arguments: readonly ProgramArgument[];
  /** No part of the graph: performed only by jobs that are added at run time. */
  readonly onDemand: boolean;
  /** In all, counting the first. */
  readonly attempts: number;
  /** Of one attempt. */
  readonly timeoutMs: number | null;
}

/** What a program is made of. */
export interface ProgramDescription {
  /** Name and version of one of Gaia's own SDKs (`gaia-python/0.1.0`); null: a published SDK, or none. */
  readonly sdk: string | null;
  /** How many jobs may be performed at once; 0: the program sets no bound. Published SDKs do not say: PARALLEL_CALLS does. */
  readonly maxParallel: number;
  /** In the author's order. */
  readonly jobs: readonly ProgramJob[];
}

/** Values of a job's arguments, in the order in which they are sent. */
export type ArgumentValues = readonly { readonly key: string; readonly value: string }[];

/** One call of a job. Published SDKs take its id and values; the rest is for Gaia's own. */
export interface JobCall {
  /** Whose function is performed. */
  readonly job: number;
  /** Of what is performed: the job's own, or that of one that was added at run time. */
  readonly title: string;
  readonly values: ArgumentValues;
  /** Of the jobs that it depends on, by title. */
  readonly outputs: Readonly<Record<string, JobOutputs>>;
  readonly run: string;
  readonly pipeline: string;
  /** From 1. */
  readonly attempt: number;
}

export type JobLogLevel = "debug" | "info" | "warn" | "error";

/** How another pipeline's run ended, or stands. */
export interface AwaitedRun {
  /** pending, running, stopping, completed, failed, cancelled */
  readonly status: string;
  readonly outputs: JobOutputs;
}

/** What a job may ask of its host while it runs. What these reject with is told to the job, in words. */
export interface JobHooks {
  /** One line, or several. No more is read from the job before this resolves. */
  log(level: JobLogLevel, text: string): void | Promise<void>;
  /** Starts another pipeline. `signal` is aborted when the job has ended. */
  startRun(
    pipeline: string,
    values: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{ readonly id: string }>;
  /** Resolves when that run has ended. `signal` is aborted when the job has ended. */
  awaitRun(id: string, signal: AbortSignal): Promise<AwaitedRun>;
}

/** A job that becomes part of the run with the success of the one that added it. */
export interface AddedJob {
  /** Has to be unique within the run, in any case of its letters: the caller checks, who knows the run. */
  readonly title: string;
  /** Whose function performs it. */
  readonly job: number;
  readonly values: ArgumentValues;
  /** Titles of jobs of the run, or of others added with it: the caller checks. */
  readonly dependsOn: readonly string[];
}

/**
 * How a call of a job ended.
 *
 * `exited`: the job asked to end the pipeline; the run has not failed by it. `failed`, `errored` (an answer that is no
 * result: some SDKs answer thrown errors so) and `crashed` (the process is gone): job and run have failed.
 * `skipped`: its condition did not hold. `cancelled`: it says that it ended because it was asked to.
 * `refused`: the job was not started for lack of threads and may be called again when another has ended.
 * `abandoned`: the caller called it off; the job may run on until the process is stopped.
 */
export type JobOutcome =
  | { readonly kind: "succeeded"; readonly outputs: JobOutputs; readonly jobs: readonly AddedJob[] }
  | { readonly kind: "exited"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "skipped"; readonly message: string }
  | { readonly kind: "cancelled"; readonly message: string }
  | { readonly kind: "errored"; readonly status: number; readonly message: string }
  | { readonly kind: "crashed"; readonly exit: ProgramExit; readonly message: string }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "abandoned" };

/** A call of a job that was made. */
export interface JobExecution {
  /** Rejects only for a request past the limit (`ProgramError`), and with what the log's hook rejected with. */
  readonly outcome: Promise<JobOutcome>;
  /**
   * Asks the job to end. Nothing enforces it: who asks waits for the outcome, and stops the process after the grace.
   * Programs on published SDKs hear nothing of it.
   */
  cancel(reason: string, graceMs: number): void;
}

/** A program that has said where it listens. One process; its jobs share its memory. */
export interface Program {
  readonly handshake: Handshake;
  readonly process: ProgramProcess;
  /** What it is made of, checked. Throws a `ProgramError`. Comes before the first `execute`. */
  describe(): Promise<ProgramDescription>;
  /** Calls a job; `signal` abandons the call. */
  execute(call: JobCall, hooks: JobHooks, signal?: AbortSignal): JobExecution;
  /** Whether it says that it is healthy. Optional in the protocol: no reason to refuse a program. */
  health(service: string): Promise<Health>;
  /** Whether a host without a certificate is answered. It should not be. */
  answersStrangers(): Promise<boolean>;
  /** Bytes printed to stdout after the handshake: nobody sees them. */
  lostBytes(): number;
  /** Stops the process and removes the certificates. */
  close(): Promise<void>;
}

export type Health = "serving" | "not_serving" | "unknown_service" | "none";
