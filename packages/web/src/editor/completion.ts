import { placeAt } from "./place.ts";
import { keysAt, type Schema, type Suggestion, valuesAt } from "./schema.ts";
import { tasksIn } from "./outline.ts";

export interface Completions {
  /** Offset of the word that is completed. */
  readonly from: number;
  readonly options: readonly Completion[];
}

export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly info: string;
  /** What replaces the word. */
  readonly text: string;
  readonly type: "property" | "enum" | "variable";
  /** Higher first. */
  readonly boost: number;
}

/** What may stand at an offset; null: nothing is known. */
export function completionsAt(source: string, offset: number, schema: Schema | null): Completions | null {
  const reference = referenceAt(source, offset);
  if (reference !== null) return reference;
  const place = placeAt(source, offset);
  if (place.kind === "none") return null;
  if (place.kind === "value") {
    const [last, before] = [place.path.at(-1), place.path.at(-2)];
    if (typeof last === "number" && before === "dependencies") return dependencies(source, offset, place);
    if (last === "dependencies") return null;
    return schema === null ? null : listed(place.from, valuesAt(schema, place.path));
  }
  if (schema === null) return null;
  // An item of a list of texts looks like a key until its colon is written.
  if (place.path.at(-2) === "dependencies" && typeof place.path.at(-1) === "number")
    return dependencies(source, offset, place);
  const indent = columnOf(source, place.from);
  const missing = keysAt(schema, place.path).filter(({ label }) => !place.siblings.has(label));
  return listed(place.from, missing, indent);
}

function listed(from: number, suggestions: readonly Suggestion[], indent = 0): Completions | null {
  if (suggestions.length === 0) return null;
  return { from, options: suggestions.map((suggestion, at) => completionOf(suggestion, at, indent)) };
}

/** In the order of the schema, which is the order in which files are written; what is required comes first. */
function completionOf(
  { label, detail, info, kind, isRequired }: Suggestion,
  at: number,
  indent: number,
): Completion {
  const inner = " ".repeat(indent + 2);
  const text =
    kind === "value"
      ? label
      : kind === "scalar"
        ? `${label}: `
        : kind === "map"
          ? `${label}:\n${inner}`
          : `${label}:\n${inner}- `;
  return {
    label,
    detail: isRequired ? `${detail}${detail === "" ? "" : ", "}required` : detail,
    info,
    text,
    type: kind === "value" ? "enum" : "property",
    boost: (isRequired ? 50 : 0) - Math.min(49, at),
  };
}

function dependencies(source: string, offset: number, place: { readonly from: number }): Completions | null {
  const tasks = tasksIn(source);
  const line = source.slice(0, offset).split("\n").length;
  const own = tasks.findLast((task) => task.line <= line)?.id;
  const options = tasks
    .filter(({ id }) => id !== own)
    .map(({ id }) => ({ label: id, detail: "task", info: "", text: id, type: "enum" as const, boost: 0 }));
  return options.length === 0 ? null : { from: place.from, options };
}

/** Inside of `${…}`: variables, inputs, outputs of tasks. */
function referenceAt(source: string, offset: number): Completions | null {
  const line = source.slice(source.lastIndexOf("\n", offset - 1) + 1, offset);
  const open = /(?<!\$)\$\{([\w.-]*)$/.exec(line);
  if (open === null) return null;
  const word = open[1] ?? "";
  const output = /^tasks\.([^.]+)\.(.*)$/.exec(word);
  const names =
    output === null
      ? references(source)
      : outputsOf(source, output[1] ?? "").map((name) => ({
          label: `tasks.${output[1]}.outputs.${name}`,
          detail: "output",
        }));
  const options = names.map(({ label, detail }) => ({
    label,
    detail,
    info: "",
    text: source[offset] === "}" ? label : `${label}}`,
    type: "variable" as const,
    boost: 0,
  }));
  return options.length === 0 ? null : { from: offset - word.length, options };
}

function references(source: string): readonly { readonly label: string; readonly detail: string }[] {
  const tasks = tasksIn(source).flatMap(({ id }) =>
    outputsOf(source, id).map((name) => ({ label: `tasks.${id}.outputs.${name}`, detail: "output" })),
  );
  return [
    ...namesUnder(source, "inputs").map((name) => ({ label: `inputs.${name}`, detail: "input" })),
    ...namesUnder(source, "variables").map((name) => ({ label: name, detail: "variable" })),
    ...tasks,
  ];
}

/** Keys one step below a key at the top. */
function namesUnder(source: string, key: string): readonly string[] {
  const block =
    new RegExp(`^${key}:[^\\S\\n]*(?:#.*)?\\n((?:[ #].*\\n|\\n)*)`, "m").exec(`${source}\n`)?.[1] ?? "";
  const indent = /^( +)\S/m.exec(block)?.[1]?.length ?? 2;
  const names = block.matchAll(new RegExp(`^ {${indent}}(?:- +name: *)?([A-Za-z_]\\w*)(?::|$)`, "gm"));
  return [...names].map((match) => match[1] ?? "").filter((name) => name !== "");
}

/** The outputs that a task names, written as `[a, b]` or as a list. */
function outputsOf(source: string, id: string): readonly string[] {
  const task = tasksIn(source).find((each) => each.id === id);
  if (task === undefined) return [];
  const text = source
    .split("\n")
    .slice(task.line - 1, task.endLine)
    .join("\n");
  const flow = /\boutputs: *\[([^\]]*)\]/.exec(text)?.[1];
  if (flow !== undefined)
    return flow
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
  const block = /\boutputs:[^\S\n]*\n((?:\s*- .*\n?)+)/.exec(`${text}\n`)?.[1] ?? "";
  return [...block.matchAll(/- *([\w-]+)/g)].map((match) => match[1] ?? "");
}

function columnOf(source: string, offset: number): number {
  return offset - (source.lastIndexOf("\n", offset - 1) + 1);
}
