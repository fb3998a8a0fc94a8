import {
  parseExpression,
  parseTemplate,
  printPath,
  references,
  type Expression,
  type Template,
} from "@gaia/core/expression/index.ts";
import type { Path } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";
import { pathProblem, type ReferenceScope, secretOf } from "./references.ts";

/** Reads a text with `${…}`, and reports what leads nowhere. Secrets are refused: the text would hold their value. */
export function readTemplate(
  text: string,
  path: Path,
  scope: ReferenceScope,
  problems: ProblemList,
): Template {
  const template = parseTemplate(text);
  const seen = new Map<string, number>();
  for (const piece of template) {
    if (typeof piece === "string") continue;
    const source = text.slice(piece.offset, piece.offset + piece.length);
    const occurrence = seen.get(source) ?? countBefore(text, source, piece.offset);
    seen.set(source, occurrence + 1);
    const problem = textProblem(piece.path, scope);
    if (problem !== null) problems.addInside(path, problem, source, occurrence);
  }
  return template;
}

/** What is wrong with a path in a text that is stored, such as a prompt or the value of a variable. */
export function textProblem(path: readonly string[], scope: ReferenceScope): string | null {
  if (secretOf(path, scope) !== null) {
    return `\`${printPath(path)}\` is a secret: it can stand in a command, or be the whole value of an environment variable; nowhere else, because it would be stored`;
  }
  const problem = pathProblem(path, scope, "text");
  if (problem === null || path.length > 1 || !/^[A-Z_][A-Z0-9_]*$/.test(path[0] ?? "")) return problem;
  return `${problem}; variables of the environment are known to the shell only, in \`command\``;
}

/** Reads a condition or a list expression, and reports what leads nowhere. Null when it cannot be read. */
export function readExpression(
  text: string,
  path: Path,
  scope: ReferenceScope,
  problems: ProblemList,
): Expression | null {
  const parsed = parseExpression(text);
  if (parsed.kind === "error") {
    const braces = text.includes("${") ? "; an expression needs no `${}`: write the name alone" : "";
    const snippet = text.slice(parsed.offset, parsed.offset + parsed.length);
    problems.addInside(path, parsed.message + braces, snippet, countBefore(text, snippet, parsed.offset));
    return null;
  }
  for (const reference of references(parsed.expression)) {
    const problem =
      secretOf(reference, scope) === null
        ? pathProblem(reference, scope, "condition")
        : "a secret cannot be looked at in an expression";
    if (problem !== null) problems.addInside(path, problem, printPath(reference), 0);
  }
  return parsed.expression;
}

function countBefore(text: string, snippet: string, before: number): number {
  if (snippet === "") return 0;
  let count = 0;
  for (
    let at = text.indexOf(snippet);
    at !== -1 && at < before;
    at = text.indexOf(snippet, at + snippet.length)
  )
    count++;
  return count;
}
