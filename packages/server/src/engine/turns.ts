/** Work about the same thing is done one after the other; about different things, at once. */
export class Turns {
  /** The end of what was asked for last, by what it is about. */
  readonly #last = new Map<string, Promise<void>>();

  /** Settles as `work` does, which begins when all that came before it has ended, however that ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const end: Promise<void> = turn.then(
      () => this.#forget(key, end),
      () => this.#forget(key, end),
    );
    this.#last.set(key, end);
    return turn;
  }

  #forget(key: string, end: Promise<void>): void {
    if (this.#last.get(key) === end) this.#last.delete(key);
  }
}
