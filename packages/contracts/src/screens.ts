import { z } from "zod";
import { actor, graph, input, jobDetail, listOf, runStatus, started } from "./api.ts";
import { program } from "./program-api.ts";

/**
 * What REST answers for screens: summaries over many runs, so that a page needs a handful of requests, not one a row.
 * Part of version 1, like `api.ts`. Fields are only ever added.
 */

/** A run as a bar of a strip. */
export const stripRun = z.object({
  id: z.string(),
  number: z.number().int(),
  status: runStatus,
  created_at: z.string(),
  ended_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
});
export type StripRun = z.infer<typeof stripRun>;

/** Figures over ended runs of a pipeline that were created in the last 30 days, the newest 500; durations null: none completed. */
export const runFigures = z.object({
  runs: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  /** Median and 95th percentile of completed runs. */
  typical_ms: z.number().nullable(),
  slow_ms: z.number().nullable(),
});
export type RunFigures = z.infer<typeof runFigures>;

export const pipelineTrigger = z.object({
  kind: z.string(),
  /** In words: "Monday to Friday at 06:30, Europe/Berlin", "when a run of build has completed". */
  text: z.string(),
  /** False: it is kept, but this Gaia does not start runs by it yet; `text` says so. */
  armed: z.boolean(),
  next_at: z.string().nullable(),
  /** The time for which it started its last run; null: it has started none, or none that is still there. */
  last_at: z.string().nullable(),
});

/** `GET /pipelines`: a pipeline of any kind, with its last runs, the oldest first. */
export const pipeline = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  description: z.string(),
  /** The one that runs start from; 0: a program of which none was built yet. */
  version: z.number().int(),
  tags: z.array(z.string()),
  paused: z.boolean(),
  /** File or repository that it comes from; null: it was handed in. */
  origin: z.string().nullable(),
  updated_at: z.string(),
  triggers: z.array(pipelineTrigger),
  recent: z.array(stripRun),
  figures: runFigures,
  live_runs: z.number().int(),
  /** Of a pipeline that is a program and is built from somewhere; null: any other. */
  program: program.nullable(),
});
export type PipelineView = z.infer<typeof pipeline>;

/** `GET /pipelines/{id}` */
export const pipelineDetail = pipeline.extend({
  source: z.string(),
  /** SHA-256 of what the source says, hexadecimal: formatting and comments are not in it. */
  hash: z.string(),
  saved_by: actor.nullable(),
  inputs: z.array(input),
  graph,
  /** Concurrency group and what a new run does there; null: none. */
  concurrency: z.object({ group: z.string(), on_conflict: z.string() }).nullable(),
  timeout_ms: z.number().nullable(),
  /** What a start without inputs would lack. */
  required_inputs: z.array(z.string()),
});
export type PipelineDetail = z.infer<typeof pipelineDetail>;

/** `GET /pipelines/{id}/statistics`: over the last ended runs, at most 50; those of very many jobs are left out. */
export const pipelineStatistics = z.object({
  runs: z.number().int(),
  /**
   * Medians of what a completed run's tasks spend altogether: attempts at work, in the queue, waiting for a person or a
   * timer. Two tasks side by side count twice.
   */
  working_ms: z.number().nullable(),
  queued_ms: z.number().nullable(),
  waiting_ms: z.number().nullable(),
  /** Longest first, at most 500. */
  tasks: z.array(
    z.object({
      key: z.string(),
      kind: z.string(),
      /** In which it was begun. */
      runs: z.number().int(),
      /** At work, over runs in which it completed; of a group or a child run from begin to end. Null: it never works. */
      typical_ms: z.number().nullable(),
      slow_ms: z.number().nullable(),
      waiting_ms: z.number().nullable(),
      failed: z.number().int(),
      /** Runs in which it failed first and succeeded in a later attempt. */
      flaky: z.number().int(),
    }),
  ),
});
export type PipelineStatistics = z.infer<typeof pipelineStatistics>;

/** `GET /pipelines/{id}/versions`, newest first. */
export const pipelineVersion = z.object({
  version: z.number().int(),
  created_at: z.string(),
  actor: actor.nullable(),
  hash: z.string(),
  current: z.boolean(),
  /** What a program's version was built from; null: not from a repository. */
  commit: z.object({ id: z.string(), subject: z.string() }).nullable(),
});
export type PipelineVersion = z.infer<typeof pipelineVersion>;
/** `GET /pipelines/{id}/versions/{version}` */
export const pipelineVersionDetail = pipelineVersion.extend({ source: z.string() });

/** `GET /inbox`: what waits for a person, longest first. */
export const inboxItem = z.object({
  id: z.string(),
  kind: z.enum(["approval"]),
  run: z.object({ id: z.string(), number: z.number().int(), pipeline: z.string() }),
  task: z.object({ key: z.string(), name: z.string() }),
  /** What is asked, as the definition's author wrote it. */
  question: z.string(),
  description: z.string(),
  asked_at: z.string(),
  due_at: z.string().nullable(),
  /** What happens when nobody answers until `due_at`: `reject`, `approve`, …; empty without a time. */
  on_timeout: z.string(),
  /** Keys of the tasks that wait for the answer. */
  unblocks: z.array(z.string()),
  started_by: actor,
});
export type InboxItem = z.infer<typeof inboxItem>;

/** `GET /activity`, newest first, and `note` of the stream of all runs: who did what. */
export const activityEntry = z.object({
  /** Continues behind the entry. */
  cursor: z.string(),
  at: z.string(),
  actor,
  /** `run.started`, `run.stopped`, `job.approved`, `pipeline.saved`, `database.checked`, … */
  kind: z.string(),
  /** The pipeline that it was done to; empty: to none. */
  subject: z.string(),
  body: z.unknown(),
});
export type ActivityEntry = z.infer<typeof activityEntry>;

/** `GET /triggers`: what starts runs by itself, soonest first. */
export const trigger = z.object({
  id: z.string(),
  pipeline: z.string(),
  kind: z.string(),
  /** In words: "Monday to Friday at 06:30, Europe/Berlin", "when a run of build has completed". */
  text: z.string(),
  /** False: it is kept, but this Gaia does not start runs by it yet; `text` says so. */
  armed: z.boolean(),
  /** This, zone and `missed` of a schedule; null: it does not go by the clock. */
  schedule: z.string().nullable(),
  timezone: z.string().nullable(),
  /** What happens to times that passed while no server ran: `skip`, `once`, `all`. */
  missed: z.string().nullable(),
  /** Path at which a webhook is called; null: any other, or one that nobody can call. */
  address: z.string().nullable(),
  paused: z.boolean(),
  /** The next times, at most 5; none of one that does not go by the clock. */
  next: z.array(z.string()),
  /** The time for which it started its last run: of its schedule, the end of the run behind which it started, the delivery. */
  last_at: z.string().nullable(),
  last_run: stripRun.nullable(),
  /** What came last to a webhook, or was seen last where a repository is looked at; null: nothing, or neither. */
  last_delivery: z
    .object({
      at: z.string(),
      /** `started`, `ignored`, `failed` (no run could be started), `refused` (not signed with the secret, or too old), `unreachable` (a repository that cannot be looked at). */
      status: z.string(),
      /** By the name that the sender gave it. */
      event: z.string().nullable(),
      /** Why it started no run; empty: it did. */
      message: z.string(),
      /** The run that it started, while that is kept. */
      run: stripRun.nullable(),
    })
    .nullable(),
  /** Why the forge could not be told, at the last try since the server started, what came of a run; null: it could, or is not to be. */
  status_problem: z.object({ at: z.string(), message: z.string() }).nullable(),
});
export type TriggerView = z.infer<typeof trigger>;

/** `POST /hooks/{pipeline}/{webhook}` */
export const deliveryAnswer = z.object({
  /** `started`, `repeated` (it had started a run before), `looking` (for what was pushed) or `ignored`. */
  status: z.string(),
  run_id: z.string().nullable(),
  /** Why it starts no run; empty: it does. */
  message: z.string(),
});
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;

const outcomes = {
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
};

/** `GET /overview?back=24h&ahead=12h&bucket=30m`: what was, is and will be, for the start page. */
export const overview = z.object({
  now: z.string(),
  bucket_ms: z.number().int(),
  /** Runs by the bucket in which they ended; each bucket, also without any. */
  past: z.array(z.object({ at: z.string(), ...outcomes })),
  /** Starts that schedules will make, by bucket; at most 1,000 of one trigger. */
  planned: z.array(z.object({ at: z.string(), count: z.number().int() })),
  totals: z.object(outcomes),
  /** Live runs by status. */
  live: z.object({ pending: z.number().int(), running: z.number().int(), stopping: z.number().int() }),
  waiting_for_person: z.number().int(),
  /**
   * Pipelines whose last ended runs all failed, cancelled ones aside, with how many in a row (2 or more, at most 1,000 are
   * counted) and when the first of them was created; worst first, at most 10.
   */
  failing: z.array(z.object({ pipeline: z.string(), in_a_row: z.number().int(), since: z.string() })),
});
export type Overview = z.infer<typeof overview>;

/** `GET /settings`: each key of `config.toml`, as it was when the server started and binds now. Secrets are never shown. */
export const setting = z.object({
  key: z.string(),
  /** As it would be written in `config.toml`. */
  value: z.string(),
  fallback: z.string(),
  from: z.enum(["default", "file", "environment"]),
  variable: z.string(),
  unit: z.string(),
  description: z.string(),
});
export type Setting = z.infer<typeof setting>;
export const settings = z.object({ file: z.string(), items: z.array(setting) });

/** `GET /runs/{ref}/jobs/{key}/tests`: what JUnit XML files among the job's artifacts say. */
export const testReport = z.object({
  passed: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  duration_ms: z.number(),
  /** Failed ones first; at most 5,000. */
  cases: z.array(
    z.object({
      suite: z.string(),
      name: z.string(),
      status: z.enum(["passed", "failed", "skipped"]),
      duration_ms: z.number(),
      message: z.string(),
      details: z.string(),
      file: z.string(),
    }),
  ),
  truncated: z.boolean(),
  /** Files that look like reports and could not be read, in words. */
  problems: z.array(z.string()),
});
export type TestReport = z.infer<typeof testReport>;

/** `GET /runs/{ref}/artifacts`: what the newest attempts of a run's jobs kept; jobs without a file are left out. */
export const jobFiles = z.object({
  job: z.string(),
  attempt: z.number().int(),
  /** At most 1,000. */
  files: jobDetail.shape.artifacts,
});
export type JobFiles = z.infer<typeof jobFiles>;

/** `GET /runs/{ref}/tests`: the reports of a run's jobs; jobs without one are left out. */
export const jobTests = z.object({ job: z.string(), attempt: z.number().int(), report: testReport });
export type JobTests = z.infer<typeof jobTests>;

/** `POST /session/tickets`: an address that signs a browser in, once, within two minutes. */
export const ticket = z.object({ url: z.string(), expires_at: z.string() });
/** `GET /session`: who the browser is signed in as; `POST /session {token}` signs in, `DELETE /session` out. */
export const session = z.object({
  actor,
  namespace: z.string(),
  expires_at: z.string().nullable(),
  version: z.string(),
});
export const signIn = z.strictObject({ token: z.string() });

/** `POST /pipelines` */
export const pipelineCreated = z.object({ pipeline, build: started });
export type PipelineCreated = z.infer<typeof pipelineCreated>;

export const pipelineList = listOf(pipeline);
export const inboxList = listOf(inboxItem);
export const triggerList = listOf(trigger);
export const versionList = listOf(pipelineVersion);
