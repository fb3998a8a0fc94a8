import { z } from "zod";
import { commitStatus } from "./commit-status.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";

/**
 * What REST answers and accepts, version 1. The server validates with these schemas, the OpenAPI document is made of
 * them, and CLI and dashboard get their types here. Fields are only ever added.
 */

const errorCodes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const errorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
    request_id: z.string(),
  }),
});
export type ErrorBody = z.infer<typeof errorBody>;

export const runStatus = z.enum(["pending", "running", "stopping", "completed", "failed", "cancelled"]);
export const jobStatus = z.enum([
  "pending",
  "queued",
  "running",
  "waiting",
  "stopping",
  "completed",
  "failed",
  "skipped",
  "cancelled",
]);

export const actor = z.object({ kind: z.enum(["user", "system", "run"]), id: z.string(), via: z.string() });

export const counts = z.record(jobStatus, z.number().int());

export const progress = z.object({
  total: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
  /** 0-100: jobs that have ended, of all that are known. */
  percentage: z.number(),
});

export const run = z.object({
  id: z.string(),
  /** Counts per pipeline, from 1. */
  number: z.number().int(),
  pipeline: z.string(),
  pipeline_version: z.number().int(),
  namespace: z.string(),
  status: runStatus,
  /** In words; empty when there is nothing to explain. */
  reason: z.string(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  /** From start to end, or to now. */
  duration_ms: z.number().nullable(),
  progress,
  counts,
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.record(z.string(), z.unknown()),
  actor,
  trigger: z.string(),
  retry_of: z.string().nullable(),
  parent_run: z.string().nullable(),
  trace_id: z.string(),
  /** Changes with everything that happens to the run; an SSE cursor of this run starts behind it. */
  cursor: z.string(),
});
export type RunView = z.infer<typeof run>;

export const attempt = z.object({
  number: z.number().int(),
  /** Empty when its work is a child run. */
  worker: z.string(),
  /** The run that it started, of a job of kind `child`. */
  child_run: z.string().nullable(),
  assigned_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  outcome: z.enum(["succeeded", "failed", "timed_out", "cancelled", "lost", "rejected", "limit"]).nullable(),
  exit_code: z.number().int().nullable(),
  message: z.string(),
  /** Which means of stopping bound its processes: cgroup, subreaper or group. */
  stop_means: z.string(),
  usage: z.unknown(),
});

export const job = z.object({
  /** Dense number inside the run. */
  number: z.number().int(),
  /** The task's id; members of a group read `test[os=linux]`. */
  key: z.string(),
  name: z.string(),
  kind: z.enum(["task", "group", "approval", "child"]),
  status: jobStatus,
  /** Why it is in this state, in words. Empty for `running`; for `completed` what is worth telling (`cache hit (…)`). */
  reason: z.string(),
  dependencies: z.array(z.string()),
  /** Key of the group that it is a member of. */
  group: z.string().nullable(),
  attempt: z.number().int(),
  max_attempts: z.number().int(),
  exit_code: z.number().int().nullable(),
  queued_at: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
  /** When a timer strikes: next attempt, end of an approval or of a child run's time. */
  due_at: z.string().nullable(),
  worker: z.string().nullable(),
  stop_means: z.string().nullable(),
  /** Child run of the last attempt, for kind `child`. */
  child_run: z.string().nullable(),
  outputs: z.record(z.string(), z.unknown()),
  /** Processes that could not be stopped. */
  survivors: z.array(z.number().int()),
  /** Its failure neither stops those behind it nor fails the run (`on_error: continue`). */
  tolerated: z.boolean(),
  final: z.boolean(),
});
export type JobView = z.infer<typeof job>;

export const jobDetail = job.extend({
  attempts: z.array(attempt),
  /** What runs, secrets masked. */
  command: z.string().nullable(),
  environment: z.record(z.string(), z.string()),
  work_dir: z.string().nullable(),
  condition: z.string().nullable(),
  summary: z.string(),
  artifacts: z.array(z.object({ path: z.string(), size_bytes: z.number().int() })),
});
export type JobDetail = z.infer<typeof jobDetail>;

/** `GET /runs/{id}/jobs/{key}/environment`: what the job's process is given, for the same user's own shell. */
export const jobEnvironment = z.object({
  key: z.string(),
  /** Where it runs, absolute, on the worker's host. */
  work_dir: z.string(),
  /** Program and arguments that read `command` as their last argument. */
  shell: z.array(z.string()),
  /** As the shell gets it: values stand in variables. */
  command: z.string(),
  environment: z.record(z.string(), z.string()),
  /** Variable and name of the secret that it gets besides; the secret itself is not told. */
  secrets: z.record(z.string(), z.string()),
});
export type JobEnvironment = z.infer<typeof jobEnvironment>;

export const runDetail = run.extend({
  /** At most 1,000; the rest by `GET /runs/{id}/jobs`. */
  jobs: z.array(job),
  jobs_total: z.number().int(),
  /** What a forge is told of the run's commit; null: none is. Streams leave it out: it goes on behind the run's end. */
  commit_status: commitStatus.nullable().optional(),
});
export type RunDetail = z.infer<typeof runDetail>;

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** One fact, as the SSE streams and `GET /runs/{id}/events` send it. */
export const event = z.object({
  cursor: z.string(),
  run: z.string(),
  seq: z.number().int(),
  at: z.string(),
  actor,
  kind: z.string(),
  job: z.string().nullable(),
  body: z.record(z.string(), z.unknown()),
});
export type EventView = z.infer<typeof event>;

export const problem = z.object({
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  /** Characters to underline, from `column`. */
  length: z.number().int(),
  path: z.array(z.union([z.string(), z.number()])),
});
export type Problem = z.infer<typeof problem>;

export const graphNode = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.enum(["task", "group", "approval", "child"]),
  dependencies: z.array(z.string()),
  /** Members of a fixed matrix; null when computed at run time. */
  members: z.number().int().nullable(),
  condition: z.string().nullable(),
  final: z.boolean(),
});
export const graph = z.object({ name: z.string(), nodes: z.array(graphNode) });
export type GraphView = z.infer<typeof graph>;

export const validation = z.object({
  valid: z.boolean(),
  problems: z.array(problem),
  graph: graph.nullable(),
});
export type Validation = z.infer<typeof validation>;

export const input = z.object({
  name: z.string(),
  type: z.enum(["text", "textarea", "number", "boolean", "choice", "secret"]),
  description: z.string(),
  required: z.boolean(),
  default: z.unknown(),
  choices: z.array(z.string()),
  /** Bounds of a number, or of how many characters a text has. */
  min: z.number().nullable(),
  max: z.number().nullable(),
});

export const workflow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  version: z.number().int(),
  kind: z.enum(["workflow", "program", "build"]),
  /** Of its latest run; `pending` when it never ran. */
  status: runStatus,
  latest_run: z.string().nullable(),
  paused: z.boolean(),
  origin: z.string().nullable(),
  created_at: z.string(),
  inputs: z.array(input),
  triggers: z.array(
    z.object({
      kind: z.string(),
      text: z.string(),
      /** False: the definition is kept, and this server cannot start runs by it yet. */
      armed: z.boolean(),
      next_at: z.string().nullable(),
      last_at: z.string().nullable(),
    }),
  ),
});
export type WorkflowView = z.infer<typeof workflow>;
export const workflowDetail = workflow.extend({ source: z.string(), graph });
export type WorkflowDetail = z.infer<typeof workflowDetail>;

/** Relative to what would it be? The caller's folder is not the server's. */
const workDir = z.string().regex(/^\//, { error: "wants an absolute path, such as /home/me/project" });

/** Names and values that the system can give to a process. */
const environment = z
  .record(z.string(), z.string())
  .refine(
    (given) =>
      Object.entries(given).every(([name, value]) => /^[^=\0]+$/.test(name) && !value.includes("\0")),
    {
      error: "has a name that is empty or has `=` in it, or a NUL character; no process can be given that",
    },
  );

/** `POST /workflows` as JSON; raw YAML is accepted as well. */
export const createWorkflow = z.strictObject({
  definition: z.string(),
  variables: z.record(z.string(), z.unknown()).optional(),
  /** Where relative `work_dir`s start; only over the socket of the same user. */
  work_dir: workDir.optional(),
  /** File the text came from, for messages. */
  file: z.string().optional(),
  /**
   * The version that the text was written over; 0: there was none. Refused as `conflict` when another is there by now.
   * With it a change of comments only is a version, too.
   */
  base_version: z.number().int().min(0).optional(),
});

/** `POST /workflows/{id}/start` */
export const startRun = z.strictObject({
  inputs: z.record(z.string(), z.unknown()).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
  priority: z.number().int().min(0).max(10).optional(),
  version: z.number().int().positive().optional(),
});
export const started = z.object({ run_id: z.string(), number: z.number().int(), status: runStatus });

/** `POST /runs`: a definition that is run without being kept as a pipeline first; `gaia run FILE` uses it. */
export const runDefinition = z.strictObject({
  definition: z.string(),
  file: z.string().optional(),
  work_dir: workDir.optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
  /** The caller's environment, on top of which the tasks' own is laid; values are not shown again. */
  environment: environment.optional(),
  priority: z.number().int().min(0).max(10).optional(),
});

/** `POST /runs/{ref}/stop`, and of one job `POST /runs/{ref}/jobs/{key}/stop`. */
export const stopRun = z.strictObject({
  comment: z.string().max(2000).optional(),
  force: z.boolean().optional(),
});
export const retryRun = z.strictObject({
  /** Keep what completed and run the rest again; false: everything again. */
  failed: z.boolean().optional(),
  /** Run this task and all behind it again, keep the rest. */
  from: z.string().optional(),
  /** Tasks whose failure is to count as success. */
  ignore: z.array(z.string()).optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
});
export const decision = z.strictObject({ comment: z.string().max(2000).optional() });

/** `GET /runs/{id}/why[?task=]`: the chain of reasons, most direct first. */
export const why = z.object({
  subject: z.string(),
  status: z.string(),
  sentence: z.string(),
  because: z.array(z.string()),
  /** Commands that can be pasted. */
  actions: z.array(z.object({ label: z.string(), command: z.string() })),
});
export type Why = z.infer<typeof why>;

export const worker = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  version: z.string(),
  status: z.enum(["connected", "disconnected", "draining", "unhealthy"]),
  reason: z.string(),
  tags: z.array(z.string()),
  slots: z.number().int(),
  /** Attempts that have a slot. */
  running: z.number().int(),
  /** Taken ahead: they start as soon as a slot is free. */
  ahead: z.number().int(),
  stop_means: z.string(),
  limits: z.object({ memory: z.string(), cpu: z.string() }),
  connected_at: z.string().nullable(),
  last_seen_at: z.string().nullable(),
});
export type WorkerView = z.infer<typeof worker>;

export const system = z.object({
  version: z.string(),
  pid: z.number().int(),
  node: z.string(),
  home: z.string(),
  address: z.string().nullable(),
  started_at: z.string(),
  namespace: z.string(),
  database: z.object({
    size_bytes: z.number(),
    wal_bytes: z.number(),
    runs: z.number(),
    schema_version: z.number(),
    /** Why the last write failed, and what to do; empty: it did not. */
    problem: z.string(),
    /** The newest copy in the folder for backups; null: there is none. */
    last_backup: z.object({ at: z.string(), path: z.string(), size_bytes: z.number() }).nullable(),
  }),
  /** Of the server's process. */
  process: z.object({
    /** In RAM. */
    memory_bytes: z.number(),
    /** How late its event loop came to what was due: 99 of 100 times in the last one to two minutes at most this. */
    event_loop_p99_ms: z.number(),
  }),
  /** Logs and files of ended runs, as far as they were measured. */
  run_files: z.object({ size_bytes: z.number() }),
  disk: z.object({ free_bytes: z.number(), total_bytes: z.number() }),
  live_runs: z.number().int(),
  queued_jobs: z.number().int(),
  workers: z.array(worker),
  limits: z.record(z.string(), z.number()),
});
export type SystemView = z.infer<typeof system>;
