import { judgeCommand, readsCode, REDIRECTED, runsItsWord, type SimpleCommand } from "./shell-evaluation.ts";
import type { Refusal, ShellText } from "./shell-places.ts";
import {
  CLOSING_WORDS,
  type Heredoc,
  LEADING_WORDS,
  type ListState,
  newCommand,
  newList,
  OPENING_WORDS,
} from "./shell-list.ts";
import { ShellQuotes } from "./shell-quotes.ts";
import { heredocDelimiterAt, unclearFrom } from "./shell-words.ts";

/**
 * Finds every `${…}` in the text of a POSIX shell command, with what surrounds it. Knows quotes, `$()`, backticks,
 * `${…}`, arithmetic, comments, heredocs, `case` and the parts of bash that evaluate values. Where shells differ, or
 * the text is not closed, what follows is marked as unclear: to refuse is safe, to guess is not.
 *
 * Grammar: POSIX.1-2024, Shell Command Language, 2.2-2.7.
 */
export function lexShellText(text: string): ShellText {
  const lexer = new ShellLexer(text, unclearFrom(text));
  lexer.list(null);
  return lexer.result();
}

class ShellLexer extends ShellQuotes {
  #current: ListState = newList(null, false, false);

  /** Commands up to the closer, which is consumed. */
  override list(closer: ")" | null, isArray = false, maybeArithmetic = false): void {
    if (!this.enter()) return;
    const outer = this.#current;
    this.#current = newList(closer, isArray, maybeArithmetic || outer.maybeArithmetic);
    this.#current.inputStart = this.found.length;
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
    const word = this.text.slice(list.wordStart, this.at).replaceAll("\\\n", "");
    list.wordStart = null;
    if (list.redirect) {
      list.redirect = false;
      return;
    }
    const { words } = list.command;
    const state = list.cases.at(-1);
    const isFirst = words.length === 0 && state !== "pattern";
    if (isFirst && OPENING_WORDS.has(word)) list.groups.push(list.inputStart);
    if (isFirst && LEADING_WORDS.has(word)) return;
    words.push(word);
    if (words.length > 1) this.#laterWord(word);
    else if (word === "case" && isFirst) list.cases.push("subject");
    else if (word === "esac") list.cases.pop();
    if (words.length === 1 && CLOSING_WORDS.has(word)) list.inputStart = list.groups.pop() ?? list.inputStart;
    if (word.endsWith("()")) this.#endCommand();
  }

  #laterWord(word: string): void {
    const { cases, command, groups, inputStart } = this.#current;
    if (cases.at(-1) === "subject" && word === "in" && command.words.length === 3) {
      cases[cases.length - 1] = "pattern";
      this.#endCommand();
    } else if (word === "{") {
      // The body of a function.
      groups.push(inputStart);
      this.#endCommand();
    } else if (command.words[0] === "function" && command.words.length === 2) this.#endCommand();
  }

  #endCommand(piped = false): void {
    this.#endWord();
    const list = this.#current;
    const { command } = list;
    for (const [index, refusal] of judgeCommand(command)) this.#refuse(index, refusal);
    const code = readsCode(command);
    if (code !== null) this.#refuseInput(command, code);
    const isEmpty = command.words.length === 0 && command.placeholders.length === 0;
    // The line may end behind `|`.
    if (!isEmpty || !list.piped) {
      list.piped = piped;
      if (!piped) {
        list.inputStart = this.found.length;
        list.heredocStart = list.heredocs.length;
      }
    }
    list.command = newCommand();
    list.redirect = false;
  }

  #refuse(index: number, refusal: Refusal): void {
    const found = this.found[index];
    if (found !== undefined && found.refusal === null) this.found[index] = { ...found, refusal };
  }

  /** What a shell without a script reads is code: what is piped into it, its heredocs, its `<<<`. */
  #refuseInput(command: SimpleCommand, by: string): void {
    const list = this.#current;
    const kept = new Set(
      command.placeholders.filter(({ word }) => word !== REDIRECTED).map(({ index }) => index),
    );
    for (let index = list.inputStart; index < this.found.length; index++) {
      if (!kept.has(index)) this.#refuse(index, { kind: "inner_shell", by });
    }
    for (const heredoc of list.heredocs.slice(list.heredocStart)) heredoc.readBy = by;
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
    if (this.#inTest || this.text.startsWith("&>", this.at)) {
      // In bash a part of `[[ … ]]` or a redirection; elsewhere the end of a command.
      this.#current.command.restarts.push(this.#current.command.words.length);
      this.at++;
      return;
    }
    const caseEnd = character === ";" ? /^;(;&?|&)/.exec(this.text.slice(this.at, this.at + 3)) : null;
    const isOr = this.text.startsWith("||", this.at);
    this.#endCommand(character === "|" && !isOr);
    this.at += caseEnd?.[0].length ?? (isOr ? 2 : 1);
    const last = this.#current.cases.length - 1;
    if (caseEnd !== null && this.#current.cases[last] === "body") this.#current.cases[last] = "pattern";
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
      list.command.restarts.push(list.command.words.length);
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
    if (this.text[this.at + 1] === "(" && !this.#inTest) {
      this.#startWord();
      this.at += 2;
      this.substitution();
      return;
    }
    const { wordStart } = this.#current;
    // `2>` and `{fd}>` are one token.
    if (wordStart !== null && /^(\d+|\{\w+\})$/.test(this.text.slice(wordStart, this.at)))
      this.#current.wordStart = null;
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
    this.#current.heredocs.push({ readBy: null, delimiter: word.delimiter, quoted: word.quoted, stripTabs });
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
    const outer = { end: this.end, list: this.#current, inherited: this.inherited };
    this.#current = newList(null, false, false);
    this.end = end;
    if (heredoc.readBy !== null) this.inherited ??= { kind: "inner_shell", by: heredoc.readBy };
    while (this.at < end) {
      const character = this.text[this.at];
      if (character === "\\") this.at += 2;
      else if (character === "$" || character === "`") this.quoteOrDollar(character, true);
      else this.at++;
    }
    this.#current = outer.list;
    this.end = outer.end;
    this.inherited = outer.inherited;
  }

  protected override substitution(): void {
    const { command } = this.#current;
    const by = runsItsWord(command) ?? readsCode(command);
    const before = this.inherited;
    if (by !== null) this.inherited ??= { kind: "evaluated", by };
    this.list(")");
    this.inherited = before;
  }

  protected override noted(index: number, start: number): void {
    const list = this.#current;
    list.command.placeholders.push({
      index,
      word: list.redirect ? REDIRECTED : list.command.words.length,
      before: list.wordStart === null ? "" : this.text.slice(Math.max(list.wordStart, start - 200), start),
      inArray: list.isArray,
    });
  }
}
