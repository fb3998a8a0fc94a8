import { GaiaError } from "@gaia/contracts";
import { nearest } from "@gaia/core";
import { z } from "zod";

/** More problems than this are not listed: the first ones are what people read. */
const LISTED = 10;

/** Parameters of a path or query, checked; `what` names them in messages. */
export function parameters<S extends z.ZodObject>(schema: S, value: unknown, what: string): z.infer<S> {
  return checked(schema, value, what, "parameter");
}

/**
 * A value of a body, checked.
 * @throws GaiaError `invalid_request`; its message names the key, what is wrong and the nearest known key.
 */
export function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
  unit = "key",
): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues
    .flatMap((issue) => sentencesOf(schema, issue, value, what, unit))
    .slice(0, LISTED);
  const text = issues.map((issue) => issue.message).join("; ");
  throw new GaiaError("invalid_request", text.endsWith("?") ? text : `${text}.`, { issues });
}

interface Sentence {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly nearest: string | null;
}

function sentencesOf(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  value: unknown,
  what: string,
  unit: string,
): readonly Sentence[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => unknownKey([...path, key], key, known, unit));
  }
  const name = pathText(path);
  const isMissing = issue.code === "invalid_type" && path.length > 0 && valueAt(value, path) === undefined;
  if (isMissing) return [{ path, message: `${subject(name, what)} is missing`, nearest: null }];
  const sentence = sentenceOf(issue, valueAt(value, path));
  return [{ path, message: `${subject(name, what)}: ${sentence}`, nearest: null }];
}

/** How zod begins what it says by itself. */
const DEFAULT_WORDS = /^(Invalid input|Invalid|Too (big|small)): /;

/** What types are called where people read of them. */
const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

function sentenceOf(issue: z.core.$ZodIssue, value: unknown): string {
  // The schema has words of its own for it.
  if (!DEFAULT_WORDS.test(issue.message)) return issue.message;
  if (issue.code === "invalid_type" && TYPES[issue.expected] !== undefined)
    return `wants ${TYPES[issue.expected]}, not ${typeText(value)}`;
  if (issue.code === "too_small" && issue.origin === "string" && issue.minimum === 1)
    return "must not be empty";
  return issue.message.replace(DEFAULT_WORDS, "");
}

function typeText(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return String(value);
  return TYPES[typeof value] ?? typeof value;
}

function unknownKey(
  path: readonly (string | number)[],
  key: string,
  known: readonly string[],
  unit: string,
): Sentence {
  const near = nearest(key, known);
  const allowed =
    known.length === 0 ? "none is known here" : `known are ${known.map((name) => `\`${name}\``).join(", ")}`;
  const remedy = near === null ? allowed : `did you mean \`${near}\`?`;
  return { path, message: `unknown ${unit} \`${pathText(path)}\`; ${remedy}`, nearest: near };
}

function subject(name: string, what: string): string {
  return name === "" ? `the ${what}` : `\`${name}\``;
}

function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
}

/** The keys that an object of the schema may have at a place inside of it. */
function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  let at: unknown = schema;
  for (const part of path) {
    at = unwrapped(at);
    if (at instanceof z.ZodObject) at = at.shape[String(part)];
    else if (at instanceof z.ZodArray) at = at.element;
    else return [];
  }
  const found = unwrapped(at);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === "object" && at !== null ? Object.getOwnPropertyDescriptor(at, part)?.value : undefined,
    value,
  );
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap())
    : schema;
}
