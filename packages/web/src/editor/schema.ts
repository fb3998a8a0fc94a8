import type { Path } from "./place.ts";

/** A JSON Schema as far as the editor reads it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A key or value that may stand at a place. */
export interface Suggestion {
  readonly label: string;
  /** Its type or values, short. */
  readonly detail: string;
  readonly info: string;
  /** What is written: a key brings its colon, a map or a list the next line. */
  readonly kind: "scalar" | "map" | "list" | "value";
  readonly isRequired: boolean;
}

/** Keys that a map at a path may have. */
export function keysAt(root: Schema, path: Path): readonly Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const schema of schemasAt(root, path)) {
    for (const [label, value] of Object.entries(schema.properties ?? {})) {
      if (found.has(label)) continue;
      const required = schema.required?.includes(label) ?? false;
      found.set(label, {
        label,
        detail: detailOf(root, value),
        info: descriptionOf(root, value),
        kind: shapeOf(root, value),
        isRequired: required,
      });
    }
  }
  return [...found.values()];
}

/** Values that are known for a path: those of an enumeration, true and false. */
export function valuesAt(root: Schema, path: Path): readonly Suggestion[] {
  const labels = new Set<string>();
  const schemas = schemasAt(root, path);
  for (const schema of schemas) {
    for (const value of schema.enum ?? []) labels.add(String(value));
    if (schema.type === "boolean") for (const value of ["true", "false"]) labels.add(value);
  }
  const info = schemas.map((schema) => schema.description ?? "").find((text) => text !== "") ?? "";
  return [...labels].map((label) => ({
    label,
    detail: "",
    // `fail: the run fails. continue: …` says something of each value.
    info: sentenceOf(info, label),
    kind: "value",
    isRequired: false,
  }));
}

/** What the schema says of the key at a path; null: nothing is known of it. */
export function docsAt(
  root: Schema,
  path: Path,
): { readonly title: string; readonly detail: string; readonly text: string } | null {
  const key = path.at(-1);
  if (typeof key !== "string") return null;
  const property = schemasAt(root, path.slice(0, -1))
    .map((schema) => schema.properties?.[key])
    .find((schema) => schema !== undefined);
  if (property === undefined) return null;
  return { title: key, detail: detailOf(root, property), text: descriptionOf(root, property) };
}

/** Every schema that may hold at a path: each alternative is followed. */
function schemasAt(root: Schema, path: Path): readonly Schema[] {
  let at = alternatives(root, root);
  for (const part of path) {
    at = at.flatMap((schema) => {
      const next = typeof part === "number" ? schema.items : inProperties(schema, part);
      return next === undefined ? [] : alternatives(root, next);
    });
  }
  return at;
}

function inProperties(schema: Schema, key: string): Schema | undefined {
  const own = schema.properties?.[key];
  if (own !== undefined) return own;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** A schema without references and choices; a schema that refers to itself is followed a few times only. */
function alternatives(root: Schema, schema: Schema, depth = 0): readonly Schema[] {
  if (depth > 8) return [];
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
    return target === undefined ? [] : alternatives(root, target, depth + 1);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices === undefined) return [schema];
  const described = choices.flatMap((choice) => alternatives(root, choice, depth + 1));
  return schema.description === undefined
    ? described
    : described.map((choice) => ({ ...choice, description: choice.description ?? schema.description ?? "" }));
}

function descriptionOf(root: Schema, schema: Schema): string {
  return (
    schema.description ??
    alternatives(root, schema).find((each) => each.description !== undefined)?.description ??
    ""
  );
}

/** `retry | continue | fail`, `number, 1–100 or map`, `list`. */
function detailOf(root: Schema, schema: Schema): string {
  const parts = alternatives(root, schema).map((each) => {
    if (each.enum !== undefined) return each.enum.map(String).join(" | ");
    if (each.type === "array") return "list";
    if (each.type === "object") return "map";
    if (each.type === "boolean") return "true | false";
    if (each.type === "integer" || each.type === "number") return numberText(each);
    return each.type === "string" ? "text" : "";
  });
  return [...new Set(parts.filter((part) => part !== ""))].join(" or ");
}

function numberText({ minimum, maximum }: Schema): string {
  // A bound of the whole range of integers is none.
  const isBound = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  if (isBound(minimum) && isBound(maximum)) return `number, ${minimum}–${maximum}`;
  return isBound(minimum) ? `number from ${minimum}` : isBound(maximum) ? `number to ${maximum}` : "number";
}

/** What is likely to be written: a simple value where one is allowed. */
function shapeOf(root: Schema, schema: Schema): "scalar" | "map" | "list" {
  const types = alternatives(root, schema).map((each) => each.type);
  if (types.some((type) => type !== "object" && type !== "array")) return "scalar";
  return types.includes("array") ? "list" : "map";
}

/** Of `fail: the run fails. continue: it goes on.` the sentence of one value. */
function sentenceOf(description: string, value: string): string {
  const start = description.startsWith(`${value}: `) ? 0 : description.indexOf(` ${value}: `);
  if (start === -1) return description;
  const rest = description.slice(description.indexOf(": ", start) + 2);
  return /^[^.]*\.?/.exec(rest)?.[0] ?? rest;
}
