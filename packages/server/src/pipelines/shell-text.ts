import { judgeCommand, type SimpleCommand } from "./shell-evaluation.ts";
import type { ShellText } from "./shell-places.ts";
import { ShellQuotes } from "./shell-quotes.ts";
import { heredocDelimiterAt } from "./shell-words.ts";

/**
 * Finds every `${…}` in the text of a POSIX shell command, with what surrounds it. Knows quotes, `$()`, backticks,
 * `${…}`, arithmetic, comments, heredocs, `case` and the parts of bash that evaluate values. Where shells differ, or
 * the text is not closed, what follows is marked as unclear: to refuse is safe, to guess is not.
 *
 * Grammar: POSIX.1-2024, Shell Command Language, 2.2-2.7.
 */
export function lexShellText(text: string): ShellText {
  const lexer = new ShellLexer(text);
  lexer.list(null);
  return lexer.result();
}

interface Heredoc {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
}

/** What `list` remembers about the commands that it reads. */
interface ListState {
  readonly closer: ")" | null;
  readonly isArray: boolean;
  /** Inside of `((`, where `<<` may be a shift and `#` a base. */
  readonly maybeArithmetic: boolean;
  readonly heredocs: Heredoc[];
  readonly cases: ("subject" | "pattern" | "body")[];
  command: SimpleCommand;
  wordStart: number | null;
  redirect: boolean;
}

/** Words after which a command starts. */
const LEADING_WORDS = new Set([
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

class ShellLexer extends ShellQuotes {
  #current: ListState = newList(null, false, false);

  /** Commands up to the closer, which is consumed. */
  override list(closer: ")" | null, isArray = false, maybeArithmetic = false): void {
    if (!this.enter()) return;
    const outer = this.#current;
    this.#current = newList(closer, isArray, maybeArithmetic || outer.maybeArithmetic);
    let closed = closer === null;
    while (this.at < this.end) {
      if (this.#bare()) {
        closed = true;
        break;
      }
    }
    this.#endCommand();
    if (!closed) this.confuse("a bracket that is not closed");
    if (this.#current.heredocs.length > 0) this.confuse("a heredoc without lines of its own");
    this.#current = outer;
    this.leave();
  }

  /** One step of unquoted text; true when the list's closer was read. */
  #bare(): boolean {
    const character = this.text[this.at] ?? "";
    switch (character) {
      case "\\":
        this.#startWord();
        this.at += 2;
        return false;
      case "'":
      case '"':
      case "`":
      case "$":
        this.#startWord();
        this.quoteOrDollar(character, false);
        return false;
      case "\n":
        this.#newline();
        return false;
      case " ":
      case "\t":
        this.#endWord();
        this.at++;
        return false;
      case "#":
        this.#hash();
        return false;
      case "<":
      case ">":
        this.#redirection();
        return false;
      case ";":
      case "&":
      case "|":
        this.#separator(character);
        return false;
      case "(":
        this.#open();
        return false;
      case ")":
        return this.#close();
      default:
        this.#startWord();
        this.at++;
        return false;
    }
  }

  #startWord(): void {
    this.#current.wordStart ??= this.at;
  }

  #endWord(): void {
    const list = this.#current;
    if (list.wordStart === null) return;
    const word = this.text.slice(list.wordStart, this.at);
    list.wordStart = null;
    if (list.redirect) {
      list.redirect = false;
      return;
    }
    const { words } = list.command;
    const state = list.cases.at(-1);
    if (words.length === 0 && LEADING_WORDS.has(word) && state !== "pattern") return;
    if (words.length === 0 && word === "esac" && state !== undefined) {
      list.cases.pop();
      words.push(word);
      return;
    }
    words.push(word);
    if (words.length === 1 && word === "case") list.cases.push("subject");
    if (state === "subject" && word === "in" && words.length === 3) {
      list.cases[list.cases.length - 1] = "pattern";
      this.#endCommand();
    }
  }

  #endCommand(): void {
    this.#endWord();
    const { command } = this.#current;
    for (const [index, refusal] of judgeCommand(command)) {
      const found = this.found[index];
      if (found !== undefined && found.refusal === null) this.found[index] = { ...found, refusal };
    }
    this.#current.command = { words: [], placeholders: [] };
    this.#current.redirect = false;
  }

  get #inTest(): boolean {
    const { words } = this.#current.command;
    return words[0] === "[[" && !words.includes("]]");
  }

  #newline(): void {
    if (this.#current.wordStart !== null) this.#endWord();
    if (this.#current.cases.at(-1) !== "subject" && !this.#inTest && !this.#current.isArray)
      this.#endCommand();
    this.at++;
    for (const heredoc of this.#current.heredocs.splice(0)) this.#heredoc(heredoc);
  }

  #separator(character: string): void {
    this.#endWord();
    // `&>` redirects in bash; elsewhere it ends the command, which is the lesser danger to overlook.
    if (this.#inTest || this.text.startsWith("&>", this.at)) {
      this.at++;
      return;
    }
    const isCaseEnd = character === ";" && /^;(;&?|&)/.test(this.text.slice(this.at, this.at + 3));
    this.#endCommand();
    this.at += isCaseEnd ? 2 : 1;
    if (isCaseEnd && this.text[this.at] === "&") this.at++;
    const last = this.#current.cases.length - 1;
    if (isCaseEnd && this.#current.cases[last] === "body") this.#current.cases[last] = "pattern";
  }

  #hash(): void {
    const isComment = this.#current.wordStart === null && !this.#inTest;
    if (!isComment) {
      this.#startWord();
      this.at++;
      return;
    }
    if (this.#current.maybeArithmetic) this.confuse("`#` inside of `((`");
    const lineEnd = this.text.indexOf("\n", this.at);
    const end = lineEnd === -1 || lineEnd > this.end ? this.end : lineEnd;
    this.literal(end, "comment");
  }

  #open(): void {
    const list = this.#current;
    const atWordStart = list.wordStart === null;
    if (this.#inTest || (list.cases.at(-1) === "pattern" && atWordStart)) {
      this.#endWord();
      this.at++;
      return;
    }
    const isArray = !atWordStart && this.text[this.at - 1] === "=";
    const isDouble = atWordStart && this.text[this.at + 1] === "(";
    this.#startWord();
    this.at++;
    if (!isDouble) {
      this.list(")", isArray);
      return;
    }
    // `((`: arithmetic in bash, two subshells elsewhere. Nothing may be put into the first, so nothing into either.
    const before = this.inherited;
    this.inherited ??= { kind: "arithmetic" };
    this.list(")", false, true);
    this.inherited = before;
  }

  #close(): boolean {
    const list = this.#current;
    this.#endWord();
    this.at++;
    if (this.#inTest) return false;
    const last = list.cases.length - 1;
    if (list.cases[last] === "pattern") {
      list.cases[last] = "body";
      this.#endCommand();
      return false;
    }
    if (list.closer === ")") return true;
    this.#endCommand();
    return false;
  }

  #redirection(): void {
    this.#endWord();
    if (this.#inTest) {
      this.at++;
      return;
    }
    if (this.text.startsWith("<<<", this.at)) this.at += 3;
    else if (this.text.startsWith("<<", this.at)) {
      this.#heredocStart();
      return;
    } else this.at++;
    const next = this.text[this.at];
    if (next === "(") {
      this.#startWord();
      this.at++;
      this.list(")");
      return;
    }
    while (this.at < this.end && /[&>|]/.test(this.text[this.at] ?? "")) this.at++;
    this.#current.redirect = true;
  }

  #heredocStart(): void {
    if (this.#current.maybeArithmetic) this.confuse("`<<` inside of `((`");
    this.at += 2;
    const stripTabs = this.text[this.at] === "-";
    if (stripTabs) this.at++;
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
    const word = heredocDelimiterAt(this.text, this.at, this.end);
    if (word.delimiter === "" && !word.quoted) this.confuse("a heredoc without a delimiter");
    this.scanFor(this.at, word.end, "none", { kind: "heredoc_delimiter" });
    this.at = word.end;
    this.#current.heredocs.push({ delimiter: word.delimiter, quoted: word.quoted, stripTabs });
  }

  /** The lines of a heredoc, which the shell cuts out before it looks into them. */
  #heredoc(heredoc: Heredoc): void {
    const start = this.at;
    let lineStart = start;
    while (lineStart < this.end) {
      const newline = this.text.indexOf("\n", lineStart);
      const lineEnd = newline === -1 || newline > this.end ? this.end : newline;
      const line = this.text.slice(lineStart, lineEnd);
      if ((heredoc.stripTabs ? line.replace(/^\t+/, "") : line) === heredoc.delimiter) {
        const before = this.text.slice(start, lineStart);
        if (!heredoc.quoted && /(^|[^\\])(\\\\)*\\\n$/.test(before))
          this.confuse("a heredoc whose last line ends in a backslash");
        this.#heredocBody(heredoc, lineStart);
        this.at = Math.min(lineEnd + 1, this.end);
        return;
      }
      lineStart = lineEnd + 1;
    }
    this.confuse(`a heredoc without its last line \`${heredoc.delimiter}\``);
    this.#heredocBody(heredoc, this.end);
  }

  #heredocBody(heredoc: Heredoc, end: number): void {
    if (heredoc.quoted) {
      this.literal(end, "quoted_heredoc");
      return;
    }
    const outerEnd = this.end;
    const outerList = this.#current;
    this.#current = newList(null, false, false);
    this.end = end;
    while (this.at < end) {
      const character = this.text[this.at];
      if (character === "\\") this.at += 2;
      else if (character === "$" || character === "`") this.quoteOrDollar(character, true);
      else this.at++;
    }
    this.#current = outerList;
    this.end = outerEnd;
  }

  protected override noted(index: number, start: number): void {
    const list = this.#current;
    list.command.placeholders.push({
      index,
      word: list.redirect ? -1 : list.command.words.length,
      before: list.wordStart === null ? "" : this.text.slice(Math.max(list.wordStart, start - 200), start),
      inArray: list.isArray,
    });
  }
}

function newList(closer: ")" | null, isArray: boolean, maybeArithmetic: boolean): ListState {
  return {
    closer,
    isArray,
    maybeArithmetic,
    heredocs: [],
    cases: [],
    command: { words: [], placeholders: [] },
    wordStart: null,
    redirect: false,
  };
}
