/** Runs jobs within a test, without Gaia. */

import type { ArgumentValues, Job, JsonValue, Outputs, PublishedJob } from "./index.js";

/** What another pipeline answers in a test: what it ends with, or what makes that of its arguments. */
export type PipelineAnswer = AnsweredRun | ((args: Readonly<Record<string, string>>) => AnsweredRun);
export interface AnsweredRun {
  /** `completed` when it is left out. */
  readonly status?: string;
  readonly outputs?: Outputs;
}

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

/** A job that a job added. */
export interface AddedJob {
  readonly title: string;
  /** The title of the job that performs it. */
  readonly job: string;
  readonly args: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
}

export type JobOutcome = "succeeded" | "failed" | "exited" | "skipped" | "cancelled";

/** How one job went. */
export interface JobReport {
  readonly title: string;
  readonly outcome: JobOutcome;
  /** Empty after a success. */
  readonly message: string;
  readonly outputs: Readonly<Record<string, JsonValue>>;
  /** Of all attempts. */
  readonly log: readonly LogLine[];
  readonly added: readonly AddedJob[];
  readonly attempts: number;
}

export interface RunJobOptions {
  readonly args?: ArgumentValues;
  /** Outputs of jobs that it depends on, by title. */
  readonly outputs?: Readonly<Record<string, Outputs>>;
  /** Answers of other pipelines, by name. */
  readonly pipelines?: Readonly<Record<string, PipelineAnswer>>;
  /** Instead of the job's own. */
  readonly title?: string;
  readonly attempt?: number;
  /** Asks the job to end. */
  readonly signal?: AbortSignal;
}

/** Performs one attempt of a job. It does not reject: what the job throws is its outcome. */
export function runJob(job: Job | PublishedJob, options?: RunJobOptions): Promise<JobReport>;

export interface RunPipelineOptions {
  /** For the arguments of all jobs that declare them. */
  readonly args?: ArgumentValues;
  readonly pipelines?: Readonly<Record<string, PipelineAnswer>>;
  /** Only these, and what they depend on. */
  readonly only?: readonly (Job | string)[];
}

/** How a whole run went. */
export interface RunReport {
  /** A run that a job has ended early has not failed by it. */
  readonly outcome: "succeeded" | "failed";
  /** By title, in the order in which they became part of the run. What is not there was not run. */
  readonly jobs: Readonly<Record<string, JobReport>>;
}

/** Runs all jobs of a pipeline as the local runner does: with dependencies, conditions, attempts, timeouts and added jobs. */
export function runPipeline(
  jobs: readonly (Job | PublishedJob)[],
  options?: RunPipelineOptions,
): Promise<RunReport>;
