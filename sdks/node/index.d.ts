/** Gaia's SDK for Node: a pipeline is a program, its functions are the jobs. */

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

// ---- Arguments ------------------------------------------------------------------------------------------------------

export type ArgumentType = "text" | "textarea" | "boolean" | "number" | "choice" | "vault";

/** A declared argument. `Value` is what the job is given. */
export interface Argument<Value = unknown> {
  readonly type: ArgumentType;
  readonly description: string;
  /** As it is sent; empty: none. */
  readonly default: string;
  readonly choices: readonly string[];
  readonly required: boolean;
  /** Only for the compiler: no argument has it. */
  readonly value?: Value;
}

/** There is always a value: the argument has a default, or has to be given. */
type Certain<Value> = { readonly default: Value; readonly required?: boolean } | { readonly required: true };
interface Optional<Value> {
  readonly default?: Value;
  readonly required?: boolean;
}

/** A line of text. Empty when it is not given. */
export function text(description?: string, options?: Optional<string>): Argument<string>;
/** Text of several lines. Empty when it is not given. */
export function textarea(description?: string, options?: Optional<string>): Argument<string>;
/** `true` or `false`; without a default, false. */
export function boolean(description?: string, options?: Optional<boolean>): Argument<boolean>;
/** A number, whole or not. */
export function number(description: string, options: Certain<number>): Argument<number>;
export function number(description?: string, options?: Optional<number>): Argument<number | undefined>;
/** One of several texts. */
export function choice<const Choice extends string>(
  choices: readonly Choice[],
  description: string,
  options: Certain<NoInfer<Choice>>,
): Argument<Choice>;
export function choice<const Choice extends string>(
  choices: readonly Choice[],
  description?: string,
  options?: Optional<NoInfer<Choice>>,
): Argument<Choice | undefined>;
/** A secret of Gaia's vault. The argument's key is the secret's name. Empty when it is not given. */
export function vault(description?: string, options?: { readonly required?: boolean }): Argument<string>;

/** Arguments by key. */
export type Arguments = Readonly<Record<string, Argument>>;
/** What a job is given for the arguments that it declares. */
export type ValuesOf<Declared extends Arguments> = {
  readonly [Key in keyof Declared]: Declared[Key] extends Argument<infer Value> ? Value : never;
};

// ---- Jobs -----------------------------------------------------------------------------------------------------------

/** A declared job: made by `job`, given to `serve`. */
export interface Job {
  readonly title: string;
}

export interface JobOptions<Declared extends Arguments> {
  readonly description?: string;
  /** Jobs that have to succeed, or be skipped, before: themselves, or their titles in any case. */
  readonly dependsOn?: readonly (Job | string)[];
  readonly args?: Declared;
  /** Attempts in all, counting the first. */
  readonly attempts?: number;
  /** Of one attempt, in milliseconds: after it the signal is aborted, and the job has failed. */
  readonly timeoutMs?: number;
  /** No part of the graph: performed only by jobs that `addJob` adds. */
  readonly onDemand?: boolean;
  /** Asked before the job: with `false`, or what `skip` gives, the job is skipped. */
  readonly when?: (context: Context<ValuesOf<Declared>>) => boolean | Skip | Promise<boolean | Skip>;
  readonly run: (context: Context<ValuesOf<Declared>>) => unknown;
}

/** Declares a job. What it returns is not looked at, but a promise is awaited; what it throws is its failure. */
export function job<const Declared extends Arguments = {}>(title: string, options: JobOptions<Declared>): Job;
export function job(title: string, run: (context: Context<{}>) => unknown): Job;

/** A reason for a job to be skipped: `when: ({ args }) => args.env === "live" || skip("only for live")`. */
export function skip(reason: string): Skip;
export interface Skip {
  readonly reason: string;
}

/** Thrown by a job: the pipeline ends here, and has not failed by it. */
export class ExitPipeline extends Error {
  constructor(message?: string);
}

/** What `context.signal` is aborted with; its message is the reason. */
export class Cancelled extends Error {}

/** What is wrong with the jobs that `serve` was given. */
export class DefinitionError extends Error {
  readonly problems: readonly string[];
}

// ---- Context --------------------------------------------------------------------------------------------------------

/** Values for the arguments of other jobs and pipelines. */
export type ArgumentValues = Readonly<Record<string, string | number | boolean>>;
/** Outputs of a job or of a run, by name. */
export type Outputs = Readonly<Record<string, JsonValue>>;

/** What a job is given. Everything in it may be taken out: `({ args, log }) => …`. */
export interface Context<Values = Readonly<Record<string, unknown>>> {
  /** The job's arguments, converted. */
  readonly args: Values;
  /** Of what is performed: the job's own title, or that of the job that was added. */
  readonly title: string;
  /** Empty outside of Gaia, and in the original Gaia. */
  readonly run: string;
  readonly pipeline: string;
  /** From 1. */
  readonly attempt: number;
  readonly log: Log;
  /** Aborted when the job should end. A job that then throws its reason, or an `AbortError`, ends as cancelled. */
  readonly signal: AbortSignal;
  /** Outputs of the jobs that this one depends on, by title. */
  readonly outputs: Readonly<Record<string, Outputs>>;
  /** An output of a job that this one depends on; undefined when there is none. */
  readonly output: (job: Job | string, name: string) => JsonValue | undefined;
  /** Hands a value on to the jobs that depend on this one: any that JSON has a form for. */
  readonly setOutput: (name: string, value: {} | null) => void;
  /** Makes another job part of the run, once this one has succeeded. */
  readonly addJob: (
    job: Job,
    title: string,
    options?: { readonly args?: ArgumentValues; readonly dependsOn?: readonly (Job | string)[] },
  ) => void;
  /** Starts another pipeline. Resolves when it has been started. */
  readonly startPipeline: (pipeline: string, args?: ArgumentValues) => Promise<PipelineRun>;
}

/** The job's log: one line a call, or several. */
export interface Log {
  readonly debug: (text: string) => void;
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}

/** A run that a job has started. */
export interface PipelineRun {
  readonly id: string;
  /** Resolves when it has ended, however. */
  ended(): Promise<EndedRun>;
}

export interface EndedRun {
  readonly id: string;
  readonly status: "completed" | "failed" | "cancelled" | (string & {});
  readonly outputs: Outputs;
}

// ---- Serve ----------------------------------------------------------------------------------------------------------

/**
 * What the program calls at its end. Started by Gaia it serves the jobs until it is stopped. Else it is the local
 * runner: `node index.js run` and `node index.js list`. What is wrong with the jobs is told on stderr, with exit status 2.
 */
export function serve(jobs: readonly (Job | PublishedJob)[]): Promise<void>;

/** A job as the published SDK for Node takes it. */
export interface PublishedJob {
  readonly title: string;
  readonly description?: string;
  readonly handler: (args: { readonly key: string; readonly value: string }[]) => unknown;
  readonly dependson?: readonly string[];
  readonly args?: readonly {
    readonly key: string;
    readonly type?: string;
    readonly description?: string;
    readonly value?: string;
  }[];
}

/** The published SDK's name of `serve`. */
export { serve as Serve };
/** What a handler of the published SDK throws to end the pipeline. */
export const ERR_EXIT_PIPELINE: "pipeline exit requested by job";
