/** How long to wait before dialling again. */
export interface Backoff {
  /** Milliseconds until the next try; each one that follows is longer, up to the maximum. */
  next(): number;
  /** The server has answered: start from the beginning. */
  reset(): void;
}

/**
 * Doubles from 50 ms. A server on this host is dialled at least each 250 ms, so that its restart costs the jobs next
 * to nothing; others each 2 s, so that a thousand workers do not fall upon one that has just come back.
 *
 * @param random in [0, 1): shortens each wait by up to a half
 */
export function reconnectBackoff(isLocal: boolean, random: () => number): Backoff {
  const maxMs = isLocal ? 250 : 2_000;
  let waitMs = FIRST_MS;
  return {
    next() {
      const full = waitMs;
      waitMs = Math.min(maxMs, waitMs * 2);
      return Math.round(full * (1 - random() / 2));
    },
    reset() {
      waitMs = FIRST_MS;
    },
  };
}

const FIRST_MS = 50;
