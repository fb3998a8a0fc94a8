const RECENT = 16;
/** What is taken ahead is so much work at most: for so long it may be missing to another worker that is free. */
const AHEAD_MS = 25;
/** Attempts that take longer than this on average are long: what it takes to fetch the next one does not count then. */
const SHORT_MS = 50;
const CREDITS_MAX = 64;

/**
 * How many attempts the worker takes ahead of its free slots. One taken ahead cannot be given to another worker that is
 * free, so it is many only while attempts are short, and never more than 25 ms of work: for attempts of 2 ms that is a
 * dozen a slot, enough to let a message carry many of them. For long ones it is half a slot's worth, which hides the
 * way to the server.
 */
export class Credits {
  readonly #slots: number;
  readonly #recentMs: number[] = [];
  #sumMs = 0;
  #ahead: number;

  constructor(slots: number) {
    this.#slots = slots;
    this.#ahead = Math.floor(slots / 2);
  }

  /** An attempt took this long. True: `ahead` has changed by it. */
  ended(wallMs: number): boolean {
    this.#recentMs.push(wallMs);
    this.#sumMs += wallMs;
    if (this.#recentMs.length > RECENT) this.#sumMs -= this.#recentMs.shift() ?? 0;
    const wanted = this.#wanted();
    // Each change is a message to the server: only what matters is one.
    const isNear = wanted < 2 * this.#ahead && this.#ahead < 2 * wanted;
    if (wanted === this.#ahead || (isNear && this.#isShort)) return false;
    this.#ahead = wanted;
    return true;
  }

  get ahead(): number {
    return this.#ahead;
  }

  /** How many may be with the launcher: long ones stay in the worker until a slot is free, so that a drain gives them back. */
  get launchMax(): number {
    return this.#isShort ? this.#slots + this.#ahead : this.#slots;
  }

  get #averageMs(): number {
    return this.#sumMs / Math.max(1, this.#recentMs.length);
  }

  get #isShort(): boolean {
    return this.#recentMs.length > 0 && this.#averageMs < SHORT_MS;
  }

  #wanted(): number {
    const atRest = Math.floor(this.#slots / 2);
    if (!this.#isShort) return atRest;
    const inTime = Math.floor((AHEAD_MS * this.#slots) / Math.max(0.5, this.#averageMs));
    return Math.max(atRest, Math.min(CREDITS_MAX, inTime));
  }
}
