const REPEAT = /^\{(\d{1,5})(,?)(\d{0,5})\}/;

/** A pattern being read. After a problem it behaves as if it were at its end, so that no reader has to look for one. */
export class PatternText {
  /** What is wrong with the pattern: the first problem found. */
  problem: string | null = null;
  readonly #characters: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  get ended(): boolean {
    return this.#position >= this.#characters.length;
  }

  /** The character that stands here, "" at the end. */
  get next(): string {
    return this.#characters[this.#position] ?? "";
  }

  /** Goes past the character that stands here, and answers it. */
  advance(): string {
    const character = this.next;
    this.#position++;
    return character;
  }

  /** Goes past `character` if it stands here. */
  take(character: string): boolean {
    if (this.ended || this.next !== character) return false;
    this.#position++;
    return true;
  }

  /** Goes past `{m}`, `{m,}` or `{m,n}`. Other braces are literal characters, as in RE2. */
  takeRepeat(): { readonly least: number; readonly most: number | null } | null {
    // "{12345,12345}" is the longest form.
    const match = REPEAT.exec(this.#characters.slice(this.#position, this.#position + 13).join(""));
    if (match === null || (match[2] === "" && match[3] !== "")) return null;
    this.#position += match[0].length;
    const least = Number(match[1]);
    if (match[2] === "") return { least, most: least };
    return { least, most: match[3] === "" ? null : Number(match[3]) };
  }

  fail(problem: string): void {
    this.problem ??= problem;
    this.#position = this.#characters.length;
  }
}
