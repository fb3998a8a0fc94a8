import { didYouMean } from "@gaia/core/text/index.ts";
import { z } from "zod";
import type { Path } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";

type Issue = z.core.$ZodIssue;

/** A value of the right shape, and the paths that had to be left out to make it so. */
export interface Shaped<T> {
  readonly value: T;
  readonly broken: readonly Path[];
}

/**
 * Checks a value against a schema and reports each difference with its remedy. Null when there is nothing to go on
 * with. Where all problems lie under paths that `isApart` accepts, these are left out and the rest is returned, so that
 * it can be checked further.
 */
export function readShape<T extends z.ZodType>(
  schema: T,
  value: unknown,
  problems: ProblemList,
  isApart: (path: Path) => boolean = () => false,
): Shaped<z.output<T>> | null {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, broken: [] };
  const broken: Path[] = [];
  for (const issue of result.error.issues) {
    reportIssue(issue, [], { schema, value, problems });
    if (issue.code === "unrecognized_keys") broken.push(...issue.keys.map((key) => [...pathOf(issue), key]));
    else broken.push(pathOf(issue));
  }
  if (!broken.every(isApart)) return null;
  const rest = schema.safeParse(without(value, broken));
  return rest.success ? { value: rest.data, broken } : null;
}

/** Lists of which an item's keys stand for themselves; of everything else the whole first step is left out. */
const LISTS: ReadonlySet<unknown> = new Set(["tasks", "finally"]);

/** Maps of which an entry stands for itself. */
const MAPS: ReadonlySet<unknown> = new Set(["inputs", "variables", "defaults", "env", "environment"]);

/** A copy of the value without what the paths lead to: the key of a task, or a key of the file. */
function without(value: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const depth = depthOf(copy, path);
    const owner = valueAt(copy, path.slice(0, depth));
    const key = path[depth];
    if (typeof owner === "object" && owner !== null && key !== undefined) Reflect.deleteProperty(owner, key);
  }
  return copy;
}

function depthOf(value: unknown, path: Path): number {
  const [top] = path;
  if (LISTS.has(top)) return 2;
  // An item that is taken out of a list would move those behind it.
  const isEntry = path.length > 1 && MAPS.has(top) && !Array.isArray(valueAt(value, path.slice(0, 1)));
  return isEntry ? 1 : 0;
}

interface Subject {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly problems: ProblemList;
}

function reportIssue(issue: Issue, above: Path, subject: Subject): void {
  const path = [...above, ...pathOf(issue)];
  const name = nameOf(path);
  const { problems } = subject;
  switch (issue.code) {
    case "unrecognized_keys":
      return reportUnknownKeys(issue.keys, path, subject);
    case "invalid_key":
      // The issues of the key have no place of their own: the key is the last step of the path.
      return problems.add(path, `the name ${name} ${issue.issues[0]?.message ?? "is not allowed"}`, "key");
    case "invalid_union":
      return reportUnion(issue, path, subject);
    case "invalid_element":
    case "invalid_type":
    case "invalid_value":
    case "too_big":
    case "too_small":
    case "invalid_format":
    case "not_multiple_of":
    case "custom":
      return reportValue(issue, path, name, subject);
  }
}

function reportValue(issue: Issue, path: Path, name: string, subject: Subject): void {
  const value = valueAt(subject.value, path);
  if (value === undefined) return subject.problems.add(path, missingSentence(path), "value");
  if (value === null)
    return subject.problems.add(path, `${name} has no value; give it one, or remove the key`, "key");
  const text = `${name} ${wish(issue)}${received(issue, value)}${hint(issue, value)}`;
  subject.problems.add(path, text);
}

/** What the schema wants, as the end of a sentence that starts with the key. */
function wish(issue: Issue): string {
  const custom = issue.message;
  if (/^(wants|is|holds) /.test(custom)) return custom;
  switch (issue.code) {
    case "invalid_type":
      return `wants ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `wants one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
    case "too_big":
      return `is too large: ${limitOf(issue.origin, Number(issue.maximum), "at most")}`;
    case "too_small":
      return `is too small: ${limitOf(issue.origin, Number(issue.minimum), issue.inclusive === false ? "more than" : "at least")}`;
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_key":
    case "invalid_union":
    case "not_multiple_of":
    case "unrecognized_keys":
      return `is not allowed: ${custom}`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function limitOf(origin: string, limit: number, bound: string): string {
  if (origin === "string") return `${bound} ${limit} characters`;
  if (origin === "array") return `${bound} ${limit} items`;
  return `${bound} ${limit}`;
}

function received(issue: Issue, value: unknown): string {
  if (issue.code === "invalid_value" && typeof value === "string") return `, not \`${value}\``;
  if (issue.code !== "invalid_type" && issue.code !== "invalid_union") return "";
  return `, not ${typeNameOf(value)}`;
}

function typeNameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null) return "nothing";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return `the number ${value}`;
  return typeof value === "boolean" ? `${value}` : "a map";
}

function hint(issue: Issue, value: unknown): string {
  if (issue.code === "invalid_value" && typeof value === "string")
    return didYouMean(value, issue.values.map(String));
  const wantsFlag = issue.message.includes("true or false");
  if (wantsFlag && typeof value === "string" && /^(yes|no|on|off)$/i.test(value)) {
    return `; in YAML 1.2 \`${value}\` is text: write \`${/^(yes|on)$/i.test(value) ? "true" : "false"}\``;
  }
  return "";
}

function reportUnknownKeys(keys: readonly string[], path: Path, subject: Subject): void {
  const known = knownKeys(subject.schema, path);
  for (const key of keys) {
    if (subject.problems.isFull) {
      subject.problems.add([...path, key], "unknown key", "key");
      continue;
    }
    const alias = ALIASES[key];
    const suggestion =
      alias !== undefined && known.includes(alias) ? `; did you mean \`${alias}\`?` : didYouMean(key, known);
    const remedy = suggestion === "" ? `; known here: ${known.join(", ")}` : suggestion;
    subject.problems.add([...path, key], `unknown key \`${key}\`${remedy}`, "key");
  }
}

/** Names that other systems use for the same thing, too far off for a comparison of letters. */
export const ALIASES: Readonly<Record<string, string>> = {
  depends_on: "dependencies",
  needs: "dependencies",
  depends: "dependencies",
  run: "command",
  script: "command",
  cmd: "command",
  if: "when",
  condition: "when",
  steps: "tasks",
  jobs: "tasks",
  stages: "tasks",
  cwd: "work_dir",
  working_directory: "work_dir",
  "working-directory": "work_dir",
  workdir: "work_dir",
  parameters: "inputs",
  params: "inputs",
  vars: "variables",
  retries: "retry",
  on: "triggers",
  schedule: "triggers",
  always: "finally",
  foreach: "for_each",
  parallel: "max_parallel",
  allow_failure: "on_error",
  "continue-on-error": "on_error",
  "fail-fast": "fail_fast",
  "timeout-minutes": "timeout",
  runs_on: "tags",
  "runs-on": "tags",
};

const WRONG_BRANCH: ReadonlySet<string> = new Set(["invalid_type", "invalid_union"]);

/**
 * Of a union's branches, the one that the value was meant for is the one that does not already fail at the top; its
 * problems say more than "none of these".
 */
function reportUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, subject: Subject): void {
  const inner = issue.errors.filter(
    (issues) => !issues.some((one) => one.path.length === 0 && WRONG_BRANCH.has(one.code)),
  );
  const branch = inner.length === 1 ? inner[0] : undefined;
  if (branch === undefined) return reportValue(issue, path, nameOf(path), subject);
  for (const one of branch) reportIssue(one, path, subject);
}

function pathOf(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

/** `timeout` for a key, "item 2 of `tags`" for a place in a list. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  if (typeof last === "string") return `\`${last}\``;
  const list = path.findLast((step) => typeof step === "string");
  return `item ${last + 1} of ${list === undefined ? "the list" : `\`${list}\``}`;
}

function missingSentence(path: Path): string {
  const [section, index] = path;
  const isTask =
    (section === "tasks" || section === "finally") && path.length === 3 && typeof index === "number";
  const where = isTask
    ? `task ${index + 1} of \`${section}\` has no`
    : path.length === 1
      ? "the file has no"
      : "there is no";
  return `${where} ${nameOf(path)}; add it`;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}

/** The keys that the schema knows in the map under a path. Of a union, those of the branch that is a map (or a list). */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let shapes: readonly z.ZodType[] = branchesOf(schema);
  for (const step of path) shapes = shapes.flatMap((shape) => stepInto(shape, step)).flatMap(branchesOf);
  return shapes.flatMap((shape) => (shape instanceof z.ZodObject ? Object.keys(shape.shape) : []));
}

function stepInto(schema: z.ZodType, step: string | number): readonly z.ZodType[] {
  if (schema instanceof z.ZodObject && typeof step === "string" && Object.hasOwn(schema.shape, step)) {
    return schemas(Reflect.get(schema.shape, step));
  }
  if (schema instanceof z.ZodArray && typeof step === "number") return schemas(schema.element);
  if (schema instanceof z.ZodRecord) return schemas(schema.valueType);
  return [];
}

function branchesOf(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return schemas(schema.unwrap()).flatMap(branchesOf);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => schemas(option).flatMap(branchesOf));
  return [schema];
}

function schemas(value: unknown): readonly z.ZodType[] {
  return value instanceof z.ZodType ? [value] : [];
}
