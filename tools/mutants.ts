import { stripTypeScriptTypes } from "node:module";

/** One small change to a source file that a test should notice. */
export interface Mutant {
  readonly operator: string;
  /** Line in the file, from 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The whole changed source, without types. */
  readonly source: string;
}

interface Edit {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * All mutants of a source. Types are replaced by blanks first (positions stay), so that only what runs is changed;
 * comments, imports, and texts for people are left alone.
 */
export function mutantsOf(source: string): readonly Mutant[] {
  const code = stripTypeScriptTypes(source, { mode: "strip" });
  const bare = withoutTexts(code);
  return [
    ...swaps(bare),
    ...numbers(bare),
    ...words(code, bare),
    ...negatedConditions(bare),
    ...removedCalls(bare),
  ]
    .toSorted((left, right) => left.start - right.start)
    .map((edit) => mutant(code, edit));
}

/** Comments, strings, templates, regular expressions and imports become blanks of the same length. */
function withoutTexts(code: string): string {
  const texts =
    /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[(,=:?&|] ?)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[gimsuy]*|^(?:import|export) [^;]*? from "[^"]*";/gm;
  return code.replaceAll(texts, (text) => text.replaceAll(/[^\n]/g, " "));
}

const SWAPS: readonly (readonly [string, RegExp, string])[] = [
  ["equality", /===/g, "!=="],
  ["equality", /!==/g, "==="],
  ["comparison", / < /g, " <= "],
  ["comparison", / <= /g, " < "],
  ["comparison", / > /g, " >= "],
  ["comparison", / >= /g, " > "],
  ["logic", / && /g, " || "],
  ["logic", / \|\| /g, " && "],
  ["arithmetic", / \+ /g, " - "],
  ["arithmetic", / - /g, " + "],
  ["arithmetic", / \* /g, " / "],
  ["arithmetic", / \+= /g, " -= "],
  ["arithmetic", / -= /g, " += "],
  ["boolean", /\btrue\b/g, "false"],
  ["boolean", /\bfalse\b/g, "true"],
  ["negation", /!(?=[\w(])/g, ""],
  ["extreme", /Math\.max/g, "Math.min"],
  ["extreme", /Math\.min/g, "Math.max"],
  ["quantifier", /\.some\(/g, ".every("],
  ["quantifier", /\.every\(/g, ".some("],
  ["null", /\?\?(?!=)/g, "&&"],
];

function swaps(bare: string): readonly Edit[] {
  return SWAPS.flatMap(([operator, pattern, text]) =>
    [...bare.matchAll(pattern)].map(({ index, 0: found }) => ({
      operator,
      start: index,
      end: index + found.length,
      text,
    })),
  );
}

function numbers(bare: string): readonly Edit[] {
  return [...bare.matchAll(/(?<![\w.#$])\d[\d_]*(?:\.\d+)?(?![\w.])/g)].flatMap(({ index, 0: found }) => {
    const value = Number(found.replaceAll("_", ""));
    const edit = { operator: "number", start: index, end: index + found.length };
    return [
      { ...edit, text: String(value + 1) },
      { ...edit, text: value === 0 ? "-1" : String(value - 1) },
    ];
  });
}

/** Kinds, statuses and the like: one word in quotes. Names of modules are gone with their imports. */
function words(code: string, bare: string): readonly Edit[] {
  return [...code.matchAll(/"([a-z_.]+)"/g)]
    .filter(
      ({ index }) =>
        !/\b(?:from|import)\s*$/.test(bare.slice(Math.max(0, index - 12), index)) &&
        isCode(code, bare, index),
    )
    .map(({ index, 0: found, 1: word }) => ({
      operator: "word",
      start: index,
      end: index + found.length,
      text: `"other_${word ?? ""}"`,
    }));
}

/** A quote inside of a comment or an import has only blanks on its line where the code has letters. */
function isCode(code: string, bare: string, index: number): boolean {
  const start = code.lastIndexOf("\n", index) + 1;
  const before = code.slice(start, index).trimEnd();
  return (
    !before.includes("//") &&
    !before.trimStart().startsWith("*") &&
    (before.trim() === "" || bare.slice(start, index).trim() !== "")
  );
}

function negatedConditions(bare: string): readonly Edit[] {
  return [...bare.matchAll(/\b(?:if|while) \(/g)].flatMap(({ index, 0: found }) => {
    const start = index + found.length;
    const end = closingParenthesis(bare, start);
    return [
      { operator: "condition", start, end, text: "true" },
      { operator: "condition", start, end, text: "false" },
    ];
  });
}

function closingParenthesis(bare: string, from: number): number {
  let depth = 1;
  for (let index = from; index < bare.length; index++) {
    if (bare[index] === "(") depth += 1;
    if (bare[index] === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return from;
}

/** Statements of one line that only call something. */
function removedCalls(bare: string): readonly Edit[] {
  return [...bare.matchAll(/^( +)(?!return|throw|const|let|if|for)[\w.#]+\(.*\);$/gm)].map(
    ({ index, 0: found, 1: indent = "" }) => ({
      operator: "statement",
      start: index + indent.length,
      end: index + found.length,
      text: ";",
    }),
  );
}

function mutant(code: string, { operator, start, end, text }: Edit): Mutant {
  const source = code.slice(0, start) + text + code.slice(end);
  const line = code.slice(0, start).split("\n").length;
  const [before = "", after = ""] = [code, source].map((all) => all.split("\n")[line - 1]?.trim());
  return { operator, line, before, after, source };
}
