import type { PipelineDetail, PipelineInput } from "./queries.ts";

/** What stands in a field: a tick, or text as it was typed. */
export type FieldValue = string | boolean;
export type FormValues = Readonly<Record<string, FieldValue>>;

/** The priority of a run for which none is given. */
export const PRIORITY = 5;
const SECRET_NAME = /^[A-Za-z_]\w*$/;
const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

/** What the fields hold at first: the values of a former run where they still fit, else the defaults. */
export function initialValues(
  inputs: readonly PipelineInput[],
  former: Readonly<Record<string, unknown>> = {},
): FormValues {
  return Object.fromEntries(
    inputs.map((input) => {
      const before = former[input.name];
      const isKnown = before !== undefined && before !== null;
      const value = isKnown ? fieldValue(input, before) : fieldValue(input, input.default);
      const isUsable = !isKnown || problemOf(input, value) === null;
      return [input.name, isUsable ? value : fieldValue(input, input.default)];
    }),
  );
}

/** Inputs of a former run that the pipeline does not ask for any more, or that do not fit any more. */
export function droppedInputs(
  inputs: readonly PipelineInput[],
  former: Readonly<Record<string, unknown>>,
): readonly string[] {
  const known = new Map(inputs.map((input) => [input.name, input]));
  return Object.entries(former).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === "") return [];
    const input = known.get(name);
    const isKept = input !== undefined && problemOf(input, fieldValue(input, value)) === null;
    return isKept ? [] : [name];
  });
}

/** What is wrong with a field and what is allowed; null: nothing. The server says the last word. */
export function problemOf(input: PipelineInput, value: FieldValue): string | null {
  if (typeof value === "boolean") return null;
  if (value === "" && input.type !== "text" && input.type !== "textarea")
    return input.required ? missingText(input) : null;
  switch (input.type) {
    case "number":
      return numberProblem(input, value);
    case "choice":
      return input.choices.includes(value)
        ? null
        : `${value} is no choice. It is one of ${input.choices.join(", ")}.`;
    case "secret":
      return SECRET_NAME.test(value)
        ? null
        : "Give the name of a secret (letters, digits and “_”, no digit first), never the secret itself.";
    case "text":
    case "textarea":
      return textProblem(input, value);
    case "boolean":
      return null;
  }
}

/** All problems, by the field's name. */
export function problemsOf(
  inputs: readonly PipelineInput[],
  values: FormValues,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    inputs.flatMap((input) => {
      const problem = problemOf(input, values[input.name] ?? "");
      return problem === null ? [] : [[input.name, problem]];
    }),
  );
}

/** Whether a field differs from the default. A required one has no default to differ from. */
export function isChanged(input: PipelineInput, value: FieldValue): boolean {
  return !input.required && value !== fieldValue(input, input.default);
}

/** What is sent: each required input, and what differs from its default. */
export function inputsOf(
  inputs: readonly PipelineInput[],
  values: FormValues,
): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    inputs.flatMap((input): [string, string | number | boolean][] => {
      const value = values[input.name] ?? "";
      if (!input.required && !isChanged(input, value)) return [];
      if (typeof value === "boolean") return [[input.name, value]];
      if (input.type === "number") return value === "" ? [] : [[input.name, Number(value)]];
      const isText = input.type === "text" || input.type === "textarea";
      return value === "" && (input.required || !isText) ? [] : [[input.name, value]];
    }),
  );
}

/** The same start on a command line, one flag a line. */
export function commandOf(
  { name: pipeline, kind }: Pick<PipelineDetail, "name" | "kind">,
  inputs: readonly PipelineInput[],
  values: FormValues,
  priority: number,
): string {
  const [verb, flag] = kind === "workflow" ? ["workflow start", "--input"] : ["pipeline run", "--arg"];
  const flags = Object.entries(inputsOf(inputs, values)).map(
    ([name, value]) => `${flag} ${quoted(`${name}=${literal(String(value))}`)}`,
  );
  if (priority !== PRIORITY) flags.push(`--priority ${priority}`);
  return [`gaia ${verb} ${quoted(pipeline)}`, ...flags].join(" \\\n  ");
}

/** Sentences of the server, by the field that they name; the rest under the empty name. */
export function fieldsOf(sentences: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const sentence of sentences) {
    const name = /^the input `([^`]+)`/.exec(sentence)?.[1] ?? "";
    const text = sentence.replace(/^the input `[^`]+` does not fit: /, "");
    const shown = `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? "" : "."}`;
    found[name] = found[name] === undefined ? shown : `${found[name]} ${shown}`;
  }
  return found;
}

/** `number, 1–100`; what stands behind a label. */
export function typeText(input: PipelineInput): string {
  const { type, min, max } = input;
  const name = type === "textarea" ? "text, several lines" : type === "secret" ? "name of a secret" : type;
  const unit = type === "number" ? "" : " characters";
  const bounds =
    min !== null && max !== null
      ? `, ${min}–${max}${unit}`
      : min !== null
        ? `, at least ${min}${unit}`
        : max !== null
          ? `, at most ${max}${unit}`
          : "";
  return `${name}${bounds}`;
}

/** A default as it is written: `no` for a tick that is not set. */
export function valueText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null || value === undefined || value === "") return "empty";
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

function fieldValue(input: PipelineInput, value: unknown): FieldValue {
  if (input.type === "boolean") return value === true || value === "true";
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

function numberProblem({ min, max }: PipelineInput, value: string): string | null {
  const text = value.trim();
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) return `${value} is no number.`;
  if (min !== null && number < min) return `${value} is below the lowest allowed value, ${min}.`;
  if (max !== null && number > max) return `${value} is above the highest allowed value, ${max}.`;
  return null;
}

function textProblem(input: PipelineInput, value: string): string | null {
  const length = Array.from(value).length;
  const { min, max, type } = input;
  if (value === "" && input.required) return missingText(input);
  if (type === "text" && /[\r\n]/.test(value)) return "It has more than one line; this input takes one.";
  if (min !== null && length < min) return `It has ${length} characters, at least ${min} are wanted.`;
  if (max !== null && length > max) return `It has ${length} characters, at most ${max} are allowed.`;
  return null;
}

function missingText(input: PipelineInput): string {
  if (input.type === "choice") return "Choose one.";
  return input.type === "secret" ? "It is required: give the name of a secret." : "It is required.";
}

/** The command line reads `@file`; a value that begins so is written with another `@`. */
function literal(value: string): string {
  return value.startsWith("@") && value !== "@" ? `@${value}` : value;
}

/** As a POSIX shell reads it. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
