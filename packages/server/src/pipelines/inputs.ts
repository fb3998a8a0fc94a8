import { LIMITS } from "@gaia/contracts/limits.ts";
import type { Value } from "@gaia/core/expression/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import type { InputDefinition } from "./workflow.ts";

/** Values that fit, or one sentence for each that does not. */
export type Resolved =
  | { readonly kind: "ok"; readonly values: Readonly<Record<string, Value>> }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

type Given = Readonly<Record<string, unknown>>;

/**
 * Fits given inputs to their definitions: converts texts (a command line has nothing else), fills in defaults, and
 * names everything that is unknown, missing or out of bounds in one go.
 */
export function resolveInputs(definitions: readonly InputDefinition[], given: Given): Resolved {
  const { problems, values } = fitInputs(definitions, given);
  return problems.length === 0
    ? { kind: "ok", values }
    : { kind: "invalid", problems: problems.map(({ sentence }) => sentence) };
}

/** What is wrong with one input. */
export interface InputProblem {
  readonly name: string;
  readonly kind: "unknown" | "missing" | "unfit";
  readonly sentence: string;
}

/** What `resolveInputs` does, with each problem by its input. */
export function fitInputs(
  definitions: readonly InputDefinition[],
  given: Given,
): { readonly problems: readonly InputProblem[]; readonly values: Readonly<Record<string, Value>> } {
  const names = definitions.map((definition) => definition.name);
  const problems = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map(
      (name): InputProblem => ({ name, kind: "unknown", sentence: unknownSentence("input", name, names) }),
    );
  const values: [string, Value][] = [];
  for (const definition of definitions) {
    const { name } = definition;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) {
      if (definition.required)
        problems.push({ name, kind: "missing", sentence: missingSentence(definition) });
      else values.push([name, definition.default]);
      continue;
    }
    const converted = convertInput(definition, value);
    if (converted.kind === "ok") values.push([name, converted.value]);
    else
      problems.push({
        name,
        kind: "unfit",
        sentence: `the input \`${name}\` does not fit: ${converted.message}`,
      });
  }
  return { problems, values: Object.fromEntries(values) };
}

/** The declared variables with the given ones in their place. A variable that is not declared is a typing error. */
export function resolveVariables(declared: Readonly<Record<string, Value>>, given: Given): Resolved {
  const problems: string[] = [];
  const values: [string, Value][] = Object.entries(declared);
  for (const [name, value] of Object.entries(given)) {
    const json = jsonValue(value);
    if (!Object.hasOwn(declared, name))
      problems.push(unknownSentence("variable", name, Object.keys(declared)));
    else if (json === undefined) problems.push(`the variable \`${name}\` is not a JSON value`);
    else if (sizeOf(json) > LIMITS.inputBytes) {
      problems.push(
        `the variable \`${name}\` has more than the limit of ${LIMITS.inputBytes} bytes; put it into a file`,
      );
    } else values.push([name, json]);
  }
  return problems.length === 0
    ? { kind: "ok", values: Object.fromEntries(values) }
    : { kind: "invalid", problems };
}

/** One value as its definition wants it. */
export type Converted =
  | { readonly kind: "ok"; readonly value: string | number | boolean }
  | { readonly kind: "problem"; readonly message: string };

const TRUE_WORDS = ["true", "yes", "on", "1"];
const FALSE_WORDS = ["false", "no", "off", "0"];
/** Names of secrets; the value of a secret input is one. */
const SECRET_NAME = /^[A-Za-z_]\w*$/;

/** Converts and checks one value: `"3"` is a number where one is wanted, `yes` a boolean. */
export function convertInput(definition: InputDefinition, value: unknown): Converted {
  switch (definition.type) {
    case "text":
    case "textarea":
      return convertText(definition, value);
    case "number":
      return convertNumber(definition, value);
    case "boolean":
      return convertBoolean(value);
    case "choice":
      return convertChoice(definition, value);
    case "secret": {
      const isName = typeof value === "string" && SECRET_NAME.test(value);
      if (isName) return { kind: "ok", value };
      return problem('it wants the name of a secret (letters, digits and "_"), never the secret itself');
    }
  }
}

function convertText(definition: InputDefinition, value: unknown): Converted {
  const text = textOf(value);
  if (text === null) return problem(`it wants text, not ${kindOf(value)}`);
  if (Buffer.byteLength(text) > LIMITS.inputBytes)
    return problem(`it has more than the limit of ${LIMITS.inputBytes} bytes`);
  if (text.includes("\0")) return problem("it holds a NUL character");
  if (definition.type === "text" && /[\r\n]/.test(text))
    return problem("it has more than one line; an input of type textarea may");
  const length = Array.from(text).length;
  if (definition.min !== null && length < definition.min)
    return problem(`it has ${length} characters, at least ${definition.min} are wanted`);
  if (definition.max !== null && length > definition.max)
    return problem(`it has ${length} characters, at most ${definition.max} are wanted`);
  return { kind: "ok", value: text };
}

function convertNumber(definition: InputDefinition, value: unknown): Converted {
  const isText = typeof value === "string" && /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(value.trim());
  const number = typeof value === "number" ? value : isText ? Number(value) : Number.NaN;
  if (!Number.isFinite(number))
    return problem(`it wants a number, not ${value === "" ? "an empty text" : kindOf(value)}`);
  if (definition.min !== null && number < definition.min)
    return problem(`${number} is smaller than ${definition.min}`);
  if (definition.max !== null && number > definition.max)
    return problem(`${number} is larger than ${definition.max}`);
  return { kind: "ok", value: number };
}

function convertBoolean(value: unknown): Converted {
  if (typeof value === "boolean") return { kind: "ok", value };
  const word =
    typeof value === "string" ? value.trim().toLowerCase() : typeof value === "number" ? String(value) : "";
  if (TRUE_WORDS.includes(word)) return { kind: "ok", value: true };
  if (FALSE_WORDS.includes(word)) return { kind: "ok", value: false };
  return problem(`it wants true or false, not ${kindOf(value)}`);
}

function convertChoice(definition: InputDefinition, value: unknown): Converted {
  const text = textOf(value);
  if (text !== null && definition.choices.includes(text)) return { kind: "ok", value: text };
  const shown = text === null ? kindOf(value) : `\`${text.slice(0, 100)}\``;
  return problem(
    `it is one of ${definition.choices.join(", ")}, not ${shown}${didYouMean(text ?? "", definition.choices)}`,
  );
}

function missingSentence(definition: InputDefinition): string {
  const what = definition.description === "" ? "" : ` (${definition.description})`;
  const example = definition.choices[0] ?? definition.type;
  return `the input \`${definition.name}\`${what} is required; give it, as in \`--input ${definition.name}=${example}\``;
}

function unknownSentence(what: string, name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  const list = known.length === 0 ? "; there is none" : `; there are ${known.slice(0, 20).join(", ")}`;
  return `unknown ${what} \`${name}\`${meant === "" ? list : meant}`;
}

function problem(message: string): Converted {
  return { kind: "problem", message };
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return `\`${value.slice(0, 100)}\``;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === null ? "nothing" : "a map";
}

function sizeOf(value: Value): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The value as JSON, or undefined when it is none. */
export function jsonValue(value: unknown): Value | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return all(value.map(jsonValue));
  if (typeof value !== "object") return undefined;
  const entries = Object.entries(value).map(([key, inner]): [string, Value | undefined] => [
    key,
    jsonValue(inner),
  ]);
  return entries.every((entry): entry is [string, Value] => entry[1] !== undefined)
    ? Object.fromEntries(entries)
    : undefined;
}

function all(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  return values.every((value): value is Value => value !== undefined) ? values : undefined;
}
