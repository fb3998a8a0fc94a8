import { LIMITS } from "@gaia/contracts";
import { type WorkflowFile, workflowFile } from "@gaia/contracts/workflow-file.ts";
import { parseTemplate, type Value } from "@gaia/core/expression/index.ts";
import { dependencyKey, type Job } from "@gaia/core/graph/index.ts";
import { nearest } from "@gaia/core/text/index.ts";
import { readDuration } from "./amounts.ts";
import { withCheckout } from "./checkout.ts";
import { checkVariableName, readInputDefinitions } from "./input-definitions.ts";
import { jsonValue } from "./inputs.ts";
import { normalForm } from "./normal-form.ts";
import { type Path, textAt } from "./place.ts";
import { ProblemList } from "./problem-list.ts";
import { ALIASES, readShape } from "./shape.ts";
import { environmentEntries, type FileContext } from "./task-context.ts";
import {
  afterAllTasks,
  beforeAllTasks,
  type Broken,
  type ListScope,
  type ReadTask,
  readTasks,
} from "./task-list.ts";
import { readTemplate } from "./templates.ts";
import { readTriggers } from "./triggers.ts";
import type { Concurrency, ParsedWorkflow, UnsupportedTask, Workflow } from "./workflow.ts";
import { readYaml } from "./yaml-source.ts";

export interface ParseOptions {
  /** What messages call the text. */
  readonly file: string;
  /** Given with the definition: they are added to the file's own, and win over them. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

type File = Omit<WorkflowFile, "variables"> & { readonly variables: Readonly<Record<string, Value>> };

/**
 * Reads and checks a workflow file (YAML or JSON). Nothing that can be known beforehand is left for the run: shape,
 * names, references, cycles, durations, and that no value can become shell code. Every problem is reported in one go.
 *
 * The cost grows with the text: 1 MB, the limit, takes about a second. `parseWorkflow` does the same without stopping
 * everything else.
 */
export function parseWorkflowInline(text: string, options: ParseOptions): ParsedWorkflow {
  // A byte order mark is no part of the content; columns of the first line are counted behind it.
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const problems = new ProblemList(options.file, source);
  const yaml = readYaml(source, problems, { bytes: LIMITS.definitionBytes, what: "the file" });
  if (yaml === null) return { kind: "invalid", problems: problems.all };
  problems.locate(yaml.root);
  if (!isMap(yaml.value)) {
    problems.add([], "a workflow file is a map: start it with `name: …` and `tasks:`");
    return { kind: "invalid", problems: problems.all };
  }
  if (!Object.keys(yaml.value).some(isLikeAKey)) {
    // Dozens of unknown keys would say no more: another file was meant.
    problems.add([], "this is no workflow file: it has neither `name` nor `tasks`", "key");
    return { kind: "invalid", problems: problems.all };
  }
  const shape = readShape(workflowFile, yaml.value, problems, isApart);
  if (shape === null) return { kind: "invalid", problems: problems.all };
  const { value: file, broken } = shape;
  const where = { problems, root: yaml.root };
  const defaults = file.defaults ?? {};
  const environment = [
    ...environmentEntries(file, [], where),
    ...environmentEntries(defaults, ["defaults"], where),
  ];
  const variables = { ...file.variables, ...givenVariables(options, source, file, problems) };
  const workflow = readWorkflow({ ...file, variables }, { ...where, defaults, environment }, broken);
  if (problems.hasErrors) return { kind: "invalid", problems: problems.all };
  return { kind: "ok", workflow, warnings: problems.all };
}

/** Secrets of a workflow are no inputs of it. */
const NOTHING_SEALED: ReadonlySet<string> = new Set();

/** Whether somebody may have meant a key of a workflow file. */
function isLikeAKey(key: string): boolean {
  return (
    key in workflowFile.shape || key in ALIASES || nearest(key, Object.keys(workflowFile.shape)) !== null
  );
}

/** Keys that no other part of a file looks at. */
const APART: ReadonlySet<unknown> = new Set<keyof WorkflowFile>([
  "description",
  "version",
  "triggers",
  "concurrency",
  "timeout",
  "fail_fast",
  "outputs",
  "tags",
  "labels",
]);

/** Keys that declare names: without them, or without an entry of theirs, what names it is not judged. */
const DECLARING: ReadonlySet<unknown> = new Set<keyof WorkflowFile>([
  "inputs",
  "variables",
  "env",
  "environment",
]);

/**
 * Problems inside of one task, or of a key that stands for itself, say nothing about the rest of the file, which is
 * checked all the same. Of `defaults` only the shell decides how the rest is read.
 */
function isApart(path: Path): boolean {
  const [top] = path;
  if (path.length > 2 && (top === "tasks" || top === "finally")) return path[2] !== "id";
  if (APART.has(top) || DECLARING.has(top)) return true;
  if (top === "defaults") {
    const key = String(path[1] ?? "shell");
    return key !== "shell" && nearest(key, ["shell"]) === null;
  }
  if (path.length !== 1 || typeof top !== "string" || top in workflowFile.shape) return false;
  const meant = ALIASES[top] ?? nearest(top, Object.keys(workflowFile.shape));
  return meant === null || APART.has(meant) || DECLARING.has(meant);
}

/** Names whose declarations are among the broken paths: all of them, where a whole key is. */
function unreadNames(broken: readonly Path[]): (name: string) => boolean {
  const names = new Set<string | number>();
  for (const [top = "", name] of broken) {
    if (top === "defaults" && (name === "env" || name === "environment")) return () => true;
    const meant =
      top in workflowFile.shape ? top : (ALIASES[top] ?? nearest(String(top), [...DECLARING].map(String)));
    if (!DECLARING.has(meant)) continue;
    if (name === undefined || typeof name === "number") return () => true;
    names.add(name);
  }
  return (name) => names.has(name);
}

function taskPrefixes(paths: readonly Path[]): Broken {
  return new Set(
    paths
      .filter((path) => path.length > 2 && (path[0] === "tasks" || path[0] === "finally"))
      .map((path) => path.slice(0, 2).join(".")),
  );
}

function givenVariables(
  options: ParseOptions,
  source: string,
  file: WorkflowFile,
  problems: ProblemList,
): Readonly<Record<string, Value>> {
  const entries = Object.entries(options.variables ?? {}).map(([name, value]): [string, Value] => {
    const json = jsonValue(value);
    // A name that stands nowhere changes nothing: it was mistyped.
    if (!source.includes(name)) {
      const meant = problems.meant(name, Object.keys(file.variables ?? {}));
      problems.add(
        [],
        `the variable \`${name}\`, which was given with the file, stands nowhere in it${meant}`,
      );
    }
    if (json === undefined)
      problems.add([], `the variable \`${name}\`, which was given with the file, is not a JSON value`);
    return [name, json ?? null];
  });
  return Object.fromEntries(entries);
}

function readWorkflow(written: File, context: FileContext, broken: readonly Path[]): Workflow {
  const { problems } = context;
  checkVariables(written.variables, context);
  const { file, hasTree } = withCheckout(written, problems);
  const inputs = readInputDefinitions(file.inputs, file.variables, context);
  const scope: ListScope = {
    variables: file.variables,
    inputs: new Map(inputs.map((input) => [input.name, input])),
    isUnread: unreadNames(broken),
    fragment: false,
  };
  checkCount(file, context);
  const lists = [
    { key: "tasks", tasks: file.tasks },
    { key: "finally", tasks: file.finally ?? [] },
  ] as const;
  const tasks = readTasks(lists, scope, context, taskPrefixes(broken));
  const after = afterAllTasks(
    lists.flatMap((list) => list.tasks),
    scope,
    problems,
  );
  const outputs = Object.entries(file.outputs ?? {}).map(
    ([name, text]) => [name, readTemplate(text, ["outputs", name], after, problems)] as const,
  );
  return {
    name: file.name,
    description: file.description ?? "",
    version: file.version === undefined ? "" : (textAt(context.root, ["version"]) ?? ""),
    inputs,
    variables: file.variables,
    jobs: jobsOf(tasks),
    notes: tasks.map((task) => ({
      condition: task.conditionText,
      description: task.description,
      ...problems.positionOf(task.path),
    })),
    settings: {
      timeoutMs: file.timeout === undefined ? null : readDuration(file.timeout, ["timeout"], problems),
      failFast: file.fail_fast ?? false,
      outputs: Object.fromEntries(outputs),
    },
    concurrency: readConcurrency(file.concurrency, scope, context),
    // Their inputs cannot be judged beside inputs that cannot be read.
    triggers: broken.some(([top]) => top === "inputs")
      ? []
      : readTriggers(
          file.triggers,
          { kind: "workflow", name: file.name, inputs, sealed: NOTHING_SEALED },
          problems,
        ),
    labels: readLabels(file, context),
    tags: file.tags ?? [],
    unsupported: tasks.flatMap((task) => unsupportedOf(task, problems)),
    ...normalForm(written, context.root),
    hasTree,
  };
}

function unsupportedOf(task: ReadTask, problems: ProblemList): readonly UnsupportedTask[] {
  if (task.unsupported === null) return [];
  return [
    { task: task.id, sentence: `task \`${task.id}\` ${task.unsupported}`, ...problems.positionOf(task.path) },
  ];
}

/** Names become numbers. With problems in them nobody gets to see the jobs. */
function jobsOf(tasks: readonly ReadTask[]): readonly Job[] {
  const numbers = new Map(tasks.map((task, index) => [task.id, index]));
  const numberOf = (dependency: string): readonly number[] => {
    const number = numbers.get(dependencyKey(dependency));
    return number === undefined ? [] : [number];
  };
  return tasks.map((task) => ({
    key: task.id,
    name: task.name,
    work: task.work,
    dependencies: [...new Set(task.dependencies.flatMap(numberOf))],
    joins: [
      ...new Set(task.dependencies.filter((dependency) => dependency.endsWith("/*")).flatMap(numberOf)),
    ],
    condition: task.condition,
    policy: task.policy,
    final: task.final,
    grownBy: null,
    memberOf: null,
    item: null,
  }));
}

function checkVariables(variables: Readonly<Record<string, Value>>, context: FileContext): void {
  for (const [name, value] of Object.entries(variables)) {
    checkVariableName(name, ["variables", name], context);
    if (Buffer.byteLength(JSON.stringify(value)) > LIMITS.inputBytes) {
      context.problems.add(
        ["variables", name],
        `the value has more than the limit of ${LIMITS.inputBytes} bytes; put it into a file`,
      );
    }
  }
}

function readLabels(file: File, context: FileContext): Readonly<Record<string, string>> {
  const entries = Object.entries(file.labels ?? {}).map(([name, value]): [string, string] => {
    const text = typeof value === "string" ? null : textAt(context.root, ["labels", name]);
    return [name, text ?? String(value)];
  });
  return Object.fromEntries(entries);
}

function checkCount(file: File, context: FileContext): void {
  const count = file.tasks.length + (file.finally?.length ?? 0);
  if (count <= LIMITS.definitionTasks) return;
  context.problems.add(
    ["finally"],
    `the file has ${count} tasks, more than the limit of ${LIMITS.definitionTasks}`,
  );
}

function readConcurrency(
  concurrency: WorkflowFile["concurrency"],
  scope: ListScope,
  context: FileContext,
): Concurrency | null {
  if (concurrency === undefined) return null;
  const text = typeof concurrency === "string" ? concurrency : concurrency.group;
  const path = typeof concurrency === "string" ? ["concurrency"] : ["concurrency", "group"];
  for (const piece of parseTemplate(text)) {
    const source = typeof piece === "string" ? "" : text.slice(piece.offset, piece.offset + piece.length);
    if (/^\$\{(tasks|run)\b/.test(source))
      context.problems.addInside(
        path,
        "the group is known before the run starts; use variables and inputs",
        source,
        0,
      );
  }
  const group = readTemplate(text, path, beforeAllTasks(scope, context.problems), context.problems);
  return {
    group,
    text,
    onConflict: typeof concurrency === "string" ? "queue" : (concurrency.on_conflict ?? "queue"),
  };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
