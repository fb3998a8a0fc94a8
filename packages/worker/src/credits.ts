/** Attempts that count as short: what it takes to fetch the next one is then a large part of them. */
const SHORT_MS = 50;
const RECENT = 16;
const CREDITS_MAX = 64;

/**
 * How many attempts the worker takes ahead of its free slots. Each one taken ahead cannot be given to another worker
 * that is free, so it is many (4 a slot, at most 64) only while attempts are short: they will have been started before
 * another worker could have asked for them. Else it is half a slot's worth, which hides the way to the server.
 */
export class Credits {
  readonly #slots: number;
  readonly #recentMs: number[] = [];
  #sumMs = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** An attempt took this long. */
  ended(wallMs: number): void {
    this.#recentMs.push(wallMs);
    this.#sumMs += wallMs;
    if (this.#recentMs.length > RECENT) this.#sumMs -= this.#recentMs.shift() ?? 0;
  }

  get isShort(): boolean {
    return this.#recentMs.length > 0 && this.#sumMs / this.#recentMs.length < SHORT_MS;
  }

  get ahead(): number {
    return this.isShort ? Math.min(CREDITS_MAX, 4 * this.#slots) : Math.floor(this.#slots / 2);
  }

  /** How many may be with the launcher: long ones stay in the worker until a slot is free, so that a drain gives them back. */
  get launchMax(): number {
    return this.isShort ? this.#slots + this.ahead : this.#slots;
  }
}
