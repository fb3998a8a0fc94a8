import { z } from "zod";
import { LIMITS } from "./limits.ts";

/**
 * The shape of a workflow file. One schema validates files, gives editors their completion (`workflowJsonSchema`) and
 * names the known keys in error messages. What a shape cannot say (references, cycles, durations) is checked behind it.
 *
 * Messages continue a sentence that starts with the key: "`timeout` wants a duration such as …".
 */

/** Ids of tasks: they become parts of paths, keys and commands. */
export const TASK_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** Names of variables, inputs, outputs of a workflow and axes of a matrix: what `${name}` can hold. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names of environment variables and secrets. */
export const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names of the outputs of a task. */
export const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const ID_RULE = `wants letters, digits, "_", "." and "-", a letter or digit first, at most ${LIMITS.nameCharacters} characters`;
const VARIABLE_RULE = `wants letters, digits and "_", no digit first, at most ${LIMITS.nameCharacters} characters`;
const OUTPUT_RULE = `wants letters, digits, "_" and "-", a letter or "_" first, at most ${LIMITS.nameCharacters} characters`;

const text = z.string({ error: "wants text" });
const identifier = text.max(LIMITS.nameCharacters, { error: ID_RULE }).regex(TASK_ID, { error: ID_RULE });
const variableName = text
  .max(LIMITS.nameCharacters, { error: VARIABLE_RULE })
  .regex(VARIABLE_NAME, { error: VARIABLE_RULE });
const outputName = text
  .max(LIMITS.nameCharacters, { error: OUTPUT_RULE })
  .regex(OUTPUT_NAME, { error: OUTPUT_RULE });
const flag = z.boolean({ error: "wants true or false" });
const duration = z
  .string({ error: 'wants a duration with its unit, such as "30s" or "1h30m"' })
  .describe('A duration such as "30s", "1h30m", "2d".');
const size = z
  .string({ error: 'wants a size with its unit, such as "512MB" or "2GiB"' })
  .describe('A size such as "512MB" or "2GiB".');
const priority = z
  .int({ error: "wants a whole number from 0 to 10" })
  .min(0, { error: "wants a whole number from 0 to 10" })
  .max(10, { error: "wants a whole number from 0 to 10" })
  .describe("0 to 10, high first; 5 when nothing is said.");
const tags = z.array(identifier, { error: "wants a list of tags, such as `[linux, gpu]`" });
const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: "wants text, a number, true or false",
});
const environment = z
  .record(variableName, scalar, { error: "wants a map of environment variables (`NAME: value`)" })
  .describe("Environment variables; each value is text as it is written.");
const template = text.describe("Text in which `${name}` stands for a value.");
const anyValue = z.json({ error: "wants a JSON value" });

const retry = z
  .union(
    [
      z.int().min(1).max(LIMITS.retryAttempts),
      z.strictObject({
        attempts: z
          .int()
          .min(1)
          .max(LIMITS.retryAttempts)
          .optional()
          .describe("Attempts in all, the first one included; 3."),
        initial: duration.optional().describe("Wait after the first failed attempt; 1s."),
        factor: z
          .number()
          .min(1)
          .max(100)
          .optional()
          .describe("Each further wait is this many times the one before; 2."),
        max: duration.optional().describe("No wait is longer than this; 5m."),
        jitter: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe("The part of a wait that is left to chance, 0 to 1; 0.2."),
        on: z
          .array(z.enum(["failed", "timed_out", "limit"]))
          .min(1)
          .optional()
          .describe("The outcomes that are tried again; failed and timed_out."),
      }),
    ],
    { error: "wants a number of attempts, or a map with attempts, initial, factor, max, jitter, on" },
  )
  .describe("Attempts in all, or how often and how long apart.");

const onError = z
  .enum(["fail", "continue", "retry"])
  .describe(
    "fail: the run fails. continue: the failure is recorded, nothing else. retry: three attempts, then fail.",
  );
const onLost = z
  .enum(["wait", "rerun", "fail"])
  .describe("When the worker is lost: wait for it, run the task elsewhere, or fail.");
const shell = z
  .array(text, { error: 'wants the program and its arguments as a list, such as `["bash", "-c"]`' })
  .min(1, { error: "is empty; name at least the program" })
  .describe('The program and arguments that get the command as their last argument; ["sh", "-c"].');
const resources = z
  .strictObject({
    cpus: z.number().positive().max(4096).optional().describe("Cores."),
    memory: size.optional(),
    strict: flag.optional().describe("Do not start where these limits cannot be enforced."),
  })
  .describe("What one attempt may use.");
const log = z.strictObject({
  max: size.optional().describe("The largest log that is kept; 1 GiB."),
  overflow: z
    .enum(["fail", "drop"])
    .optional()
    .describe("Past it the task fails, or the middle of its log is dropped."),
});

const cache = z
  .strictObject(
    {
      key: template
        .min(1, { error: "is empty; name what is kept, such as `modules`" })
        .describe("Names what is kept; with `files` and the platform it is the key."),
      paths: z
        .array(text, { error: "wants a list of files and folders, such as `[node_modules]`" })
        .min(1, { error: "is empty; name at least one file or folder" })
        .max(LIMITS.cachePaths, { error: `holds more than ${LIMITS.cachePaths} paths` })
        .describe("Files and folders inside of work_dir that are kept."),
      files: z
        .array(text, { error: "wants a list of globs, such as `[package-lock.json]`" })
        .max(LIMITS.cachePaths, { error: `holds more than ${LIMITS.cachePaths} globs` })
        .optional()
        .describe("Files inside of work_dir whose content is a part of the key."),
      restore: z
        .array(template, { error: "wants a list of texts, such as `[modules-]`" })
        .max(LIMITS.cachePaths, { error: `holds more than ${LIMITS.cachePaths} texts` })
        .optional()
        .describe("Beginnings of other keys whose content will do when this key has none."),
    },
    { error: "wants a map with key and paths, and maybe files and restore" },
  )
  .describe("What is kept from one run to the next: restored before the command, saved after its success.");

/** What `defaults` can set for every task, and each task for itself. */
const policyKeys = {
  timeout: duration.optional().describe("Of one attempt; of an approval, from its question."),
  retry: retry.optional(),
  max_retries: z
    .int()
    .min(0)
    .max(LIMITS.retryAttempts - 1)
    .optional()
    .describe("Attempts after the first; the older way to write `retry`."),
  on_error: onError.optional(),
  on_lost: onLost.optional(),
  env: environment.optional(),
  environment: environment.optional().describe("The same as `env`."),
  work_dir: template.optional().describe("Where the command runs; relative to the file's folder."),
  shell: shell.optional(),
  tags: tags.optional().describe("A worker must have all of them."),
  priority: priority.optional(),
  grace: duration.optional().describe("From the polite signal to the kill; 10s."),
  resources: resources.optional(),
  log: log.optional().describe("Limits the log."),
};

const matrix = z
  .object({
    include: z.array(z.record(variableName, anyValue)).optional().describe("More combinations."),
    exclude: z.array(z.record(variableName, anyValue)).optional().describe("Combinations left out."),
  })
  .catchall(
    z.array(anyValue, { error: "wants a list of values" }).min(1, { error: "wants at least one value" }),
  )
  .describe("The task runs once per combination; `${matrix.os}` is the value of the axis `os`.");

const secrets = z
  .union([z.array(variableName), z.record(variableName, variableName)], {
    error: "wants a list of names, or a map from environment variable to the secret's name",
  })
  .describe("Secrets given as environment variables: a list of names, or a map VARIABLE: name.");

/** Every type of task that the file knows; some are named only to be refused with a clear sentence. */
export const TASK_TYPES = [
  "shell",
  "code",
  "test",
  "review",
  "refactor",
  "approval",
  "pipeline",
  "http",
  "container",
] as const;

const httpKeys = {
  url: template.optional().describe("The address that is called, for type http."),
  method: z
    .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], {
      error: "wants a method in capitals, such as `POST`",
    })
    .optional()
    .describe("GET; with a body POST."),
  headers: z
    .record(z.string(), template, { error: "wants a map of headers (`name: text`)" })
    .optional()
    .describe("Headers of the request."),
  body: anyValue.optional().describe("Text as it is; anything else as JSON."),
  expect: z
    .array(z.int().min(100).max(599), { error: "wants a list of statuses, such as `[200, 204]`" })
    .min(1, { error: "is empty; name at least one status" })
    .optional()
    .describe("Statuses that count as success; 200 to 299."),
};

const containerKeys = {
  image: template.optional().describe("The image, for type container."),
  args: z
    .array(template, { error: "wants a list of arguments" })
    .optional()
    .describe("Arguments in the place of those of the image."),
  entrypoint: z.array(text).min(1).optional().describe("In the place of that of the image."),
  volumes: z
    .array(template, { error: "wants a list of mounts, such as `[.:/work]`" })
    .optional()
    .describe("What of the host is seen inside: `HOST:INSIDE[:ro]`."),
  user: text.optional().describe("Who runs inside."),
  network: text.optional().describe("The network it joins."),
  pull: z.enum(["missing", "always", "never"]).optional().describe("When the image is fetched; missing."),
};

const taskKeys = {
  name: text.max(LIMITS.messageCharacters).optional().describe("What people see; the id when left out."),
  description: text.optional(),
  type: z.enum(TASK_TYPES).optional().describe("shell when left out."),
  agent: text.optional().describe("Who reads `command`: system (a shell), or an agent."),
  role: text.optional().describe("The role that an agent plays."),
  command: text.optional().describe("Shell text, or for an agent its instruction."),
  prompt: template.optional().describe("The question of an approval."),
  pipeline: identifier.optional().describe("The pipeline that is run, for type pipeline."),
  inputs: z
    .record(variableName, anyValue, { error: "wants a map of inputs (`name: value`)" })
    .optional()
    .describe("Inputs of the pipeline that is run."),
  dependencies: z
    .array(text, { error: "wants a list of task ids, such as `[build, lint]`" })
    .max(LIMITS.dependenciesPerTask)
    .optional()
    .describe("Tasks that must end before this one; `plan/*` waits for what `plan` adds, too."),
  when: z
    .union([z.boolean(), z.string()], {
      error: "wants a condition as text, such as `success()`, or true or false",
    })
    .optional()
    .describe("A condition in CEL, decided when every dependency has ended."),
  matrix: matrix.optional(),
  for_each: z
    .union([z.array(anyValue), z.string()], { error: "wants a list, or an expression that yields one" })
    .optional()
    .describe("The task runs once per item; `${item}` is the item."),
  max_parallel: z
    .int()
    .min(1)
    .optional()
    .describe("At most so many members of a matrix or for_each at once."),
  fail_fast: flag.optional().describe("One failed member cancels the others; true."),
  outputs: z
    .array(outputName, { error: "wants a list of names, such as `[url, version]`" })
    .max(LIMITS.outputsPerTask)
    .optional()
    .describe("Names that the task must have written to $GAIA_OUTPUT."),
  artifacts: z
    .array(text, { error: "wants a list of globs, such as `[dist/**, report.html]`" })
    .optional()
    .describe("Files that are kept: globs inside of work_dir."),
  cache: cache.optional(),
  ...httpKeys,
  ...containerKeys,
  secrets: secrets.optional(),
  success_codes: z
    .array(z.int().min(0).max(255), { error: "wants a list of exit codes, such as `[0, 3]`" })
    .min(1, { error: "is empty; name at least one exit code" })
    .optional()
    .describe("Exit codes that count as success; [0]."),
  touches: z
    .array(text, { error: "wants a list of globs" })
    .optional()
    .describe("Files that an agent may change."),
  ...policyKeys,
};

/** A task of a workflow file, and of the YAML that a task writes to $GAIA_GRAPH. */
export const taskFile = z.strictObject({ id: identifier.describe("Unique in the file."), ...taskKeys });
export type TaskFile = z.infer<typeof taskFile>;

export const taskDefaults = z.strictObject(policyKeys);
export type TaskDefaults = z.infer<typeof taskDefaults>;

const inputKeys = {
  type: z
    .enum(["text", "textarea", "number", "boolean", "choice", "secret"])
    .optional()
    .describe("text when left out."),
  description: text.optional(),
  required: flag.optional().describe("true when there is no default."),
  default: scalar.optional(),
  choices: z
    .array(scalar, { error: "wants a list of choices" })
    .min(1, { error: "is empty; name at least one choice" })
    .optional(),
  min: z.number().optional().describe("Smallest number, or fewest characters."),
  max: z.number().optional().describe("Largest number, or most characters."),
};
const inputs = z
  .union(
    [
      z.record(variableName, z.strictObject(inputKeys)),
      z.array(z.strictObject({ name: variableName, ...inputKeys })),
    ],
    { error: "wants a map `name: {type: text}`, or a list of `{name: …, type: …}`" },
  )
  .describe("What a run is asked for.");
export type InputFile = z.infer<z.ZodObject<typeof inputKeys>>;

const webhook = z
  .union(
    [
      identifier,
      z.strictObject({
        name: identifier.describe("The end of its address."),
        secret: variableName.optional().describe("The secret with which the sender signs."),
        events: z
          .array(text.min(1), { error: "wants a list of events, such as `[push]`" })
          .min(1, { error: "is empty; name at least one event" })
          .optional()
          .describe("Events that count, by the names that the sender gives them; all."),
      }),
    ],
    { error: "wants the name of the webhook, or a map with name, secret, events" },
  )
  .describe("Starts a run when somebody calls it. Not armed by this Gaia yet.");

const globs = z
  .array(text.min(1), { error: "wants a list of patterns, such as `[main]`" })
  .min(1, { error: "is empty; name at least one pattern" });
const git = z
  .strictObject(
    {
      repository: text.min(1).optional().describe("A path or an address; that of the file when left out."),
      branches: globs.optional().describe("Branches whose new commits count; all."),
      tags: globs.optional().describe("Tags that count when they are new; none."),
      paths: globs.optional().describe("Only commits that change such files."),
      interval: duration.optional().describe("How often it is looked for; 1m."),
    },
    { error: "wants a map with repository, branches, tags, paths, interval" },
  )
  .describe("Starts a run when a repository has something new. Not armed by this Gaia yet.");

const trigger = z
  .union(
    [
      z.string(),
      z.strictObject({
        cron: text.optional().describe('Five fields, such as "30 2 * * 1-5".'),
        timezone: text.optional().describe("A name such as Europe/Berlin; UTC when left out."),
        missed: z
          .enum(["skip", "once", "all"])
          .optional()
          .describe("What to do about times at which no server ran; once."),
        inputs: z
          .record(variableName, anyValue)
          .optional()
          .describe("Inputs of the runs; behind `pipeline` they may name `${run.outputs.NAME}`."),
        pipeline: identifier.optional().describe("Starts a run when a run of this pipeline has ended."),
        on: z
          .enum(["completed", "failed", "always"])
          .optional()
          .describe("Which ends of that run count; completed."),
        webhook: webhook.optional(),
        git: git.optional(),
      }),
    ],
    {
      error:
        "wants a cron expression as text, or a map with one of cron, pipeline, webhook, git and what belongs to it",
    },
  )
  .describe("When runs start by themselves.");

const concurrency = z
  .union(
    [
      z.string().min(1),
      z.strictObject({
        group: text.min(1).describe("Runs of the same group do not run at once; may hold `${name}`."),
        on_conflict: z
          .enum(["queue", "cancel"])
          .optional()
          .describe("The newer run waits, or ends the older one; queue."),
      }),
    ],
    { error: "wants the name of a group, or a map with group and on_conflict" },
  )
  .describe("Runs that must not run at the same time.");

const taskList = z.array(taskFile, { error: "wants a list: start each task with `- id: …`" });

/** A workflow file. */
export const workflowFile = z
  .strictObject({
    name: identifier.describe("Unique in the server; the command line and the API know the workflow by it."),
    description: text.optional(),
    version: z
      .union([z.string(), z.number()], { error: "wants text or a number" })
      .optional()
      .describe("For people."),
    variables: z
      .record(variableName, anyValue, { error: "wants a map of variables (`name: value`)" })
      .optional()
      .describe("Values that `${name}` stands for."),
    inputs: inputs.optional(),
    triggers: z
      .union([z.array(trigger).max(LIMITS.triggersPerPipeline), trigger], {
        error: "wants a list of triggers",
      })
      .optional(),
    concurrency: concurrency.optional(),
    timeout: duration.optional().describe("Of the whole run."),
    fail_fast: flag.optional().describe("The first failed task cancels everything else; false."),
    defaults: taskDefaults.optional().describe("What tasks have when they do not say it themselves."),
    env: environment.optional(),
    environment: environment.optional().describe("The same as `env`."),
    outputs: z
      .record(variableName, template, { error: "wants a map of outputs (`name: text`)" })
      .optional()
      .describe("What a completed run offers."),
    tags: tags.optional().describe("Words to find the workflow by."),
    labels: z
      .record(identifier, scalar, { error: "wants a map of labels (`name: text`)" })
      .optional()
      .describe("For filters."),
    tasks: taskList
      .min(1, { error: "is empty: a workflow has at least one task" })
      .max(LIMITS.definitionTasks, {
        error: `holds more than ${LIMITS.definitionTasks} tasks; use matrix, for_each or $GAIA_GRAPH`,
      }),
    finally: taskList
      .max(LIMITS.definitionTasks)
      .optional()
      .describe("Tasks that run after all others have ended, also when the run failed or was stopped."),
  })
  .describe("A Gaia workflow");
export type WorkflowFile = z.infer<typeof workflowFile>;

/** What a running task writes to $GAIA_GRAPH. */
export const growthFile = z.strictObject({
  expands: z
    .enum(["prefixed", "flat"])
    .optional()
    .describe("prefixed: the ids get the parent's id and a slash in front. flat: they stay as they are."),
  tasks: taskList
    .min(1, { error: "is empty: name the tasks that are added" })
    .max(LIMITS.growthJobs, { error: `holds more than ${LIMITS.growthJobs} tasks` }),
});
export type GrowthFile = z.infer<typeof growthFile>;

/** The JSON Schema (2020-12) of a workflow file, for editors. */
export function workflowJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(workflowFile, { io: "input" }), title: "Gaia workflow" };
}
