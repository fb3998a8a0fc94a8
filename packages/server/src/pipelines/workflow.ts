import type { Problem } from "@gaia/contracts";
import type { Template, Value } from "@gaia/core/expression/index.ts";
import type { Job } from "@gaia/core/graph/index.ts";
import type { StatusTarget } from "../commit-statuses/target.ts";

/** A workflow file that was read and checked: everything that a run of it needs. */
export interface Workflow {
  readonly name: string;
  readonly description: string;
  /** The file's own `version`, for people. */
  readonly version: string;
  readonly inputs: readonly InputDefinition[];
  readonly variables: Readonly<Record<string, Value>>;
  /** In the order of the file, `finally` last. */
  readonly jobs: readonly Job[];
  /** What core does not keep of each job; same order as `jobs`. */
  readonly notes: readonly JobNote[];
  readonly settings: WorkflowSettings;
  readonly concurrency: Concurrency | null;
  readonly triggers: readonly Trigger[];
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Tasks that are valid, and that this Gaia cannot perform yet: a run must not be started. */
  readonly unsupported: readonly UnsupportedTask[];
  /** The file's content as canonical JSON: parsing it gives the same workflow. Formatting and comments are not in it. */
  readonly definition: string;
  /** SHA-256 of `definition`, hexadecimal. */
  readonly hash: string;
  /** Its runs begin with a checkout, and their tasks start in that tree. */
  readonly hasTree: boolean;
}

/** What goes into `RunSettings` of each run. */
export interface WorkflowSettings {
  readonly timeoutMs: number | null;
  readonly failFast: boolean;
  readonly outputs: Readonly<Record<string, Template>>;
}

export interface JobNote {
  /** The text of `when`. */
  readonly condition: string | null;
  readonly description: string;
  readonly line: number;
  readonly column: number;
}

/** Runs whose rendered group is equal do not run at once. */
export interface Concurrency {
  readonly group: Template;
  readonly text: string;
  readonly onConflict: "queue" | "cancel";
}

export interface CronTrigger {
  readonly kind: "cron";
  readonly cron: string;
  readonly timezone: string;
  readonly missed: "skip" | "once" | "all";
  readonly inputs: Readonly<Record<string, Value>>;
}

/** A run starts when one of another pipeline has ended. */
export interface PipelineTrigger {
  readonly kind: "pipeline";
  readonly pipeline: string;
  readonly on: "completed" | "failed" | "always";
  /** Texts may hold `${run.id}`, `${run.number}`, `${run.status}` and `${run.outputs.NAME}` of the run that ended. */
  readonly inputs: Readonly<Record<string, Value>>;
}

/** A run starts when a sender that signs delivers something. */
export interface WebhookTrigger {
  readonly kind: "webhook";
  /** The end of its address; once in a workflow. */
  readonly name: string;
  /** Name of the secret with which the sender signs; null: nobody can call it. */
  readonly secret: string | null;
  /** Events that count, by the names that the sender gives them; null: all. */
  readonly events: readonly string[] | null;
  /** Text of the condition that a delivery has to meet; null: none. */
  readonly when: string | null;
  /** Texts may hold `${body.KEY}`, `${headers.NAME}`, `${event}` and `${delivery}`. */
  readonly inputs: Readonly<Record<string, Value>>;
}

export type ForgeEventKind = "push" | "tag" | "pull_request";

/** A run starts on a commit when a forge tells of it. */
export interface GitTrigger {
  readonly kind: "git";
  /** The end of its address; once in a workflow, webhooks included. */
  readonly name: string;
  /** Null: nothing can start. */
  readonly repository: string | null;
  /** Name of the secret with which the forge signs; null: nobody can call it. */
  readonly secret: string | null;
  readonly events: readonly ForgeEventKind[];
  /** Patterns, those with `!` exclude; null: all. */
  readonly branches: readonly string[] | null;
  readonly tags: readonly string[] | null;
  readonly paths: readonly string[] | null;
  /** How the repository is read when nobody tells of it. */
  readonly credential: {
    readonly kind: "ssh_key" | "token";
    readonly secret: string;
    readonly user: string | null;
  } | null;
  readonly knownHosts: string | null;
  /** How often it is looked at then. */
  readonly intervalMs: number;
  /** Where the forge is told what the runs come to; null: nowhere. */
  readonly status: StatusTarget | null;
  /** Texts may hold `${git.NAME}`. */
  readonly inputs: Readonly<Record<string, Value>>;
}

export type Trigger = CronTrigger | PipelineTrigger | WebhookTrigger | GitTrigger;

export interface UnsupportedTask {
  readonly task: string;
  readonly sentence: string;
  readonly line: number;
  readonly column: number;
}

export const INPUT_TYPES = ["text", "textarea", "number", "boolean", "choice", "secret"] as const;

/** What a run can be asked for. The value of a `secret` is the name of a secret, never the secret. */
export interface InputDefinition {
  readonly name: string;
  readonly type: (typeof INPUT_TYPES)[number];
  readonly description: string;
  readonly required: boolean;
  /** Null: none. */
  readonly default: string | number | boolean | null;
  readonly choices: readonly string[];
  /** Smallest number, or fewest characters. */
  readonly min: number | null;
  /** Largest number, or most characters. */
  readonly max: number | null;
}

/** What became of a text. Warnings do not keep a workflow from running. */
export type ParsedWorkflow =
  | { readonly kind: "ok"; readonly workflow: Workflow; readonly warnings: readonly Problem[] }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
