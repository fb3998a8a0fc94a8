import { LOOKS_AT_ONCE } from "./looking.ts";

/** A look that has not begun. */
interface Asked<T> {
  readonly look: () => Promise<T>;
  readonly answer: PromiseWithResolvers<T>;
}

/**
 * Looks at repositories because somebody waits for the answer. Whoever asks for one that has not begun shares it with all
 * who wait; one that goes on may have come before what they ask about, so for those that come meanwhile there is another.
 */
export class SharedLooks<T> {
  /** In the order in which they were asked for. */
  readonly #asked = new Map<string, Asked<T>>();
  /** Keys of those that go on. */
  readonly #going = new Set<string>();

  /**
   * What there is in a repository, from now on.
   * @param key all on which the answer depends
   * @throws what the look throws
   */
  ask(key: string, look: () => Promise<T>): Promise<T> {
    const known = this.#asked.get(key);
    if (known !== undefined) return known.answer.promise;
    const answer = Promise.withResolvers<T>();
    this.#asked.set(key, { look, answer });
    this.#goOn();
    return answer.promise;
  }

  #goOn(): void {
    for (const [key, asked] of this.#asked) {
      if (this.#going.size >= LOOKS_AT_ONCE) return;
      if (this.#going.has(key)) continue;
      this.#asked.delete(key);
      this.#going.add(key);
      void this.#look(key, asked);
    }
  }

  /** Never rejects. */
  async #look(key: string, { look, answer }: Asked<T>): Promise<void> {
    try {
      answer.resolve(await look());
    } catch (caught) {
      answer.reject(caught);
    }
    this.#going.delete(key);
    this.#goOn();
  }
}
