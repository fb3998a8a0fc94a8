import type { SimpleCommand } from "./shell-evaluation.ts";

/** A heredoc whose lines come behind the end of the current one. */
export interface Heredoc {
  /** The shell that reads it as code, if one does. */
  readBy: string | null;
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
}

/** What `list` remembers about the commands that it reads. */
export interface ListState {
  readonly closer: ")" | null;
  readonly isArray: boolean;
  /** Inside of `((`, where `<<` may be a shift and `#` a base. */
  readonly maybeArithmetic: boolean;
  readonly heredocs: Heredoc[];
  readonly cases: ("subject" | "pattern" | "body")[];
  command: SimpleCommand;
  /** The command before ended with `|`. */
  piped: boolean;
  /** Placeholders and heredocs from here on belong to the pipeline of the current command. */
  inputStart: number;
  heredocStart: number;
  /** `inputStart` of each `{`, `if`, `for` and so on that is open: `{ …; } | sh`. */
  readonly groups: number[];
  wordStart: number | null;
  redirect: boolean;
}

/** Words after which a command starts. */
export const LEADING_WORDS = new Set([
  "if",
  "then",
  "else",
  "elif",
  "do",
  "while",
  "until",
  "!",
  "{",
  "time",
  "coproc",
]);

export const OPENING_WORDS = new Set(["{", "if", "while", "until", "for", "select", "case"]);
export const CLOSING_WORDS = new Set(["}", "fi", "done", "esac"]);

/** A list that has just been opened. */
export function newList(closer: ")" | null, isArray: boolean, maybeArithmetic: boolean): ListState {
  return {
    closer,
    isArray,
    maybeArithmetic,
    heredocs: [],
    cases: [],
    command: newCommand(),
    piped: false,
    inputStart: 0,
    heredocStart: 0,
    groups: [],
    wordStart: null,
    redirect: false,
  };
}

/** A command without words. */
export function newCommand(): SimpleCommand {
  return { words: [], placeholders: [], restarts: [] };
}
