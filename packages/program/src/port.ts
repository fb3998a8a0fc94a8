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
  readonly jobListMs: number;
}

export interface OpenProgramOptions {
  readonly command: StartCommand;
  /** What the program inherits. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly start: StartProcess;
  readonly authority: CertificateAuthority;
  readonly clock?: ProgramClock;
  readonly limits?: Partial<ProgramLimits>;
}

/** The line with which a program says where it listens. */
export interface Handshake {
  readonly coreVersion: number;
  readonly appVersion: number;
  readonly network: "tcp" | "unix";
  readonly address: string;
  readonly protocol: "grpc";
}

export interface ProgramArgument {
  readonly key: string;
  readonly type: string;
  readonly description: string;
  /** The program's default; empty when it has none. */
  readonly value: string;
}

/** A job of a program, checked. Ids are opaque. */
export interface ProgramJob {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly dependsOn: readonly number[];
  readonly arguments: readonly ProgramArgument[];
}

/**
 * How a call of a job ended.
 *
 * `exited`: the job asked to end the pipeline; the job has failed, the run has not. `failed`, `errored` (an answer that
 * is no result: some SDKs answer thrown errors so) and `crashed` (the process is gone): job and run have failed.
 * `refused`: the job was not started for lack of threads and may be called again when another has ended.
 * `abandoned`: the caller called it off; the job runs on until the process is stopped.
 */
export type JobOutcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "exited"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "errored"; readonly status: number; readonly message: string }
  | { readonly kind: "crashed"; readonly exit: ProgramExit; readonly message: string }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "abandoned" };

/** Values of a job's arguments, in the order in which they are sent. */
export type ArgumentValues = readonly { readonly key: string; readonly value: string }[];

/** A program that has said where it listens. One process; its jobs share its memory. */
export interface Program {
  readonly handshake: Handshake;
  readonly process: ProgramProcess;
  /** Its jobs, checked. Throws a `ProgramError`. */
  jobs(): Promise<readonly ProgramJob[]>;
  /** Calls a job. Only a request past the limit throws (`ProgramError`); everything else is an outcome. */
  execute(id: number, values: ArgumentValues, signal?: AbortSignal): Promise<JobOutcome>;
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
