import { baseEnvironment, buildPipelineOf, GaiaError, LIMITS, RUN_TREE } from "@gaia/contracts";
import {
  DEFAULT_PRIORITY,
  type Job,
  LOGIC_VERSION,
  renderTemplate,
  type Reused,
  secretsOfWork,
  type Value,
} from "@gaia/core";
import { dirname } from "node:path";
import { secretName } from "../engine/dispatch.ts";
import type { SecretResolver } from "../engine/options.ts";
import type { NewRun } from "../engine/port.ts";
import {
  buildIdOf,
  type CheckoutTools,
  isUnbuilt,
  type Resolved,
  resolveInputs,
  resolveVariables,
  type Workflow,
} from "../pipelines/index.ts";
import type { Actor, PipelineRow } from "../store/port.ts";
import { newId, newTraceId } from "./ids.ts";
import type { StartOrder } from "./port.ts";

export interface NewRunOptions {
  readonly now: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder in which tasks of definitions without a file start. */
  readonly defaultFolder: string;
  /** What checks out the tree of a run that has one. */
  readonly checkout: CheckoutTools;
  /** Whether what a build made is still there. */
  readonly hasBuild: (id: string) => boolean;
  /** Whether a task of the pipeline can have a secret now. */
  readonly secret: SecretResolver;
}

/** What a run is made of, beside its pipeline. */
export interface Making {
  readonly actor: Actor;
  readonly trigger: string;
  readonly order: StartOrder;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly parent?: NewRun["parent"];
  readonly id?: string;
  readonly retryOf?: string;
  readonly jobs?: readonly Job[];
  readonly reused?: Readonly<Record<string, Reused>>;
}

/** Puts a run together; refuses what cannot be run here. */
export function newRunOf(
  row: PipelineRow,
  workflow: Workflow,
  making: Making,
  options: NewRunOptions,
): NewRun {
  const [unsupported] = workflow.unsupported;
  if (unsupported !== undefined)
    throw new GaiaError("unsupported", unsupported.sentence, { tasks: workflow.unsupported });
  if (row.kind === "program") refuseWithoutBuild(row, options.hasBuild);
  const { order } = making;
  const inputs = given(resolveInputs(workflow.inputs, order.inputs ?? {}));
  const variables = given(resolveVariables(workflow.variables, order.variables ?? {}));
  refuseMissingSecrets(workflow, inputs, (name) =>
    options.secret(name, { namespace: row.namespace, pipeline: row.name }),
  );
  const id = making.id ?? newId("run", options.now());
  const group = groupOf(workflow, inputs, variables);
  return {
    id,
    namespace: row.namespace,
    pipeline: row.name,
    pipelineVersion: row.version,
    definition: workflow.definition,
    definitionHash: workflow.hash,
    settings: {
      seed: id,
      logicVersion: LOGIC_VERSION,
      inputs,
      variables: workflow.hasTree ? { ...variables, ...options.checkout } : variables,
      timeoutMs: workflow.settings.timeoutMs,
      failFast: workflow.settings.failFast,
      outputs: workflow.settings.outputs,
      maxJobs: LIMITS.graphJobs,
      reused: making.reused ?? {},
    },
    jobs: making.jobs ?? workflow.jobs,
    actor: making.actor,
    trigger: making.trigger,
    traceId: newTraceId(),
    retryOf: making.retryOf ?? null,
    parent: making.parent ?? null,
    group,
    priority: order.priority ?? DEFAULT_PRIORITY,
    labels: workflow.labels,
    workDir: workflow.hasTree ? RUN_TREE : row.origin === null ? options.defaultFolder : folderOf(row.origin),
    environment: baseAndDeclared(making.environment, options.environment),
  };
}

function refuseWithoutBuild(row: PipelineRow, hasBuild: (id: string) => boolean): void {
  const { name, version } = row;
  if (isUnbuilt(row.definition)) {
    throw new GaiaError(
      "conflict",
      `\`${name}\` has not been built yet. Look at its build: gaia show ${buildPipelineOf(name)}`,
    );
  }
  const build = buildIdOf(row.definition);
  if (build === null || hasBuild(build)) return;
  const commit = row.commit === null ? "" : ` --commit ${row.commit.id}`;
  throw new GaiaError(
    "conflict",
    `What was built for version ${version} of \`${name}\` is not kept any more. Build it again: gaia pipeline build ${name}${commit}`,
    { version, build },
  );
}

function refuseMissingSecrets(
  workflow: Workflow,
  inputs: Readonly<Record<string, Value>>,
  ask: (name: string) => ReturnType<SecretResolver>,
): void {
  for (const job of workflow.jobs) {
    for (const wanted of secretsOfWork(job.work)) {
      const name = secretName(wanted, inputs);
      if (name === null)
        throw new GaiaError(
          "invalid_input",
          `Task \`${job.key}\` needs the secret ${wanted}, for which the run names none. Give the input the name of a secret.`,
        );
      const found = ask(name);
      if (found.kind === "refused")
        throw new GaiaError("invalid_input", `Task \`${job.key}\` needs the secret ${name}, ${found.why}.`);
    }
  }
}

function folderOf(origin: string): string {
  return origin.endsWith("/") ? origin.slice(0, -1) || "/" : dirname(origin);
}

function baseAndDeclared(
  given: Readonly<Record<string, string>> | undefined,
  own: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return given ?? baseEnvironment(own);
}

function given(resolved: Resolved): Readonly<Record<string, Value>> {
  if (resolved.kind === "ok") return resolved.values;
  const [first = "", ...more] = resolved.problems;
  const text = more.length === 0 ? first : `${first} (and ${more.length} more)`;
  throw new GaiaError("invalid_input", text, { problems: resolved.problems });
}

function groupOf(
  workflow: Workflow,
  inputs: Readonly<Record<string, Value>>,
  variables: Readonly<Record<string, Value>>,
): NewRun["group"] {
  if (workflow.concurrency === null) return null;
  const { group, onConflict } = workflow.concurrency;
  const text = renderTemplate(group, ([head = "", ...rest]) => {
    const start: unknown =
      head === "inputs" ? inputs : head === "variables" ? variables : (variables[head] ?? inputs[head]);
    return rest.reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      start,
    ) as Value | undefined;
  });
  if (text.kind === "error")
    throw new GaiaError("invalid_input", `The concurrency group cannot be worked out: ${text.message}`);
  return { key: text.text, onConflict };
}
