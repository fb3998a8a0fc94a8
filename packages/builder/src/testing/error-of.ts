import { BuildError } from "../build-error.ts";

/** The sentence and the remedy of the `BuildError` that something ends with. */
export async function errorOf(work: Promise<unknown>): Promise<string> {
  const reason: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (reason instanceof BuildError) return `${reason.message} ${reason.remedy}`;
  throw reason ?? new Error("expected a BuildError, and there was none");
}
