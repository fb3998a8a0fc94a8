import { PLACEHOLDER, ShellScanner } from "./shell-scanner.ts";

const EXPANSION_HEAD = /\$\{[#!]?(\w+|[@*#?$!-])(\[[^\]]*\])?/y;
/** Operators whose word is a text like any other; the others read it as a pattern or as arithmetic. */
const TEXT_OPERATOR = /:?[-+]/y;

/** Quotes, and all that starts with a dollar. */
export abstract class ShellQuotes extends ShellScanner {
  /** Commands up to the closer, which is consumed. */
  protected abstract list(closer: ")" | null): void;

  /** The commands of `$(…)`, whose output becomes a part of the word around it. */
  protected abstract substitution(): void;

  protected quoteOrDollar(character: "'" | '"' | "`" | "$", inDouble: boolean): void {
    if (character === "'") this.singleQuoted();
    else if (character === '"') this.doubleQuoted();
    else if (character === "`") this.backticks();
    else this.dollar(inDouble);
  }

  protected singleQuoted(): void {
    const close = this.text.indexOf("'", this.at + 1);
    const end = close === -1 || close >= this.end ? this.end : close;
    this.literal(end, "single");
    if (end === close) this.at++;
    else this.confuse("a single quote that is not closed");
  }

  protected doubleQuoted(): void {
    this.at++;
    while (this.at < this.end) {
      const character = this.text[this.at];
      if (character === '"') {
        this.at++;
        return;
      }
      if (character === "\\") this.at += 2;
      else if (character === "$" || character === "`") this.quoteOrDollar(character, true);
      else this.at++;
    }
    this.confuse("a double quote that is not closed");
  }

  /** `$'…'`: in bash with escapes, in dash a dollar and a quoted text. They agree while there is no `\'`. */
  protected ansiQuoted(): void {
    this.at++;
    this.singleQuoted();
    if (this.text[this.at - 2] === "\\") this.confuse("`$'…'` with `\\'`");
  }

  protected backticks(): void {
    const before = this.inherited;
    this.inherited ??= { kind: "backticks" };
    let end = this.at + 1;
    while (end < this.end && this.text[end] !== "`") end += this.text[end] === "\\" ? 2 : 1;
    this.at++;
    this.scanFor(this.at, Math.min(end, this.end), "none", { kind: "backticks" });
    this.inherited = before;
    if (end >= this.end) this.confuse("a backtick that is not closed");
    this.at = Math.min(end + 1, this.end);
  }

  protected dollar(inDouble: boolean): void {
    const next = this.text[this.at + 1];
    if (this.text.startsWith("$${", this.at)) {
      this.escapes.push(this.at);
      this.at++;
      this.expansion(inDouble, true);
    } else if (this.text.startsWith("$((", this.at)) this.arithmetic();
    else if (next === "(") {
      this.at += 2;
      this.substitution();
    } else if (next === "{") this.braces(inDouble);
    else if (next === "[") {
      this.confuse("`$[`");
      this.at += 2;
    } else if (next === "'" && !inDouble) this.ansiQuoted();
    else this.at += next === "$" ? 2 : 1;
  }

  protected braces(inDouble: boolean): void {
    const match = this.match(PLACEHOLDER, this.at);
    if (match === null) {
      this.expansion(inDouble);
      return;
    }
    this.add(this.at, match, inDouble ? "double" : "none", null);
    this.at += match[0].length;
  }

  /** The shell's own `${…}`, up to its closing brace. */
  protected expansion(inDouble: boolean, escaped = false): void {
    const start = this.at;
    const head = this.match(EXPANSION_HEAD, start);
    const headEnd = head === null ? start + 2 : start + head[0].length;
    const isText = head !== null && head[2] === undefined && this.match(TEXT_OPERATOR, headEnd) !== null;
    this.scanFor(start + 2, headEnd, "none", { kind: "expansion" });
    this.at = headEnd;
    const before = this.inherited;
    if (!isText) this.inherited ??= { kind: "expansion" };
    if (this.enter()) {
      this.expansionWord(inDouble, isText);
      this.leave();
    }
    this.inherited = before;
    if (this.text[this.at - 1] !== "}") this.confuse("`${` that is not closed");
    if (!escaped)
      this.expansions.push({ start, name: head?.[1] ?? "", source: this.text.slice(start, this.at) });
  }

  protected expansionWord(inDouble: boolean, isText: boolean): void {
    while (this.at < this.end) {
      const character = this.text[this.at] ?? "";
      if (character === "}") {
        this.at++;
        return;
      }
      if (character === "\\") this.at += 2;
      else if (inDouble && this.text.startsWith("$'", this.at)) {
        this.confuse("`$'` inside of `${…}` in double quotes");
        this.at += 2;
      } else if (character === "'" && inDouble) {
        // Within double quotes a single quote is a character in `:-` and a quote in `#`; in `/` shells disagree.
        if (!isText) this.confuse("a single quote inside of `${…}` in double quotes");
        this.at++;
      } else if (character === "'" || character === '"' || character === "`" || character === "$") {
        this.quoteOrDollar(character, inDouble);
      } else this.at++;
    }
  }

  /** `$((…))`. A value there would be evaluated: `a[$(command)]` runs the command. */
  protected arithmetic(): void {
    const before = this.inherited;
    this.inherited ??= { kind: "arithmetic" };
    this.at += 3;
    let open = 2;
    while (this.at < this.end && open > 0) {
      const character = this.text[this.at] ?? "";
      if (character === "\\") this.at += 2;
      else if (character === "'" || character === '"' || character === "`" || character === "$") {
        this.quoteOrDollar(character, false);
      } else {
        if (character === "(") open++;
        if (character === ")") open--;
        this.at++;
        // `$((a) b)` is a subshell inside of `$( )`, which reads its text otherwise.
        if (open === 1 && this.text[this.at] !== ")") this.confuse("`$((` that is not closed by `))`");
      }
    }
    this.inherited = before;
    if (open > 0) this.confuse("`$((` that is not closed");
  }
}
