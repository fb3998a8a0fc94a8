/** Twenty writes a second are more than a person sees. */
const INTERVAL_MS = 50;

/** Calls back at once for the first change, then at most every 50 ms while changes go on. */
export class Pace {
  readonly #due: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isAsked = false;

  constructor(due: () => void) {
    this.#due = due;
  }

  /** @param now without waiting: nothing will follow, or somebody waits */
  ask(now: boolean): void {
    if (now || this.#timer === null) {
      this.#isAsked = false;
      this.#due();
      this.#timer ??= setTimeout(() => this.#passed(), INTERVAL_MS);
      return;
    }
    this.#isAsked = true;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isAsked = false;
  }

  #passed(): void {
    this.#timer = null;
    if (this.#isAsked) this.ask(false);
  }
}
