import type { Expression, Template, Value } from "../expression/index.ts";
import type { RetryPolicy } from "../policy/index.ts";

/**
 * A node of the graph. Jobs are known inside a run by their dense number (position in `Graph.jobs`)
 * and outside by their key, which people write and read.
 */
export interface Job {
  /** Unique within the run: `build`, `test[os=linux]`, `plan/deploy-3`. */
  readonly key: string;
  /** What people see; the key when nothing else was given. */
  readonly name: string;
  readonly work: JobWork;
  /** Numbers of the jobs that must end before this one is looked at. */
  readonly dependencies: readonly number[];
  /** Numbers of jobs whose grown jobs (see `grownBy`) this one waits for too: `dependencies: ["plan/*"]`. */
  readonly joins: readonly number[];
  /** `when`: decided once, when every dependency has ended. */
  readonly condition: Expression | null;
  readonly policy: JobPolicy;
  /** Runs after all other jobs have ended, also when the run failed or was stopped. */
  readonly final: boolean;
  /** The job whose growth added this one; null for jobs of the definition. */
  readonly grownBy: number | null;
  /** The group this job is a member of (matrix or for_each), else null. */
  readonly memberOf: number | null;
  /** What `${item}` and `${matrix.x}` mean in this job; null outside of a group. */
  readonly item: Value;
}

/** What a job does. Core knows how each kind is driven, never what an executor makes of `spec`. */
export type JobWork =
  | { readonly kind: "task"; readonly task: Task }
  | { readonly kind: "group"; readonly group: Group }
  | { readonly kind: "approval"; readonly prompt: Template }
  | {
      readonly kind: "child";
      readonly pipeline: string;
      readonly inputs: Readonly<Record<string, Template>>;
    };

/** Work for a worker. */
export interface Task {
  /** Which executor performs it: `process`, later `program`, `agent`, … */
  readonly executor: string;
  /** The executor's own JSON, opaque to core: the command, its environment and so on. */
  readonly spec: Value;
  /** Values that the task needs, by the name under which the executor receives them. */
  readonly bindings: Readonly<Record<string, Template>>;
  /** Names of secrets, resolved on the way to the worker; the values are in no state, event or log. */
  readonly secrets: readonly string[];
  /** A worker must have all of them. */
  readonly tags: readonly string[];
  readonly resources: Resources;
  /** Performed by a process that the run has for all of its tasks of this kind. */
  readonly shared?: SharedProcess;
}

/** One process of a run on one worker. */
export interface SharedProcess {
  /** How many tasks it performs at once; null: any number. */
  readonly maxParallel: number | null;
}

/** Names of secrets that a job wants, as it was written; of a group, what each of its members wants. */
export function secretsOfWork(work: JobWork): readonly string[] {
  if (work.kind === "group") return secretsOfWork(work.group.template.work);
  return work.kind === "task" ? work.task.secrets : [];
}

export interface Resources {
  /** Cores; null: no limit. */
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  /** Refuse to start where the limits cannot be enforced. */
  readonly strict: boolean;
}

/** A matrix or for_each: becomes its members when it starts, and ends when they have ended. */
export interface Group {
  /** Fixed items, or an expression that yields a list when the group starts. */
  readonly items:
    | { readonly kind: "fixed"; readonly items: readonly GroupItem[] }
    | { readonly kind: "computed"; readonly list: Expression };
  /** One failed member cancels the others. */
  readonly failFast: boolean;
  /** At most so many members at once; null: no limit. */
  readonly maxParallel: number | null;
  /** What each member is; its key is the group's key, followed by the item's label in brackets. */
  readonly template: { readonly work: JobWork; readonly policy: JobPolicy };
}

export interface GroupItem {
  readonly label: string;
  readonly value: Value;
}

export interface JobPolicy {
  readonly retry: RetryPolicy;
  /** Of one attempt, from its process' start; of an approval, from its question. Null: no limit. */
  readonly timeoutMs: number | null;
  /** `continue`: the failure is recorded, but neither stops dependants nor fails the run. */
  readonly onError: "fail" | "continue";
  /** What to do when the worker is lost. `wait`: it comes back and takes the attempt up again. */
  readonly onLost: "wait" | "rerun" | "fail";
  /** 0-10, high first. */
  readonly priority: number;
  /** From the polite signal to the kill. */
  readonly graceMs: number;
}

/** A fragment as a running job hands it in: dependencies by key, not yet checked against the run. */
export interface JobFragment {
  readonly key: string;
  readonly name: string;
  readonly work: JobWork;
  readonly dependencies: readonly string[];
  readonly condition: Expression | null;
  readonly policy: JobPolicy;
}

export const DEFAULT_PRIORITY = 5;
export const DEFAULT_GRACE_MS = 10_000;
export const NO_RESOURCES: Resources = { cpus: null, memoryBytes: null, strict: false };
