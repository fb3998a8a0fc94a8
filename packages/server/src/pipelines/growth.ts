import { LIMITS } from "@gaia/contracts";
import { growthFile, type TaskDefaults, workflowFile } from "@gaia/contracts/workflow-file.ts";
import type { JobFragment } from "@gaia/core/graph/index.ts";
import { readInputDefinitions } from "./input-definitions.ts";
import type { Place } from "./place.ts";
import { ProblemList } from "./problem-list.ts";
import { readShape } from "./shape.ts";
import { type EnvironmentEntry, environmentEntries } from "./task-context.ts";
import { type ListScope, type ReadTask, readTasks } from "./task-list.ts";
import { readYaml } from "./yaml-source.ts";

export interface GrowthOptions {
  /** Key of the job that hands the fragment in. */
  readonly parentKey: string;
  /**
   * The run's definition in its normal form: grown tasks have its defaults and environment, and may name its variables
   * and inputs. Without it they have none.
   */
  readonly definition?: string | undefined;
}

/** What a fragment adds to the graph, as core applies it. */
export type ParsedGrowth =
  | { readonly kind: "ok"; readonly jobs: readonly JobFragment[]; readonly keys: "prefixed" | "flat" }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Reads what a task wrote to $GAIA_GRAPH: `tasks:` as in a workflow file, and `expands: flat` for ids without the
 * parent's in front. As strict as a workflow file; what the fragment does not have itself may be a task of the run, so
 * whether such names exist is checked when the fragment is applied.
 */
export function parseGrowth(text: string, options: GrowthOptions): ParsedGrowth {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const problems = new ProblemList("$GAIA_GRAPH", source);
  const yaml = readYaml(source, problems, { bytes: LIMITS.growthBytes, what: "$GAIA_GRAPH" });
  if (yaml === null) return refuse(problems, options);
  problems.locate(yaml.root);
  const shape = readShape(growthFile, yaml.value, problems);
  if (shape === null) return refuse(problems, options);
  const surroundings = surroundingsOf(options.definition);
  const context = { problems, root: yaml.root, ...surroundings };
  const tasks = readTasks([{ key: "tasks", tasks: shape.value.tasks }], surroundings.scope, context);
  for (const task of tasks) {
    if (task.unsupported !== null) problems.add(task.path, `task \`${task.id}\` ${task.unsupported}`);
  }
  if (problems.hasErrors) return refuse(problems, options);
  return { kind: "ok", jobs: tasks.map(fragmentOf), keys: shape.value.expands ?? "prefixed" };
}

function fragmentOf(task: ReadTask): JobFragment {
  return {
    key: task.id,
    name: task.name,
    work: task.work,
    dependencies: task.dependencies,
    condition: task.condition,
    policy: task.policy,
  };
}

interface Surroundings {
  readonly defaults: TaskDefaults;
  readonly environment: readonly EnvironmentEntry[];
  readonly scope: ListScope;
}

const NOWHERE: Place = { start: 0, end: 0, key: null, text: null, children: null };

function surroundingsOf(definition: string | undefined): Surroundings {
  const none: Surroundings = {
    defaults: {},
    environment: [],
    scope: { variables: {}, inputs: new Map(), isUnread: () => false, fragment: true },
  };
  if (definition === undefined) return none;
  const file = workflowFile.safeParse(JSON.parse(definition));
  // A normal form was made from a valid file; a later version that reads it otherwise must not stop a run.
  if (!file.success) return none;
  const context = { problems: new ProblemList("", ""), root: NOWHERE };
  const { defaults = {}, variables = {} } = file.data;
  const inputs = readInputDefinitions(file.data.inputs, variables, { ...context, defaults, environment: [] });
  return {
    defaults,
    environment: [
      ...environmentEntries(file.data, [], context),
      ...environmentEntries(defaults, ["defaults"], context),
    ],
    scope: {
      variables,
      inputs: new Map(inputs.map((input) => [input.name, input])),
      isUnread: () => false,
      fragment: true,
    },
  };
}

function refuse(problems: ProblemList, options: GrowthOptions): ParsedGrowth {
  const errors = problems.all.filter((problem) => problem.severity === "error");
  const [first] = errors;
  const where = first === undefined ? "" : `line ${first.line}, column ${first.column}: ${first.message}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const message = `$GAIA_GRAPH of \`${options.parentKey}\`, ${where}${more}`;
  return { kind: "invalid", message: message.slice(0, LIMITS.messageCharacters) };
}
