/** Why there is no build: what is wrong, and what to do about it. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly remedy: string;

  /** @param sentence what is wrong, with its full stop */
  constructor(sentence: string, remedy: string, options?: { cause?: unknown }) {
    super(sentence, options);
    this.remedy = remedy;
  }
}

/** The build was asked to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
