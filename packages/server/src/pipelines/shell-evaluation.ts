import type { Refusal } from "./shell-places.ts";

/** A command as its words, with the placeholders in it. */
export interface SimpleCommand {
  /** As written, quotes included. */
  readonly words: string[];
  readonly placeholders: PlacedPlaceholder[];
}

export interface PlacedPlaceholder {
  /** Which of all placeholders of the text. */
  readonly index: number;
  /** The word that it stands in; -1 for the target of a redirection. */
  readonly word: number;
  /** What stands in front of it in its word (the end of it, if that is long). */
  readonly before: string;
  /** Among the items of `name=( … )`. */
  readonly inArray: boolean;
}

/** Builtins that read their arguments as code, as arithmetic or as names with subscripts (`a[$(command)]` runs it). */
const EVALUATORS = new Set(["eval", "let", "trap", "unset", "read", "mapfile", "readarray", "getopts"]);
/** Options of `read` and `mapfile` whose argument is a text: `read -p "${question}" answer`. */
const TEXT_OPTION = /^-[a-zA-Z]*[pdtunNiOscC]$/;
const DECLARERS = new Set(["declare", "typeset", "local", "export", "readonly", "integer", "float"]);
const SHELLS = new Set([
  "sh",
  "bash",
  "dash",
  "ash",
  "zsh",
  "ksh",
  "mksh",
  "busybox",
  "su",
  "fish",
  "csh",
  "tcsh",
]);
const PREFIXES = new Set(["command", "builtin", "exec", "time", "nohup", "noglob"]);
const ARITHMETIC_TESTS = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);
const NAME_TESTS = new Set(["-v", "-R"]);

/**
 * Which placeholders of a command stand where the shell itself would evaluate their values, quoted or not. It knows the
 * builtins and `sh -c`; it cannot know what other programs do with their arguments.
 */
export function judgeCommand(command: SimpleCommand): readonly (readonly [number, Refusal])[] {
  if (command.placeholders.length === 0) return [];
  const words = command.words.map(unquoted);
  const first = words.findIndex((word) => !isAssignment(word) && !PREFIXES.has(word));
  const name = first === -1 ? "" : (words[first] ?? "");
  const script = scriptWord(words);
  const judged: (readonly [number, Refusal])[] = [];
  for (const placeholder of command.placeholders) {
    const refusal =
      subscriptOf(placeholder) ??
      evaluatedBy(name, first, words, placeholder) ??
      innerShell(script, placeholder);
    if (refusal !== null) judged.push([placeholder.index, refusal]);
  }
  return judged;
}

function subscriptOf(placeholder: PlacedPlaceholder): Refusal | null {
  const { before, inArray } = placeholder;
  const isSubscript =
    /^[A-Za-z_]\w*\[[^\]=]*$/.test(before) ||
    /\$\w+\[[^\]]*$/.test(before) ||
    (inArray && before.startsWith("["));
  return isSubscript ? { kind: "subscript" } : null;
}

function evaluatedBy(
  name: string,
  first: number,
  words: readonly string[],
  placeholder: PlacedPlaceholder,
): Refusal | null {
  if (placeholder.word <= first) return null;
  const by: Refusal = { kind: "evaluated", by: name };
  const previous = words[placeholder.word - 1] ?? "";
  if (EVALUATORS.has(name)) return /^(read|map)/.test(name) && TEXT_OPTION.test(previous) ? null : by;
  if (DECLARERS.has(name)) {
    const asInteger =
      words.some((word) => /^-[a-zA-Z]*i/.test(word)) || name === "integer" || name === "float";
    return asInteger || !placeholder.before.includes("=") ? by : null;
  }
  if (name === "[[" && words.some((word) => ARITHMETIC_TESTS.has(word))) return by;
  if ((name === "[" || name === "[[" || name === "test") && NAME_TESTS.has(previous)) return by;
  return name === "printf" && previous === "-v" ? by : null;
}

function innerShell(
  script: { readonly word: number; readonly by: string } | null,
  placeholder: PlacedPlaceholder,
): Refusal | null {
  return script !== null && script.word === placeholder.word ? { kind: "inner_shell", by: script.by } : null;
}

/** The word behind `sh -c`, which the inner shell reads as code. */
function scriptWord(words: readonly string[]): { readonly word: number; readonly by: string } | null {
  const shell = words.findIndex((word) => SHELLS.has(word.slice(word.lastIndexOf("/") + 1)));
  if (shell === -1) return null;
  const option = words.findIndex((word, index) => index > shell && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word));
  return option === -1 ? null : { word: option + 1, by: `${words[shell] ?? "sh"} ${words[option] ?? "-c"}` };
}

function isAssignment(word: string): boolean {
  return /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(word);
}

/** A word without its quotes: `"eval"` and `\eval` are the same command. */
function unquoted(word: string): string {
  return word.length > 200 ? word.slice(0, 200) : word.replaceAll(/["'\\]/g, "");
}
