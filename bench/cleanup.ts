/** What has to be undone when the benchmark is interrupted: Gaia's worker and launcher do not end with a terminal. */

const closers = new Set<() => Promise<void>>();
let interrupted = false;

/** Remembers how to undo something. Answers how to undo it now: once, whoever calls. */
export function onEnd(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  const once = (): Promise<void> => {
    closing ??= close().finally(() => closers.delete(once));
    return closing;
  };
  closers.add(once);
  return once;
}

/** From now on Ctrl-C and SIGTERM undo everything before the process ends. */
export function cleanUpWhenInterrupted(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      interrupted = true;
      void Promise.allSettled([...closers].toReversed().map((close) => close())).then(() =>
        process.exit(signal === "SIGINT" ? 130 : 143),
      );
    });
}

/** Whether the process is on its way out: what fails now fails because of that. */
export function isInterrupted(): boolean {
  return interrupted;
}
