/** First in, first out; removal from the middle is remembered and skipped. */
export class StartQueue {
  #ids: string[] = [];
  #head = 0;
  readonly #waiting = new Set<string>();

  get size(): number {
    return this.#waiting.size;
  }

  add(id: string): void {
    this.#ids.push(id);
    this.#waiting.add(id);
  }

  remove(id: string): void {
    this.#waiting.delete(id);
  }

  /** The next one, or null when none waits. */
  take(): string | null {
    while (this.#head < this.#ids.length) {
      const id = this.#ids[this.#head++];
      if (this.#head > 1024 && this.#head * 2 > this.#ids.length) {
        this.#ids = this.#ids.slice(this.#head);
        this.#head = 0;
      }
      if (id !== undefined && this.#waiting.delete(id)) return id;
    }
    this.#ids = [];
    this.#head = 0;
    return null;
  }
}
