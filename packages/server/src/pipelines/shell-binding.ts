import type { Found, Refusal } from "./shell-places.ts";
import { lexShellText } from "./shell-text.ts";

/** Whose a `${…}` is: the shell's, Gaia's (with the variable that carries the value), or nobody's. */
export type Owner =
  | { readonly kind: "shell" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "problem"; readonly message: string };

/** A problem with the `occurrence`-th (from 0) `source` of the text. */
export interface ShellProblem {
  readonly message: string;
  readonly source: string;
  readonly occurrence: number;
}

export interface BoundShellText {
  /** What the shell gets to read. */
  readonly text: string;
  readonly problems: readonly ShellProblem[];
  /** What is allowed, and dangerous with values of strangers. */
  readonly warnings: readonly ShellProblem[];
  /** The shell's own `${name:-…}`, to warn about names that look like Gaia's. */
  readonly expansions: readonly {
    readonly name: string;
    readonly source: string;
    readonly occurrence: number;
  }[];
}

/**
 * Replaces Gaia's placeholders in shell text by environment variables, quoted so that a value stays one word whatever
 * is in it: it can neither end its place nor be run. Where that cannot be promised the placeholder is a problem.
 */
export function bindShellText(text: string, ownerOf: (path: readonly string[]) => Owner): BoundShellText {
  const lexed = lexShellText(text);
  const problems: ShellProblem[] = [];
  const warnings: ShellProblem[] = [];
  const pieces: { start: number; end: number; text: string }[] = lexed.escapes.map((start) => ({
    start,
    end: start + 1,
    text: "",
  }));
  for (const found of lexed.found) {
    if (found.quoting === "comment") continue;
    const owner = ownerOf(found.path);
    const outcome = place(found, owner);
    const occurrence = () => occurrencesBefore(text, found.source, found.start);
    if (outcome.kind === "text") {
      pieces.push({ start: found.start, end: found.end, text: outcome.text });
      if (found.refusal === null) continue;
      warnings.push({
        message: refusalSentence(found.source, found.refusal),
        source: found.source,
        occurrence: occurrence(),
      });
    } else if (outcome.kind === "problem") {
      problems.push({ message: outcome.message, source: found.source, occurrence: occurrence() });
    }
  }
  const expansions = lexed.expansions.map(({ name, source, start }) => ({
    name,
    source,
    occurrence: occurrencesBefore(text, source, start),
  }));
  return { text: splice(text, pieces), problems, warnings, expansions };
}

type Outcome =
  | { readonly kind: "keep" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "problem"; readonly message: string };

function place(found: Found, owner: Owner): Outcome {
  const isLiteral = found.quoting === "single" || found.quoting === "quoted_heredoc";
  switch (owner.kind) {
    case "shell":
      return { kind: "keep" };
    case "problem":
      // Within single quotes anything may stand, such as a program in another language.
      return isLiteral ? { kind: "keep" } : { kind: "problem", message: owner.message };
    case "variable":
      if (isLiteral) return { kind: "problem", message: literalSentence(found) };
      if (found.refusal !== null && found.refusal.kind !== "remote")
        return { kind: "problem", message: refusalSentence(found.source, found.refusal) };
      return { kind: "text", text: found.quoting === "none" ? `"\${${owner.name}}"` : `\${${owner.name}}` };
  }
}

function literalSentence(found: Found): string {
  const literal = `for the literal text write \`$${found.source}\``;
  if (found.quoting === "single") {
    return `\`${found.source}\` stands in single quotes, and an environment variable does not reach there; use double quotes, or ${literal}`;
  }
  return `\`${found.source}\` stands in a heredoc with a quoted delimiter, and an environment variable does not reach there; remove the quotes of the delimiter, or ${literal}`;
}

/** Why a value must not stand in a place, and what to do instead. */
export function refusalSentence(source: string, refusal: Refusal): string {
  switch (refusal.kind) {
    case "arithmetic":
      return `\`${source}\` stands in arithmetic, where a shell evaluates values and can be made to run commands; give it to a variable, check that it is a number, and use that`;
    case "backticks":
      return `\`${source}\` stands in backticks, where quoting is unreliable; use \`$(…)\``;
    case "expansion":
      return `\`${source}\` stands inside of a \`\${…}\` of the shell that reads it as a pattern or as arithmetic; give it to a variable first: \`v=${source}\``;
    case "subscript":
      return `\`${source}\` stands in the subscript of an array, where a shell evaluates values and can be made to run commands; give it to a variable and check that it is a number`;
    case "heredoc_delimiter":
      return `\`${source}\` cannot be the delimiter of a heredoc; use a fixed word`;
    case "evaluated":
      return `\`${source}\` is an argument of \`${refusal.by}\`, which evaluates it as code; use a plain assignment or a test of its text instead`;
    case "inner_shell":
      return `\`${source}\` would be code of \`${refusal.by}\`; pass it as an argument: \`sh -c 'echo "$1"' sh ${source}\``;
    case "remote":
      return `\`${source}\` goes to the shell of the other host, which reads its value as code; do this with trusted values only`;
    case "unclear":
      return `\`${source}\` comes after ${refusal.what}, so that Gaia cannot tell how a shell reads its place; write that part in another way`;
  }
}

function splice(text: string, pieces: readonly { start: number; end: number; text: string }[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const piece of pieces.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, piece.start), piece.text);
    at = piece.end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

function occurrencesBefore(text: string, snippet: string, before: number): number {
  let count = 0;
  for (
    let at = text.indexOf(snippet);
    at !== -1 && at < before;
    at = text.indexOf(snippet, at + snippet.length)
  )
    count++;
  return count;
}
