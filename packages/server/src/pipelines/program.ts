import {
  GaiaError,
  HOME_TAG,
  LIMITS,
  outputsValue,
  type ProgramDefinition,
  programDefinition,
  type ProgramJobDefinition,
  type ProgramSpec,
} from "@gaia/contracts";
import type { Template } from "@gaia/core/expression/index.ts";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_PRIORITY,
  type Job,
  type JobPolicy,
  NO_RESOURCES,
  type Task,
} from "@gaia/core/graph/index.ts";
import { DEFAULT_RETRY, NO_RETRY } from "@gaia/core/policy/index.ts";
import { createHash } from "node:crypto";
import { inputsOf } from "./program-inputs.ts";
import { armedTriggers } from "./program-triggers.ts";
import { UNBUILT_DEFINITION } from "./unbuilt.ts";
import type { Workflow } from "./workflow.ts";

/** How `programText` begins. */
const BUILD_IN_TEXT = /^\{"kind":"program","name":"(?:[^"\\]|\\.)*","build":"([0-9a-f]{64})"/;

/** The definition of a program's version as text: keys in their order, so that the same program gives the same text. */
export function programText(definition: ProgramDefinition): string {
  return JSON.stringify(programDefinition.parse(definition));
}

/** Id of the build that a version runs, without reading all of its text; null: it is none of a program. */
export function buildIdOf(text: string): string | null {
  return BUILD_IN_TEXT.exec(text)?.[1] ?? null;
}

/** Whether a definition only stands in the place of a program's first version. */
export function isUnbuilt(text: string): boolean {
  return text === UNBUILT_DEFINITION;
}

/**
 * The pipeline that a program is: its jobs, and as inputs of a run what they want to be told.
 *
 * @throws GaiaError `invalid_definition`
 */
export function parseProgram(text: string): Workflow {
  const definition = readDefinition(text);
  const { jobs } = definition.program;
  const listed = jobs.filter((job) => !job.onDemand);
  const numbers = new Map(listed.map((job, number) => [job.id, number]));
  return {
    name: definition.name,
    description: "",
    version: "",
    inputs: inputsOf(jobs),
    variables: {},
    jobs: listed.map((job) => jobOf(definition, job, listed, numbers)),
    notes: listed.map((job) => ({ condition: null, description: job.description, line: 1, column: 1 })),
    settings: { timeoutMs: null, failFast: false, outputs: {} },
    concurrency: null,
    triggers: armedTriggers(definition),
    labels: {},
    tags: [],
    unsupported: [],
    definition: text,
    hash: createHash("sha256").update(text).digest("hex"),
    hasTree: false,
  };
}

function readDefinition(text: string): ProgramDefinition {
  const parsed = programDefinition.safeParse(asJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new GaiaError(
    "invalid_definition",
    `This version of the program was kept by another Gaia and cannot be read (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}). Build it again: gaia pipeline build NAME`,
  );
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function jobOf(
  definition: ProgramDefinition,
  job: ProgramJobDefinition,
  listed: readonly ProgramJobDefinition[],
  numbers: ReadonlyMap<number, number>,
): Job {
  const dependencies = job.dependsOn.flatMap((id) => numbers.get(id) ?? []);
  const titles = dependencies.flatMap((number) => listed[number]?.title ?? []);
  return {
    key: job.title,
    name: job.title,
    work: {
      kind: "task",
      task: programTask(definition, job, { title: job.title, dependencies: titles, given: {} }),
    },
    dependencies,
    joins: [],
    condition: null,
    policy: programPolicy(job),
    final: false,
    grownBy: null,
    memberOf: null,
    item: null,
  };
}

/** What is performed: a job of the graph, or one that was added at run time and says its arguments itself. */
export interface Performance {
  readonly title: string;
  readonly dependencies: readonly string[];
  readonly given: Readonly<Record<string, string>>;
}

/** The task that performs a job's function. */
export function programTask(
  { build, program }: ProgramDefinition,
  job: ProgramJobDefinition,
  { title, dependencies, given }: Performance,
): Task {
  const plain = job.arguments.filter(
    (argument) => argument.type !== "vault" && !Object.hasOwn(given, argument.key),
  );
  const vault = job.arguments.filter((argument) => argument.type === "vault").map(({ key }) => key);
  const spec: ProgramSpec = {
    build,
    command: program.command,
    job: job.id,
    title,
    arguments: [...plain.map(({ key }) => key), ...Object.keys(given)],
    secrets: Object.fromEntries(vault.map((key) => [key, key])),
    dependencies: [...dependencies],
    logMaxBytes: LIMITS.logBytes,
    logDrop: false,
  };
  const bindings: [string, Template][] = [
    ...plain.map(({ key }): [string, Template] => [key, valueAt(["inputs", key])]),
    ...Object.entries(given).map(([key, value]): [string, Template] => [key, [value]]),
    ...dependencies.map((key, index): [string, Template] => [
      outputsValue(index),
      valueAt(["tasks", key, "outputs"]),
    ]),
  ];
  return {
    executor: "program",
    spec,
    bindings: Object.fromEntries(bindings),
    secrets: vault,
    tags: [HOME_TAG],
    resources: NO_RESOURCES,
    shared: { maxParallel: program.maxParallel },
  };
}

export function programPolicy({ attempts, timeoutMs }: ProgramJobDefinition): JobPolicy {
  return {
    retry: attempts > 1 ? { ...DEFAULT_RETRY, attempts } : NO_RETRY,
    timeoutMs,
    onError: "fail",
    onLost: "wait",
    priority: DEFAULT_PRIORITY,
    graceMs: DEFAULT_GRACE_MS,
  };
}

function valueAt(path: readonly string[]): Template {
  return [{ kind: "path", path, offset: 0, length: 0 }];
}
