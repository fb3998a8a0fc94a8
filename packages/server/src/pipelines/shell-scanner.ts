import type { Expansion, Found, Quoting, Refusal, ShellText } from "./shell-places.ts";

/** What `parseTemplate` takes for a placeholder. `${a-b}` is none: that is the shell's default operator. */
export const PLACEHOLDER = /\$\{([A-Za-z_]\w*(?:\.[A-Za-z0-9_-]+|\[\d+\])*)\}/y;
const MAX_NESTING = 100;

/** A position in shell text, and what was found so far. The grammar is in the classes above it. */
export abstract class ShellScanner {
  protected readonly text: string;
  /** The scan goes up to here: the end of the text, or of the heredoc that is looked into. */
  protected end: number;
  protected at = 0;
  /** Holds for everything inside of arithmetic or backticks. */
  protected inherited: Refusal | null = null;
  protected unclear: string | null;
  protected readonly found: Found[] = [];
  protected readonly escapes: number[] = [];
  protected readonly expansions: Expansion[] = [];
  #depth = 0;

  constructor(text: string, unclear: string | null) {
    this.text = text;
    this.end = text.length;
    this.unclear = unclear;
  }

  result(): ShellText {
    return { found: this.found, escapes: this.escapes, expansions: this.expansions };
  }

  /** Told of each placeholder that a command may evaluate: its number and where it starts. */
  protected abstract noted(index: number, start: number): void;

  /** Text in which the shell replaces nothing. */
  protected literal(end: number, quoting: Quoting): void {
    this.scanFor(this.at, end, quoting, null);
    this.at = end;
  }

  /** Finds placeholders and escapes in a stretch without looking at its grammar. */
  protected scanFor(start: number, end: number, quoting: Quoting, refusal: Refusal | null): void {
    for (let at = this.text.indexOf("$", start); at !== -1 && at < end; at = this.text.indexOf("$", at + 1)) {
      if (this.text.startsWith("$${", at)) {
        this.escapes.push(at);
        at += 2;
        continue;
      }
      const match = this.match(PLACEHOLDER, at);
      if (match === null || at + match[0].length > end) continue;
      this.add(at, match, quoting, refusal);
    }
  }

  protected add(start: number, match: RegExpExecArray, quoting: Quoting, refusal: Refusal | null): void {
    const unclear: Refusal | null = this.unclear === null ? null : { kind: "unclear", what: this.unclear };
    const path = (match[1] ?? "").split(/[.[\]]+/).filter((key) => key !== "");
    if (quoting === "none" || quoting === "double") this.noted(this.found.length, start);
    this.found.push({
      start,
      end: start + match[0].length,
      source: match[0],
      path,
      quoting,
      refusal: refusal ?? this.inherited ?? unclear,
    });
  }

  protected match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(this.text);
    return match !== null && at + match[0].length <= this.end ? match : null;
  }

  protected confuse(what: string): void {
    this.unclear ??= what;
  }

  /** Goes one level deeper; past the limit the rest is skipped, and nothing in it is trusted. */
  protected enter(): boolean {
    this.#depth++;
    if (this.#depth <= MAX_NESTING) return true;
    this.confuse(`more than ${MAX_NESTING} levels of nesting`);
    this.scanFor(this.at, this.end, "none", { kind: "unclear", what: this.unclear ?? "" });
    this.at = this.end;
    this.#depth--;
    return false;
  }

  protected leave(): void {
    this.#depth--;
  }
}
