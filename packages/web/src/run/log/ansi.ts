import { classesOf, type Style, styled } from "./sgr.ts";

/** A part of a line that looks the same. */
export interface Piece {
  readonly text: string;
  /** Class names; empty: plain. */
  readonly classes: string;
  /** An http(s) address (OSC 8); null: no link. */
  readonly href: string | null;
}

export interface ParsedLine {
  readonly pieces: readonly Piece[];
  /** What is read: no sequences, progress overwritten. */
  readonly text: string;
  /** In force where the next line begins. */
  readonly after: Style;
}

// oxlint-disable-next-line no-control-regex -- characters that are more than text
const SPECIAL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/;
/** Lines are told up to 16 KiB. */
const COLUMNS_MAX = 16_384;
/** Wider than any screen that is written for: a cursor does not jump farther, so that no line is slow to erase. */
const JUMP_MAX = 1_000;
// oxlint-disable-next-line no-control-regex -- the sequences of ECMA-48, 5.4: parameters, intermediates, final
const CSI = /\u001b\[([0-?]*)[ -/]*([@-~])/y;
// oxlint-disable-next-line no-control-regex -- a string up to BEL or ST (ECMA-48, 5.6)
const STRING = /\u001b[\]PX^_]([^\u0007\u001b]*)(?:\u0007|\u001b\\)/y;
// oxlint-disable-next-line no-control-regex -- other sequences, such as the choice of a character set
const OTHER = /\u001b[ -/]*[0-~]/y;

/**
 * What a terminal would show of a line, as text and looks; never markup. `\r`, backspace, erasing and moving within the
 * line act as they do there; whatever else moves a cursor is left out; control characters are shown as pictures.
 */
export function parseLine(text: string, before: Style): ParsedLine {
  if (!SPECIAL.test(text)) {
    const pieces = text === "" ? [] : [{ text, classes: classesOf(before), href: null }];
    return { pieces, text, after: before };
  }
  const cells = new Cells(before);
  for (let at = 0; at < text.length; ) at = cells.take(text, at);
  return cells.line();
}

/** The style behind a line, for lines that are not shown. */
export function styleAfter(text: string, before: Style): Style {
  if (!text.includes("\u001b")) return before;
  return parseLine(text, before).after;
}

/** One line of a terminal. */
class Cells {
  #style: Style;
  #classes: string;
  #href: string | null = null;
  #column = 0;
  readonly #text: string[] = [];
  readonly #looks: string[] = [];
  readonly #links: (string | null)[] = [];

  constructor(style: Style) {
    this.#style = style;
    this.#classes = classesOf(style);
  }

  /** Takes what begins at `at`; answers with where the next begins. */
  take(text: string, at: number): number {
    const code = text.codePointAt(at) ?? 0;
    if (code === 0x1b) return this.#sequence(text, at);
    if (code === 0x0d) this.#column = 0;
    else if (code === 0x08) this.#column = Math.max(0, this.#column - 1);
    else if (code !== 0x07) this.#put(shown(code));
    return at + (code > 0xffff ? 2 : 1);
  }

  line(): ParsedLine {
    const pieces: Piece[] = [];
    let from = 0;
    for (let at = 1; at <= this.#text.length; at += 1) {
      const isSame =
        at < this.#text.length &&
        this.#looks[at] === this.#looks[from] &&
        this.#links[at] === this.#links[from];
      if (isSame) continue;
      const text = this.#text.slice(from, at).join("");
      pieces.push({ text, classes: this.#looks[from] ?? "", href: this.#links[from] ?? null });
      from = at;
    }
    return { pieces, text: this.#text.join(""), after: this.#style };
  }

  #put(character: string): void {
    if (this.#column >= COLUMNS_MAX) return;
    this.#text[this.#column] = character;
    this.#looks[this.#column] = this.#classes;
    this.#links[this.#column] = this.#href;
    this.#column += 1;
  }

  #sequence(text: string, at: number): number {
    const control = matchAt(CSI, text, at);
    if (control !== null) {
      this.#control(control[1] ?? "", control[2] ?? "");
      return at + control[0].length;
    }
    const string = matchAt(STRING, text, at);
    if (string !== null) {
      if (text.charAt(at + 1) === "]") this.#link(string[1] ?? "");
      return at + string[0].length;
    }
    // A sequence that has no end says nothing; the text behind its beginning is shown.
    return at + (matchAt(OTHER, text, at)?.[0].length ?? 1);
  }

  #control(parameters: string, final: string): void {
    const amount = Number(/^\d{1,5}/.exec(parameters)?.[0] ?? "0");
    if (final === "m" && /^[\d;:]*$/.test(parameters)) {
      this.#style = styled(this.#style, parameters);
      this.#classes = classesOf(this.#style);
    } else if (final === "K") this.#erase(amount);
    else if (final === "G") this.#move(amount - 1);
    else if (final === "C") this.#move(this.#column + Math.max(1, amount));
    else if (final === "D") this.#move(this.#column - Math.max(1, amount));
  }

  #move(column: number): void {
    this.#column = Math.max(0, Math.min(column, Math.max(JUMP_MAX, this.#text.length)));
    while (this.#text.length < this.#column) this.#blank(this.#text.length);
  }

  /** 0: what is right of the cursor, 1: what is left of it, 2: all. */
  #erase(which: number): void {
    if (which === 1) {
      const end = Math.min(this.#column, this.#text.length - 1);
      for (let at = 0; at <= end; at += 1) this.#blank(at);
      return;
    }
    const keep = which === 2 ? 0 : this.#column;
    for (const cells of [this.#text, this.#looks, this.#links]) cells.length = Math.min(cells.length, keep);
    while (this.#text.length < this.#column) this.#blank(this.#text.length);
  }

  #blank(at: number): void {
    this.#text[at] = " ";
    this.#looks[at] = "";
    this.#links[at] = null;
  }

  /** `8;parameters;address`; an empty address ends the link. */
  #link(body: string): void {
    const address = /^8;[^;]*;(.*)$/.exec(body)?.[1];
    if (address === undefined) return;
    this.#href = webAddress(address);
  }
}

/** Only http and https: another scheme could do more than open a page. */
function webAddress(text: string): string | null {
  if (text.length > 2_000) return null;
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url.href : null;
}

function shown(code: number): string {
  if (code < 0x20) return code === 0x09 ? "\t" : String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return code >= 0x80 && code <= 0x9f ? "\ufffd" : String.fromCodePoint(code);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
