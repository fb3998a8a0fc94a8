import type { TASK_TYPES, TaskFile } from "@gaia/contracts/workflow-file.ts";
import type { TaskContext } from "./task-context.ts";

type TaskType = (typeof TASK_TYPES)[number];
type Key = keyof TaskFile;

/** What a task of any type can say. */
const COMMON: readonly Key[] = [
  "id",
  "name",
  "description",
  "type",
  "agent",
  "dependencies",
  "when",
  "matrix",
  "for_each",
  "max_parallel",
  "fail_fast",
  "on_error",
  "priority",
];
const PERFORMED: readonly Key[] = [
  "role",
  "command",
  "timeout",
  "retry",
  "max_retries",
  "on_lost",
  "env",
  "environment",
  "work_dir",
  "shell",
  "tags",
  "grace",
  "resources",
  "log",
  "outputs",
  "artifacts",
  "cache",
  "secrets",
  "success_codes",
  "touches",
];
const OWN: Readonly<Record<TaskType, readonly Key[]>> = {
  shell: PERFORMED,
  test: PERFORMED,
  code: PERFORMED,
  review: PERFORMED,
  refactor: PERFORMED,
  approval: ["prompt", "timeout"],
  pipeline: ["pipeline", "inputs", "timeout", "retry", "max_retries"],
  http: [
    "url",
    "method",
    "headers",
    "body",
    "expect",
    "timeout",
    "retry",
    "max_retries",
    "on_lost",
    "outputs",
    "tags",
    "grace",
    "log",
  ],
  container: [...PERFORMED, "image", "args", "entrypoint", "volumes", "user", "network", "pull"],
};

/** Reports keys that have no meaning for the task's type, or not without another key. */
export function checkKeys(context: TaskContext, type: TaskType): void {
  const known: ReadonlySet<string> = new Set([...COMMON, ...OWN[type]]);
  for (const key of Object.keys(context.task)) {
    if (known.has(key)) continue;
    context.problems.add(
      [...context.path, key],
      `\`${key}\` has no meaning for a task of type ${type}${remedyFor(key)}`,
      "key",
    );
  }
  const isGroup = context.task.matrix !== undefined || context.task.for_each !== undefined;
  for (const key of ["max_parallel", "fail_fast"] as const) {
    if (isGroup || context.task[key] === undefined) continue;
    context.problems.add(
      [...context.path, key],
      `\`${key}\` has no meaning without \`matrix\` or \`for_each\``,
      "key",
    );
  }
}

function remedyFor(key: string): string {
  if (key === "prompt") return "; it is the question of a task of `type: approval`";
  if (key === "pipeline" || key === "inputs") return "; it belongs to a task of `type: pipeline`";
  const owner = (["http", "container"] as const).find((type) => OWN[type].some((own) => own === key));
  if (owner !== undefined && !PERFORMED.some((own) => own === key))
    return `; it belongs to a task of \`type: ${owner}\``;
  if (key === "command") return "; put the command into a task of its own";
  return "; remove it";
}
