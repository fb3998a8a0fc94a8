/** The messages of both protocols; what each is for is told in the proto files of Gaia, which a test compares. */

import { bool, field, map, message, repeated, string, uint } from "./codec.js";

export const Empty = message({});

// proto.Plugin

const Argument = message({
  description: field(1, string),
  type: field(2, string),
  key: field(3, string),
  value: field(4, string),
});

const ManualInteraction = message({
  description: field(1, string),
  type: field(2, string),
  value: field(3, string),
});

export const Job = message({
  unique_id: field(1, uint),
  title: field(2, string),
  description: field(3, string),
  dependson: repeated(4, uint),
  args: repeated(5, Argument),
  interaction: field(6, ManualInteraction),
});

export const JobResult = message({
  unique_id: field(1, uint),
  failed: field(2, bool),
  exit_pipeline: field(3, bool),
  message: field(4, string),
});

// gaia.program.v1.Program

export const ARGUMENT_TYPES = Object.freeze(["text", "textarea", "boolean", "number", "choice", "vault"]);

const ArgumentDescription = message({
  key: field(1, string),
  description: field(2, string),
  type: field(3, uint),
  default_value: field(4, string),
  choices: repeated(5, string),
  required: field(6, bool),
});

const JobDescription = message({
  id: field(1, uint),
  title: field(2, string),
  description: field(3, string),
  depends_on: repeated(4, uint),
  arguments: repeated(5, ArgumentDescription),
  on_demand: field(6, bool),
  attempts: field(7, uint),
  timeout_ms: field(8, uint),
});

export const Description = message({
  sdk: field(1, string),
  max_parallel: field(2, uint),
  jobs: repeated(3, JobDescription),
});

const Outputs = message({ values: map(1, string) });

const Start = message({
  job: field(1, uint),
  title: field(2, string),
  arguments: map(3, string),
  outputs: map(4, Outputs),
  run: field(5, string),
  pipeline: field(6, string),
  attempt: field(7, uint),
});

const Cancel = message({ reason: field(1, string), grace_ms: field(2, uint) });

const Run = message({ id: field(1, string), status: field(2, string), outputs: map(3, string) });

const Answer = message({ request: field(1, uint), error: field(2, string), run: field(3, Run) });

export const HostMessage = message({
  start: field(1, Start),
  cancel: field(2, Cancel),
  answer: field(3, Answer),
});

export const LOG_LEVELS = Object.freeze(["debug", "info", "warn", "error"]);

const Log = message({ level: field(1, uint), text: field(2, string) });

const StartRun = message({ pipeline: field(1, string), arguments: map(2, string) });

const AwaitRun = message({ run: field(1, string) });

const Request = message({
  id: field(1, uint),
  start_run: field(2, StartRun),
  await_run: field(3, AwaitRun),
});

export const OUTCOMES = Object.freeze(["succeeded", "failed", "exited", "skipped", "cancelled"]);

const AddedJob = message({
  title: field(1, string),
  job: field(2, uint),
  arguments: map(3, string),
  depends_on: repeated(4, string),
});

const Result = message({
  outcome: field(1, uint),
  message: field(2, string),
  outputs: map(3, string),
  jobs: repeated(4, AddedJob),
});

export const JobMessage = message({
  log: field(1, Log),
  request: field(2, Request),
  result: field(3, Result),
});

// grpc.health.v1.Health

export const HealthCheckRequest = message({ service: field(1, string) });

export const HealthCheckResponse = message({ status: field(1, uint) });
