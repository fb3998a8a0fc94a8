import type { Refusal } from "./shell-places.ts";

/** A command as its words, with the placeholders in it. */
export interface SimpleCommand {
  /** As written, quotes included, without line continuations. */
  readonly words: string[];
  readonly placeholders: PlacedPlaceholder[];
  /** Where some shells start another command: behind the `&` of `&>`. */
  readonly restarts: number[];
}

export interface PlacedPlaceholder {
  /** Which of all placeholders of the text. */
  readonly index: number;
  /** The word that it stands in; `REDIRECTED` for the target of a redirection. */
  readonly word: number;
  /** What stands in front of it in its word (the end of it, if that is long). */
  readonly before: string;
  /** Among the items of `name=( … )`. */
  readonly inArray: boolean;
}

export const REDIRECTED = -1;

/** Builtins that read their arguments as code, as arithmetic or as names with subscripts (`a[$(command)]` runs it). */
const EVALUATORS = new Set(
  "eval let trap unset read mapfile readarray getopts alias compgen complete bind".split(" "),
);
/** Options of `read` and `mapfile` whose argument is a text: `read -p "${question}" answer`. */
const TEXT_OPTION = /^-[a-zA-Z]*[pdtunNisc]$/;
const DECLARERS = new Set(["declare", "typeset", "local", "export", "readonly"]);
/** Commands that run what a file or a substitution says. */
const SOURCES = new Set(["eval", "source", ".", "trap", "let"]);
const SHELLS = new Set(
  "sh bash dash ash zsh ksh mksh busybox su fish csh tcsh $SHELL ${SHELL} $BASH ${BASH}".split(" "),
);
const PREFIXES = new Set(["command", "builtin", "exec", "nohup"]);
/** Programs that start another one, which is named behind their own words. */
const WRAPPERS = new Set(
  "sudo doas env ssh docker podman kubectl chroot nsenter timeout nice setsid stdbuf flock xargs".split(" "),
);
const ARITHMETIC_TESTS = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);
const STDIN = /^(\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0)$/;
const NAME_TESTS = new Set(["-v", "-R"]);
/** Variables that a shell evaluates when they are set, or before it prints or reads. Tried one by one in bash and dash. */
const EVALUATED_VARIABLES =
  /^(PS[0-4]|PROMPT_COMMAND|BASH_ENV|ENV|S?RANDOM|SECONDS|LINENO|HISTCMD|OPTIND|OPTERR)\+?=/;

/** Names whose value a shell runs or expands when it finds them in its environment. */
export const EVALUATED_ENVIRONMENT = /^(PS[0-4]|PROMPT_COMMAND|BASH_ENV|ENV)$/;

/**
 * Which placeholders of a command stand where the shell itself would evaluate their values, quoted or not. It knows the
 * builtins and `sh -c`; it cannot know what other programs do with their arguments.
 */
export function judgeCommand(command: SimpleCommand): readonly (readonly [number, Refusal])[] {
  if (command.placeholders.length === 0) return [];
  const words = command.words.map(unquoted);
  const judged: (readonly [number, Refusal])[] = [];
  for (const placeholder of command.placeholders) {
    const refusal = subscriptOf(words, placeholder) ?? variableOf(placeholder);
    const others = [0, ...command.restarts].map((start) =>
      refusalIn(words.slice(start), { ...placeholder, word: placeholder.word - start }),
    );
    const first = refusal ?? others.find((one) => one !== null) ?? null;
    if (first !== null) judged.push([placeholder.index, first]);
  }
  return judged;
}

/** The command, if it runs as code what is in its current word: `eval "$(echo …)"`. */
export function runsItsWord(command: SimpleCommand): string | null {
  const words = command.words.map(unquoted);
  const name = nameOf(words).name;
  if (SOURCES.has(name)) return name;
  const script = scriptOf(words);
  return script !== null && script.from <= words.length && words.length <= script.to ? script.by : null;
}

/** The shell's name, if the command is a shell that reads its code from its input: `sh`, `bash -s`, but not `sh file`. */
export function readsCode(command: SimpleCommand): string | null {
  const words = command.words.map(unquoted);
  const { name, first } = nameOf(words);
  if (scriptOf(words) !== null) return null;
  if ((name === "." || name === "source") && STDIN.test(words[first + 1] ?? "")) return name;
  if (WRAPPERS.has(name)) {
    const last = words.findLast((word) => !word.startsWith("-")) ?? "";
    return isShellName(last) ? last : null;
  }
  if (!isShellName(name)) return null;
  const rest = words.slice(first + 1);
  const hasFile =
    rest.some((word) => !/^[-+]/.test(word) && !STDIN.test(word)) &&
    !rest.some((word) => /^-[a-zA-Z]*s/.test(word));
  return hasFile ? null : name;
}

function refusalIn(words: readonly string[], placeholder: PlacedPlaceholder): Refusal | null {
  const { name, first } = nameOf(words);
  const script = scriptOf(words);
  const { word } = placeholder;
  if (script !== null && script.from <= word && word <= script.to)
    return { kind: "inner_shell", by: script.by };
  if (name === "ssh" && word >= remoteCommand(words, first)) return { kind: "remote" };
  return evaluatedBy(name, first, words, placeholder);
}

/** The word of an `ssh` command at which the command for the other host starts. */
function remoteCommand(words: readonly string[], ssh: number): number {
  let at = ssh + 1;
  while ((words[at] ?? "").startsWith("-")) at += /^-[bcDEeFIiJLlmOopQRSWw]$/.test(words[at] ?? "") ? 2 : 1;
  return at + 1;
}

/** The command's name behind assignments, prefixes such as `command` and their options. */
function nameOf(words: readonly string[]): { readonly name: string; readonly first: number } {
  const first = words.findIndex(
    (word) => !isAssignment(word) && !PREFIXES.has(word) && !word.startsWith("-"),
  );
  // `$SUDO eval x`, where the variable may be empty.
  const behind = words.findIndex((word, index) => index >= first && !mayVanish(word));
  if (behind > first && SOURCES.has(words[behind] ?? "")) return { name: words[behind] ?? "", first: behind };
  return { name: staticPart(words[first] ?? ""), first };
}

/** `eval$EMPTY` is `eval`. A name that starts with a variable is not known. */
function staticPart(word: string): string {
  return /^[^$`].*\$/.test(word) ? word.replaceAll(/\$(\w+|\{[^}]*\})/g, "") : word;
}

function subscriptOf(words: readonly string[], placeholder: PlacedPlaceholder): Refusal | null {
  const { before, inArray, word } = placeholder;
  const isOpen = /^\{?[A-Za-z_]\w*\[[^\]=]*$/.test(before) || (inArray && /^\[[^\]=]*$/.test(before));
  if (isOpen) return { kind: "subscript" };
  // `a[ 1 ]=2` is one assignment of several words.
  const earlier = words.slice(0, Math.max(0, word));
  const opened = earlier.some(
    (one) => /^[A-Za-z_]\w*\[[^\]]*$/.test(one) || (inArray && /^\[[^\]]*$/.test(one)),
  );
  return opened ? { kind: "subscript" } : null;
}

function variableOf(placeholder: PlacedPlaceholder): Refusal | null {
  const match = EVALUATED_VARIABLES.exec(placeholder.before);
  return match === null ? null : { kind: "evaluated", by: match[0] };
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
    // Values of arrays are read as `( … )` once more, those of integers as arithmetic, those of references as names.
    const isPlain =
      !words.some((word) => /^[-+][a-zA-Z]*[aAin]/.test(word)) && placeholder.before.includes("=");
    const isSpecial = EVALUATED_VARIABLES.test(unquoted(placeholder.before));
    return isPlain && !isSpecial ? null : by;
  }
  if (name === "[[" && words.some((word) => ARITHMETIC_TESTS.has(word))) return by;
  if ((name === "[" || name === "[[" || name === "test") && NAME_TESTS.has(previous)) return by;
  return name === "printf" && previous === "-v" ? by : null;
}

/** The words that may be the script of `sh -c`, which the inner shell reads as code. */
function scriptOf(
  words: readonly string[],
): { readonly from: number; readonly to: number; readonly by: string } | null {
  const shell = words.findIndex(isShellName);
  if (shell === -1) return null;
  const option = words.findIndex((word, index) => index > shell && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word));
  if (option === -1) return null;
  let to = option + 1;
  for (let word = words[to] ?? ""; /^[-+]/.test(word) || mayVanish(word); word = words[to] ?? "")
    to += /^[-+][oO]$/.test(word) ? 2 : 1;
  return { from: option + 1, to, by: `${words[shell] ?? "sh"} ${words[option] ?? "-c"}` };
}

/** A word that is nothing when its variable is empty. */
function mayVanish(word: string): boolean {
  return /^[$`]/.test(word) && !isShellName(word);
}

function isShellName(word: string): boolean {
  return SHELLS.has(word) || SHELLS.has(word.slice(word.lastIndexOf("/") + 1));
}

function isAssignment(word: string): boolean {
  return /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(word);
}

/** A word without its quotes: `"eval"` and `\eval` are the same command. */
function unquoted(word: string): string {
  return (word.length > 200 ? word.slice(0, 200) : word).replaceAll(/["'\\]/g, "");
}
