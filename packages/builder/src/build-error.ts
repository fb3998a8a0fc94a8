interface BuildErrorOptions {
  readonly cause?: unknown;
  readonly detail?: string;
}

/** Why there is no build: what is wrong, and what to do about it. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly remedy: string;
  /** Lines that say more, for people; empty: none. */
  readonly detail: string;

  /** @param sentence what is wrong, with its full stop */
  constructor(sentence: string, remedy: string, options: BuildErrorOptions = {}) {
    super(sentence, options);
    this.detail = options.detail ?? "";
    this.remedy = remedy;
  }
}

/** The build was asked to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
