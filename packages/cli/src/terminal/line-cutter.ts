/** Cuts text that arrives in pieces into lines. */
export class LineCutter {
  readonly #charactersMax: number;
  #rest = "";

  /** @param charactersMax a line that does not end is cut here, so that nothing is held without bound */
  constructor(charactersMax = 65_536) {
    this.#charactersMax = charactersMax;
  }

  /** The lines that this text completes. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    while (this.#rest.length > this.#charactersMax) {
      lines.push(this.#rest.slice(0, this.#charactersMax));
      this.#rest = this.#rest.slice(this.#charactersMax);
    }
    return lines;
  }

  /** What is left when nothing more comes; empty when the last line was complete. */
  flush(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }
}
