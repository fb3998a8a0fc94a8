import { LIMITS } from "@gaia/contracts";
import { type Expression, parseTemplate, type Value } from "@gaia/core/expression/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import type { Group, GroupItem } from "@gaia/core/graph/index.ts";
import type { Path } from "./place.ts";
import type { ItemScope, ReferenceScope } from "./references.ts";
import type { FileContext } from "./task-context.ts";
import { readExpression, textProblem } from "./templates.ts";
import type { TaskFile } from "@gaia/contracts/workflow-file.ts";

/** How a task with `matrix` or `for_each` is multiplied. */
export interface GroupPlan {
  readonly items: Group["items"];
  /** What its members see as `item` or `matrix`. */
  readonly item: ItemScope;
}

const NO_ITEMS: Group["items"] = { kind: "fixed", items: [] };

/** Reads `matrix` or `for_each`; null for a task that has neither. */
export function readGroup(
  task: TaskFile,
  path: Path,
  scope: ReferenceScope,
  context: FileContext,
): GroupPlan | null {
  if (task.matrix !== undefined && task.for_each !== undefined) {
    context.problems.add([...path, "for_each"], "a task has `matrix` or `for_each`, not both", "key");
  }
  if (task.matrix !== undefined) return readMatrix(task.matrix, [...path, "matrix"], context);
  if (task.for_each !== undefined) return readForEach(task.for_each, [...path, "for_each"], scope, context);
  return null;
}

type Matrix = NonNullable<TaskFile["matrix"]>;
type Combination = Readonly<Record<string, Value>>;

function readMatrix(matrix: Matrix, path: Path, context: FileContext): GroupPlan {
  const { include = [], exclude = [], ...lists } = matrix;
  const named = Object.entries(lists);
  const [first] = include;
  const axes = named.length > 0 ? named.map(([name]) => name) : Object.keys(first ?? {});
  for (const [name] of named) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      context.problems.add(
        [...path, name],
        `the axis \`${name}\` wants letters, digits and "_", no digit first`,
        "key",
      );
  }
  const item: ItemScope = { kind: "matrix", axes };
  if (axes.length === 0) {
    context.problems.add(path, "`matrix` has no axis; write one like `os: [linux, mac]`");
    return { items: NO_ITEMS, item };
  }
  checkCombinations(include, axes, [...path, "include"], true, context);
  checkCombinations(exclude, axes, [...path, "exclude"], false, context);
  const product = named.length === 0 ? 0 : named.reduce((count, [, values]) => count * values.length, 1);
  if (product + include.length > LIMITS.graphJobs) {
    context.problems.add(
      path,
      `the matrix has ${product + include.length} combinations, more than the limit of ${LIMITS.graphJobs}`,
    );
    return { items: NO_ITEMS, item };
  }
  const combinations = [
    ...combine(named).filter((one) => !exclude.some((out) => matches(one, out))),
    ...include,
  ];
  if (combinations.length === 0) context.problems.add(path, "`exclude` leaves no combination");
  return { items: { kind: "fixed", items: combinations.map((one) => combinationItem(one, axes)) }, item };
}

function combine(axes: readonly (readonly [string, readonly Value[]])[]): readonly Combination[] {
  if (axes.length === 0) return [];
  return axes.reduce<readonly Combination[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function checkCombinations(
  combinations: readonly Combination[],
  axes: readonly string[],
  path: Path,
  whole: boolean,
  context: FileContext,
): void {
  for (const [index, combination] of combinations.entries()) {
    for (const name of Object.keys(combination)) {
      if (axes.includes(name)) continue;
      context.problems.add(
        [...path, index, name],
        `the matrix has no axis \`${name}\`${didYouMean(name, axes)}`,
        "key",
      );
    }
    const missing = axes.filter((name) => !Object.hasOwn(combination, name));
    if (whole && missing.length > 0)
      context.problems.add(
        [...path, index],
        `this combination has no ${missing.map((name) => `\`${name}\``).join(", ")}`,
      );
  }
}

function matches(combination: Combination, pattern: Combination): boolean {
  return Object.entries(pattern).every(
    ([name, value]) => JSON.stringify(combination[name]) === JSON.stringify(value),
  );
}

function combinationItem(combination: Combination, axes: readonly string[]): GroupItem {
  const parts = axes.map((name) => `${name}=${labelOf(combination[name] ?? null)}`);
  return { label: parts.join(","), value: combination };
}

/** A value inside of a key that people type; what would make that hard becomes `_`. */
function labelOf(value: Value): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/[^\w.@/:+-]+/g, "_").slice(0, 40);
}

function readForEach(
  list: NonNullable<TaskFile["for_each"]>,
  path: Path,
  scope: ReferenceScope,
  context: FileContext,
): GroupPlan {
  if (typeof list !== "string") {
    if (list.length > LIMITS.graphJobs)
      context.problems.add(
        path,
        `the list has ${list.length} items, more than the limit of ${LIMITS.graphJobs}`,
      );
    const items = list.map((value, index) => ({ label: itemLabel(value, index), value }));
    return { items: { kind: "fixed", items }, item: { kind: "for_each", keys: keysOf(list) } };
  }
  const item: ItemScope = { kind: "for_each", keys: null };
  const [only, ...more] = parseTemplate(list.trim());
  if (typeof only === "object" && more.length === 0) {
    const problem = textProblem(only.path, scope);
    if (problem !== null) context.problems.add(path, problem);
    return { items: { kind: "computed", list: expressionOf(only.path) }, item };
  }
  const expression = readExpression(list, path, scope, context.problems);
  return { items: expression === null ? NO_ITEMS : { kind: "computed", list: expression }, item };
}

/** The path as an expression: ids of tasks may hold `-`, which an expression's text would take for a minus. */
function expressionOf(path: readonly string[]): Expression {
  const [root = "", ...keys] = path;
  return keys.reduce<Expression>(
    (target, key) =>
      /^\d+$/.test(key)
        ? { kind: "index", target, index: { kind: "literal", value: Number(key) } }
        : { kind: "member", target, name: key },
    { kind: "name", name: root },
  );
}

function itemLabel(value: Value, index: number): string {
  const text = typeof value === "object" ? "" : String(value);
  return text.length <= 60 && /^[\w.@/=:+,-]+$/.test(text) ? text : String(index);
}

/** The keys that items have; null when they cannot be told, because items are of different kinds. */
function keysOf(list: readonly Value[]): readonly string[] | null {
  const kinds = new Set(list.map((value) => typeof value === "object"));
  if (kinds.size > 1) return null;
  const keys = new Set<string>();
  for (const value of list) {
    if (typeof value === "object" && value !== null) for (const key of Object.keys(value)) keys.add(key);
  }
  return [...keys];
}
