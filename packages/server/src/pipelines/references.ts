import { printPath, type Value } from "@gaia/core/expression/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import type { InputDefinition } from "./workflow.ts";

/** Names at the start of a path that Gaia gives; no variable or input can have them. */
export const RESERVED_NAMES = [
  "inputs",
  "variables",
  "tasks",
  "secrets",
  "run",
  "item",
  "matrix",
  "env",
] as const;

/** What a path can lead to, at one place of a file. */
export interface ReferenceScope {
  readonly variables: Readonly<Record<string, Value>>;
  readonly inputs: ReadonlyMap<string, InputDefinition>;
  readonly tasks: TaskDirectory;
  readonly item: ItemScope;
  /** Whether a name is one of those whose declaration cannot be read: what leads to it is no mistake of its own. */
  readonly isUnread: (name: string) => boolean;
  /** "; did you mean `x`?", or nothing. */
  readonly meant: (name: string, names: Iterable<string>) => string;
}

/** The tasks that a place can look at. */
export interface TaskDirectory {
  /** Null when the task is unknown. Declared outputs are empty when the task may write any. */
  find(
    id: string,
  ): { readonly outputs: readonly string[]; readonly kind: "task" | "approval" | "other" } | null;
  ids(): Iterable<string>;
  /** Null: the place comes after the task. Else the sentence that says why it does not. */
  refusal(id: string): string | null;
}

/** What `${item}` and `${matrix.x}` mean at a place. */
export type ItemScope =
  | { readonly kind: "none"; readonly why: string }
  | { readonly kind: "matrix"; readonly axes: readonly string[] }
  /** `keys` null: not known before the run. */
  | { readonly kind: "for_each"; readonly keys: readonly string[] | null };

/** `whole` paths (`tasks`, `tasks.build.outputs`) make sense in a condition and not in a text. */
export type ReferenceUse = "text" | "condition";

/** Whether a path names a secret: `secrets.X`, or an input of type secret. The name under which it is resolved, or null. */
export function secretOf(path: readonly string[], scope: ReferenceScope): string | null {
  const [root, name] = path;
  if (root === "secrets" && name !== undefined && path.length === 2) return name;
  const input = root === "inputs" ? name : path.length === 1 ? root : undefined;
  if (input === undefined || scope.inputs.get(input)?.type !== "secret") return null;
  return `inputs.${input}`;
}

/** What is wrong with a path, as a sentence with its remedy; null when it leads to something. */
export function pathProblem(
  path: readonly string[],
  scope: ReferenceScope,
  use: ReferenceUse,
): string | null {
  const [root = "", name] = path;
  switch (root) {
    case "tasks":
      return taskProblem(path, scope, use);
    case "inputs":
      if (name !== undefined && scope.isUnread(name)) return null;
      return memberProblem(path, [...scope.inputs.keys()], "input", use, scope);
    case "variables":
      if (name !== undefined && scope.isUnread(name)) return null;
      return (
        memberProblem(path, Object.keys(scope.variables), "variable", use, scope) ??
        deepProblem(path, 1, scope)
      );
    case "matrix":
    case "item":
      return itemProblem(path, scope.item);
    case "run":
      return name === "id" && path.length === 2
        ? null
        : `\`run\` has \`id\` and nothing else: write \`run.id\``;
    case "secrets":
      return secretProblem(path);
    case "env":
      return "there is no `env` here: in a command write `$NAME`, and elsewhere use a variable of the workflow";
    default:
      return bareProblem(path, scope);
  }
}

function bareProblem(path: readonly string[], scope: ReferenceScope): string | null {
  const [root = ""] = path;
  if (scope.inputs.has(root)) {
    return path.length === 1
      ? null
      : `the input \`${root}\` is a plain value; it has no \`${path[1] ?? ""}\``;
  }
  if (Object.hasOwn(scope.variables, root)) return deepProblem(path, 0, scope);
  if (scope.isUnread(root)) return null;
  const names = [...Object.keys(scope.variables), ...scope.inputs.keys(), ...RESERVED_NAMES];
  const remedy = scope.meant(root, names);
  const declare = "; declare it under `variables` or `inputs`";
  return `unknown name \`${root}\`${remedy === "" ? declare : remedy}`;
}

/** Looks into the value of a variable: what is not there now can only be a mistake. */
function deepProblem(path: readonly string[], at: number, scope: ReferenceScope): string | null {
  const name = path[at] ?? "";
  let value: Value | undefined = Object.hasOwn(scope.variables, name) ? scope.variables[name] : undefined;
  for (const key of path.slice(at + 1)) {
    const keys = keysOf(value);
    if (!keys.includes(key)) return `the variable \`${name}\` has no \`${key}\`${scope.meant(key, keys)}`;
    value = typeof value === "object" && value !== null ? memberOf(value, key) : undefined;
  }
  return null;
}

function keysOf(value: Value | undefined): readonly string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function memberOf(
  value: readonly Value[] | { readonly [key: string]: Value },
  key: string,
): Value | undefined {
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function memberProblem(
  path: readonly string[],
  known: readonly string[],
  what: string,
  use: ReferenceUse,
  scope: ReferenceScope,
): string | null {
  const [root = "", name] = path;
  if (name === undefined)
    return use === "condition"
      ? null
      : `\`${root}\` is all of them: name one, such as \`${root}.${known[0] ?? "name"}\``;
  if (!known.includes(name)) return `unknown ${what} \`${name}\`${scope.meant(name, known)}`;
  return what === "input" && path.length > 2
    ? `the input \`${name}\` is a plain value; it has no \`${path[2] ?? ""}\``
    : null;
}

function itemProblem(path: readonly string[], item: ItemScope): string | null {
  const [root = "", key] = path;
  if (item.kind === "none") return `\`${root}\` means nothing here: ${item.why}`;
  if (item.kind === "matrix") {
    if (root === "item") return "this task has a matrix: write `matrix.` and the name of an axis";
    if (key === undefined) return `name an axis: \`matrix.${item.axes[0] ?? "name"}\``;
    return item.axes.includes(key) ? null : `the matrix has no axis \`${key}\`${didYouMean(key, item.axes)}`;
  }
  if (root === "matrix") return "this task has for_each, not a matrix: write `item`";
  if (key === undefined || item.keys === null || item.keys.includes(key)) return null;
  return `the items of for_each have no \`${key}\`${didYouMean(key, item.keys)}`;
}

function secretProblem(path: readonly string[]): string {
  if (path.length !== 2) return "name the secret: `secrets.NAME`";
  return "a secret can stand in a command, or be the whole value of an environment variable; nowhere else, because it would be stored";
}

function taskProblem(path: readonly string[], scope: ReferenceScope, use: ReferenceUse): string | null {
  const [, id, property, output] = path;
  const shape = `write \`tasks.${id ?? "id"}.outputs.name\` or \`tasks.${id ?? "id"}.status\``;
  if (id === undefined) return use === "condition" ? null : `\`tasks\` is all of them: ${shape}`;
  const task = scope.tasks.find(id);
  if (task === null) return `unknown task \`${id}\`${scope.meant(id, scope.tasks.ids())}`;
  const refusal = scope.tasks.refusal(id);
  if (refusal !== null) return refusal;
  if (property === undefined) return use === "condition" ? null : shape;
  if (property === "status") return path.length === 3 ? null : "`status` is text; nothing leads on from it";
  if (property !== "outputs")
    return `a task has \`outputs\` and \`status\`, not \`${property}\`${didYouMean(property, ["outputs", "status"])}`;
  if (output === undefined) return use === "condition" ? null : shape;
  if (task.kind === "approval" && !APPROVAL_OUTPUTS.includes(output))
    return `the approval \`${id}\` has the outputs ${APPROVAL_OUTPUTS.join(" and ")}, not \`${output}\``;
  if (task.outputs.length === 0 || task.outputs.includes(output)) return null;
  return `task \`${id}\` does not declare the output \`${output}\`${scope.meant(output, task.outputs)}`;
}

/** What a decision leaves behind. */
const APPROVAL_OUTPUTS: readonly string[] = ["approved_by", "comment"];

/** A path with its dollar and braces, as it stands in a text. */
export function placeholderOf(path: readonly string[]): string {
  return `\${${printPath(path)}}`;
}
