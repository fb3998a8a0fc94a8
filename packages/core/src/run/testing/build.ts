import {
  type Expression,
  parseExpression,
  parseTemplate,
  type Template,
  type Value,
} from "../../expression/index.ts";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_PRIORITY,
  dependencyKey,
  type Group,
  type Job,
  type JobFragment,
  type JobPolicy,
  type JobWork,
  NO_RESOURCES,
} from "../../graph/index.ts";
import { DEFAULT_RETRY, NO_RETRY, type RetryPolicy } from "../../policy/index.ts";
import type { Growth } from "../input.ts";
import { LOGIC_VERSION, type RunSettings } from "../state.ts";

/** A job as a test writes it: everything but the key has a default. */
export interface JobSpec extends Partial<Omit<JobPolicy, "retry">> {
  readonly key: string;
  /** Keys that it waits for; `plan/*` joins what `plan` grows. */
  readonly after?: readonly string[];
  readonly when?: string;
  readonly final?: boolean;
  readonly work?: JobWork;
  readonly retry?: Partial<RetryPolicy>;
}

/** A job for a worker; values of `bindings` are templates. */
export function task(
  key: string,
  spec: Omit<JobSpec, "key"> & { readonly bindings?: Readonly<Record<string, string>> } = {},
): JobSpec {
  const { bindings = {}, ...rest } = spec;
  return { key, work: taskWork(bindings), ...rest };
}

/** A job that asks a person. */
export function approval(key: string, prompt = "go on?", spec: Omit<JobSpec, "key"> = {}): JobSpec {
  return { key, work: { kind: "approval", prompt: parseTemplate(prompt) }, ...spec };
}

/** A job that runs another pipeline. */
export function child(
  key: string,
  inputs: Readonly<Record<string, string>> = {},
  spec: Omit<JobSpec, "key"> = {},
): JobSpec {
  return { key, work: { kind: "child", pipeline: "other", inputs: templates(inputs) }, ...spec };
}

export interface GroupSpec extends Omit<JobSpec, "key"> {
  /** Fixed items by their labels. */
  readonly items?: readonly string[];
  /** Or an expression. */
  readonly forEach?: string;
  readonly failFast?: boolean;
  readonly maxParallel?: number | null;
  readonly member?: JobWork;
}

/** A matrix or for_each; its members have the policy of the group. */
export function group(key: string, spec: GroupSpec = {}): JobSpec {
  const { items = [], forEach, failFast = false, maxParallel = null, member = taskWork({}), ...rest } = spec;
  const source: Group["items"] =
    forEach === undefined
      ? { kind: "fixed", items: items.map((label) => ({ label, value: label })) }
      : { kind: "computed", list: expression(forEach) };
  const template = { work: member, policy: policyOf(rest) };
  return { key, work: { kind: "group", group: { items: source, failFast, maxParallel, template } }, ...rest };
}

/** Work of a group, for groups of groups. */
export function groupWork(spec: GroupSpec): JobWork {
  return group("", spec).work ?? taskWork({});
}

/** Jobs of a definition, numbered in their order. */
export function jobs(specs: readonly JobSpec[]): readonly Job[] {
  const numberOf = (key: string): number => {
    const number = specs.findIndex((spec) => spec.key === key);
    if (number < 0) throw new Error(`no job ${key} in the test's run`);
    return number;
  };
  return specs.map((spec) => ({
    key: spec.key,
    name: spec.key,
    work: spec.work ?? taskWork({}),
    dependencies: (spec.after ?? []).map(dependencyKey).map(numberOf),
    joins: (spec.after ?? [])
      .filter((key) => key.endsWith("/*"))
      .map(dependencyKey)
      .map(numberOf),
    condition: spec.when === undefined ? null : expression(spec.when),
    policy: policyOf(spec),
    final: spec.final ?? false,
    grownBy: null,
    memberOf: null,
    item: null,
  }));
}

/** What a job grows. */
export function growth(specs: readonly JobSpec[], keys: Growth["keys"] = "prefixed"): Growth {
  const fragments = specs.map(
    (spec): JobFragment => ({
      key: spec.key,
      name: spec.key,
      work: spec.work ?? taskWork({}),
      dependencies: spec.after ?? [],
      condition: spec.when === undefined ? null : expression(spec.when),
      policy: policyOf(spec),
    }),
  );
  return { jobs: fragments, keys };
}

/** Settings of a run; outputs are templates. */
export function settings(
  options: Partial<Omit<RunSettings, "outputs">> & {
    readonly outputs?: Readonly<Record<string, string>>;
  } = {},
): RunSettings {
  const { outputs = {}, ...rest } = options;
  const defaults = {
    seed: "seed",
    logicVersion: LOGIC_VERSION,
    timeoutMs: null,
    failFast: false,
    maxJobs: 1_000,
  };
  return { ...defaults, inputs: {}, variables: {}, reused: {}, ...rest, outputs: templates(outputs) };
}

/** A parsed condition. */
export function expression(text: string): Expression {
  const parsed = parseExpression(text);
  if (parsed.kind === "error") throw new Error(parsed.message);
  return parsed.expression;
}

/** Work for a worker that needs these values. */
export function taskWork(bindings: Readonly<Record<string, string>>): JobWork {
  const spec: Value = {};
  const empty = { executor: "process", spec, secrets: [], tags: [], resources: NO_RESOURCES };
  return { kind: "task", task: { ...empty, bindings: templates(bindings) } };
}

function templates(texts: Readonly<Record<string, string>>): Readonly<Record<string, Template>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parseTemplate(text)]));
}

function policyOf(spec: Partial<Omit<JobSpec, "key">>): JobPolicy {
  return {
    retry: spec.retry === undefined ? NO_RETRY : { ...DEFAULT_RETRY, jitter: 0, ...spec.retry },
    timeoutMs: spec.timeoutMs ?? null,
    onError: spec.onError ?? "fail",
    onLost: spec.onLost ?? "rerun",
    priority: spec.priority ?? DEFAULT_PRIORITY,
    graceMs: spec.graceMs ?? DEFAULT_GRACE_MS,
  };
}
