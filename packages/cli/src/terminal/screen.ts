import { textWidth } from "./width.ts";

/** What the screen writes to: a terminal's stream, or a test's. */
export interface ScreenOutput {
  write(text: string): unknown;
}

const ESCAPE = "\u001B[";
// The terminal shows nothing between these two; one that does not know them ignores them.
const BEGIN_UPDATE = `${ESCAPE}?2026h`;
const END_UPDATE = `${ESCAPE}?2026l`;
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
// A line that is too wide after all (the window shrank between two frames) is cut by the terminal, not wrapped.
const WRAP_OFF = `${ESCAPE}?7l`;
const WRAP_ON = `${ESCAPE}?7h`;
const CLEAR_TO_LINE_END = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;

/**
 * Redraws a block of lines in place, below what was on the terminal before. One write a frame, only the lines that
 * changed; the cursor stays below the block.
 */
export class Screen {
  readonly #output: ScreenOutput;
  #drawn: readonly string[] = [];
  #columns = 0;
  #open = false;

  constructor(output: ScreenOutput) {
    this.#output = output;
  }

  /** Draws the lines over the former ones. They must not be wider than `columns`, nor more than `rows - 1`. */
  draw(lines: readonly string[], columns: number, rows: number): void {
    const resized = this.#open && columns !== this.#columns;
    if (this.#open && !resized && sameLines(lines, this.#drawn)) return;
    const start = this.#open ? "" : `${HIDE_CURSOR}${WRAP_OFF}`;
    const body = resized ? this.#redrawn(lines, columns, rows) : this.#changed(lines);
    this.#output.write(`${BEGIN_UPDATE}${start}${body}${END_UPDATE}`);
    this.#drawn = lines;
    this.#columns = columns;
    this.#open = true;
  }

  /** Writes lines that stay, above the block. */
  printAbove(text: string): void {
    const lines = text.endsWith("\n") ? text : `${text}\n`;
    if (!this.#open) {
      this.#output.write(lines);
      return;
    }
    const block = this.#drawn.map((line) => `${line}${CLEAR_TO_LINE_END}\r\n`).join("");
    const above = lines.replaceAll("\n", `${CLEAR_TO_LINE_END}\r\n`);
    this.#output.write(
      `${BEGIN_UPDATE}${up(this.#drawn.length)}${WRAP_ON}${CLEAR_BELOW}${above}${WRAP_OFF}${block}${END_UPDATE}`,
    );
  }

  /** Gives the terminal back: cursor, wrapping. The block stays, or goes. */
  close(keep: boolean): void {
    if (!this.#open) return;
    const gone = keep ? "" : `${up(this.#drawn.length)}${CLEAR_BELOW}`;
    this.#output.write(`${gone}${WRAP_ON}${SHOW_CURSOR}`);
    this.#open = false;
    this.#drawn = [];
  }

  /** Only what differs is written again; moving over a line costs nothing. */
  #changed(lines: readonly string[]): string {
    const before = this.#drawn;
    const same = sameAtStart(before, lines);
    let out = up(before.length - same);
    for (let index = same; index < lines.length; index++) {
      const line = lines[index] ?? "";
      out += line === before[index] ? "\n" : `\r${line}${CLEAR_TO_LINE_END}\r\n`;
    }
    return lines.length < before.length ? `${out}${CLEAR_BELOW}` : out;
  }

  /**
   * After a resize the terminal may have wrapped the old lines anew: each then takes as many rows as its width needs.
   * What has left the screen at its top cannot be reached any more.
   */
  #redrawn(lines: readonly string[], columns: number, rows: number): string {
    const wrapped = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    const block = lines.map((line) => `${line}${CLEAR_TO_LINE_END}\r\n`).join("");
    return `\r${up(Math.min(wrapped, Math.max(0, rows - 1)))}${CLEAR_BELOW}${block}`;
  }
}

function sameAtStart(before: readonly string[], lines: readonly string[]): number {
  let count = 0;
  while (count < before.length && count < lines.length && before[count] === lines[count]) count += 1;
  return count;
}

function sameLines(lines: readonly string[], other: readonly string[]): boolean {
  return lines.length === other.length && lines.every((line, index) => line === other[index]);
}

function up(count: number): string {
  return count > 0 ? `\r${ESCAPE}${count}A` : "\r";
}
