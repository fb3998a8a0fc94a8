import type { Problem } from "./api.ts";

/** How problems are drawn. Everything has a default that suits a pipe. */
export interface ProblemStyle {
  /** Columns of the terminal; longer source lines are cut around the place. */
  readonly columns?: number;
  /** Paints the sign, the sentence's place and the carets; each gets plain text. */
  readonly paint?: {
    readonly error: (text: string) => string;
    readonly warning: (text: string) => string;
    readonly faint: (text: string) => string;
  };
}

const PLAIN = {
  error: (text: string) => text,
  warning: (text: string) => text,
  faint: (text: string) => text,
};
const CONTEXT_LINES = 2;
const LEAST_COLUMNS = 40;

/**
 * Problems as people read them: place, sentence, the line with two lines before it, and carets. Ends without a newline.
 * Source text is shown with its control characters replaced, so that a file cannot write to the terminal.
 *
 * @param source the text that the problems were found in
 */
export function renderProblems(
  problems: readonly Problem[],
  source: string,
  style: ProblemStyle = {},
): string {
  const lines = linesOf(source);
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return sorted.map((problem) => renderProblem(problem, lines, style)).join("\n");
}

/** "2 problems, 1 warning": for the line below the problems. */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const parts = [
    ...(errors > 0 ? [count(errors, "problem")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return parts.length === 0 ? "no problems" : parts.join(", ");
}

/** Lines of a text as problems count them: LF, CRLF and a lone CR end a line. */
export function linesOf(source: string): readonly string[] {
  return source.split(/\r\n|\n|\r/);
}

function renderProblem(problem: Problem, lines: readonly string[], style: ProblemStyle): string {
  const paint = style.paint ?? PLAIN;
  const columns = Math.max(style.columns ?? 120, LEAST_COLUMNS);
  const isError = problem.severity === "error";
  const sign = isError ? paint.error("✗") : paint.warning("!");
  const place = `${visible(problem.file)}:${problem.line}:${problem.column}`;
  const head = `  ${sign} ${paint.faint(place)}  ${visible(problem.message)}`;
  const wrong = lines[problem.line - 1];
  if (wrong === undefined || wrong.trim() === "") return head;
  const first = Math.max(1, problem.line - CONTEXT_LINES);
  const width = String(problem.line).length;
  const room = columns - width - 7;
  const shift = shiftOf(wrong, problem, room);
  const out = [head];
  for (let line = first; line <= problem.line; line++) {
    const text = cut(shown(lines[line - 1] ?? ""), shift, room);
    out.push(`    ${paint.faint(`${String(line).padStart(width)} │`)} ${text}`.trimEnd());
  }
  const carets = caretsFor(wrong, problem, shift, room);
  out.push(`    ${" ".repeat(width)} ${paint.faint("│")} ${(isError ? paint.error : paint.warning)(carets)}`);
  return out.join("\n");
}

/** How many characters of the lines are left out at their start, so that the place is on the screen. */
function shiftOf(line: string, problem: Problem, room: number): number {
  const from = problem.column - 1;
  if (from + Math.min(problem.length, room / 2) <= room) return 0;
  return Math.max(0, Math.min(from - Math.floor(room / 3), Math.max(0, line.length - room)));
}

function cut(text: string, shift: number, room: number): string {
  const moved = shift === 0 ? text : `…${text.slice(shift + 1)}`;
  if (widthOf(moved) <= room) return moved;
  let width = 0;
  let end = 0;
  for (const character of moved) {
    width += widthOf(character);
    if (width > room - 1) break;
    end += character.length;
  }
  return `${moved.slice(0, end)}…`;
}

/** Carets under the place: at least one, and none past the end of the line or of the screen. */
function caretsFor(line: string, problem: Problem, shift: number, room: number): string {
  const text = shown(line);
  const from = Math.min(problem.column - 1, text.length);
  const to = Math.min(Math.max(from + 1, from + problem.length), Math.max(text.length, from + 1));
  const start = shift === 0 ? 0 : shift;
  const indent = widthOf(text.slice(start, from));
  const length = Math.max(1, widthOf(text.slice(from, to)));
  return " ".repeat(indent) + "^".repeat(Math.max(1, Math.min(length, room - indent)));
}

/** Control characters, and characters that change the direction of what follows them. */
const UNSAFE = /\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Each UTF-16 unit stays one unit, so that columns keep their meaning. */
function shown(line: string): string {
  return line.replaceAll("\t", " ").replaceAll(UNSAFE, "�");
}

/** The same for a sentence, which may quote the file. */
function visible(text: string): string {
  return shown(text.replaceAll(/\r\n|\n|\r/g, "⏎"));
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that a text takes on a terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}
