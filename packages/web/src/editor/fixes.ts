/** A problem as the server tells it: line and column count from 1. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A one-click remedy: what is replaced by what. */
export interface Fix extends Range {
  readonly text: string;
}

/** Offsets of a problem in the text; at least one character where there is one, and never past the end. */
export function rangeOf(source: string, { line, column, length }: Problem): Range {
  const lines = source.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const text = lines[line - 1] ?? "";
  const from = Math.min(source.length, start + Math.min(column - 1, text.length));
  const to = Math.min(source.length, start + text.length, from + Math.max(1, length));
  return to > from ? { from, to } : { from: Math.max(0, from - 1), to: from };
}

/** What the server suggests with "did you mean", as a change of the text; null: it suggests nothing. */
export function fixOf(source: string, problem: Problem): Fix | null {
  const said = /did you mean `([^`]+)`/.exec(problem.message);
  const meant = said?.[1];
  if (said === null || meant === undefined) return null;
  const { from, to } = rangeOf(source, problem);
  const marked = source.slice(from, to);
  const named = [...problem.message.slice(0, said.index).matchAll(/`([^`]+)`/g)].map(
    (match) => match[1] ?? "",
  );
  for (const wrong of named.toReversed()) {
    const at = placeOf(marked, wrong);
    if (at !== -1) return { from: from + at, to: from + at + wrong.length, text: meant };
  }
  return /^[\w.-]+$/.test(marked) ? { from, to, text: meant } : null;
}

/** Sentences with their names told apart, so that they can be set as code. */
export function sentenceParts(
  message: string,
): readonly { readonly text: string; readonly isCode: boolean }[] {
  return message
    .split(/`([^`]+)`/)
    .map((text, at) => ({ text, isCode: at % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

/** `2 errors, 1 hint`. */
export function problemCounts(problems: readonly Pick<Problem, "severity">[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const hints = problems.length - errors;
  const parts = [
    errors === 0 ? "" : errors === 1 ? "1 error" : `${errors} errors`,
    hints === 0 ? "" : hints === 1 ? "1 hint" : `${hints} hints`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** Where a name stands as a word of its own; the last time, as the end of a reference is what is wrong. */
function placeOf(text: string, name: string): number {
  for (let at = text.lastIndexOf(name); at !== -1; at = at === 0 ? -1 : text.lastIndexOf(name, at - 1)) {
    const isWord = !/[\w-]/.test(text[at - 1] ?? "") && !/[\w-]/.test(text[at + name.length] ?? "");
    if (isWord) return at;
  }
  return -1;
}
