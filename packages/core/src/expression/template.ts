import type { Value } from "./ast.ts";

/** A `${path}` in a text: where it stands, and the name and keys that it stands for. */
export interface Placeholder {
  readonly kind: "path";
  /** `tasks.build.outputs.list[0]` is ["tasks", "build", "outputs", "list", "0"]. */
  readonly path: readonly string[];
  /** Where its `$` stands in the text that was parsed, in UTF-16 units. */
  readonly offset: number;
  /** How many units it takes, braces included. */
  readonly length: number;
}

/** A text in pieces: what stays as it is, and what is filled in. */
export type Template = readonly (string | Placeholder)[];

/** A filled-in text, or the placeholder that could not be filled in and why. */
export type RenderedTemplate =
  | { readonly kind: "ok"; readonly text: string }
  | { readonly kind: "error"; readonly message: string; readonly placeholder: Placeholder };

/** `$${` (a literal `${`), or a placeholder. Names after the first may hold `-`, as the ids of tasks do. */
const PIECE = /\$(\$)\{|\$\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+|\[\d+\])*)\}/g;

/**
 * Cuts a text at its placeholders: `${name}`, `${inputs.x}`, `${tasks.build-it.outputs.list[0]}`. `$${` is a literal
 * `${`. Everything else is literal text, above all what the shell knows: `$x`, `$(x)`, `${x:-y}`, `${#x}`, `${x%y}`,
 * `${x-y}`, `${x[@]}`. Never fails: whether a path exists is for the caller to say.
 */
export function parseTemplate(text: string): Template {
  const pieces: (string | Placeholder)[] = [];
  let literal = "";
  let position = 0;
  for (const match of text.matchAll(PIECE)) {
    const [source, escape, path] = match;
    literal += text.slice(position, match.index);
    position = match.index + source.length;
    if (path === undefined) {
      // `$${`: the escaping dollar goes.
      literal += source.slice(escape?.length);
      continue;
    }
    if (literal !== "") pieces.push(literal);
    literal = "";
    pieces.push({ kind: "path", path: keysOf(path), offset: match.index, length: source.length });
  }
  literal += text.slice(position);
  if (literal !== "") pieces.push(literal);
  return pieces;
}

function keysOf(path: string): readonly string[] {
  return path.split(/[.[\]]+/).filter((key) => key !== "");
}

/**
 * Fills a template in. Strings go in as they are, numbers and booleans as printed, lists and maps as JSON, null as
 * nothing. The result is text, not code: what goes to a shell must not pass through here but become variables.
 *
 * @param resolve the value of a path, or undefined when there is no such thing, which is an error
 */
export function renderTemplate(
  template: Template,
  resolve: (path: readonly string[]) => Value | undefined,
): RenderedTemplate {
  let text = "";
  for (const piece of template) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const value = resolve(piece.path);
    if (value === undefined) {
      const message = `${printTemplate([piece])} stands for nothing: there is no \`${printPath(piece.path)}\``;
      return { kind: "error", message, placeholder: piece };
    }
    text += printValue(value);
  }
  return { kind: "ok", text };
}

/** A value as it appears in a text. */
export function printValue(value: Value): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The text of a template: parsing it gives the same pieces (the offsets aside). */
export function printTemplate(template: Template): string {
  return template
    .map((piece) =>
      typeof piece === "string" ? piece.replaceAll("${", () => "$${") : `\${${printPath(piece.path)}}`,
    )
    .join("");
}

/** A path as people write it: `tasks.build.outputs.list[0]`. */
export function printPath(path: readonly string[]): string {
  return path
    .map((key, index) => {
      if (index === 0) return key;
      return /^\d+$/.test(key) ? `[${key}]` : `.${key}`;
    })
    .join("");
}
