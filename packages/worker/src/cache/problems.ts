/** Something cannot be kept or restored, and why; the task goes on without. */
export class CacheProblem extends Error {}

/** An entry is not what was saved: it is removed. */
export class DamagedEntry extends Error {}

/** The words for people: a full disk has its own, because it happens. */
export function problemText(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT") return "the disk is full";
  return error instanceof Error ? error.message : String(error);
}
