import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { cache } from "./workflow-cache.ts";
import { containerKeys, httpKeys } from "./workflow-calls.ts";
import { trigger } from "./workflow-trigger.ts";
import {
  text,
  identifier,
  variableName,
  outputName,
  flag,
  duration,
  size,
  priority,
  tags,
  scalar,
  environment,
  template,
  anyValue,
} from "./workflow-values.ts";

export { ENVIRONMENT_NAME, OUTPUT_NAME, TASK_ID, VARIABLE_NAME } from "./workflow-values.ts";

/**
 * The shape of a workflow file. One schema validates files, gives editors their completion (`workflowJsonSchema`) and
 * names the known keys in error messages. What a shape cannot say (references, cycles, durations) is checked behind it.
 *
 * Messages continue a sentence that starts with the key: "`timeout` wants a duration such as …".
 */

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

/** What `defaults` can set for every task, and each task for itself. */
const policyKeys = {
  timeout: duration
    .optional()
    .describe(
      "Of one attempt; of an approval, from its question; of a child run, from the moment it is asked for.",
    ),
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
