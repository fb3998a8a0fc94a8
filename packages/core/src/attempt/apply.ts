import type { AttemptChanges } from "./output.ts";
import type { AttemptState, AttemptsHeader } from "./state.ts";

/** The attempts of a worker, held by the one who calls the machine. */
export interface MutableAttempts {
  header: AttemptsHeader;
  readonly attempts: Map<string, AttemptState>;
}

/** Writes a transition's changes; the only code that does. The cost is that of what changed. */
export function applyAttempts(held: MutableAttempts, changes: AttemptChanges): void {
  held.header = changes.header;
  for (const [key, state] of changes.attempts) {
    if (state === null) held.attempts.delete(key);
    else held.attempts.set(key, state);
  }
}
