import { useSyncExternalStore } from "react";

/** One clock for the page: what shows a relative time turns with it, all at once. */

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** While nobody listens the clock stands still. */
function current(): number {
  if (timer === undefined) now = Date.now();
  return now;
}

/** Milliseconds since 1970, new each second. Rounds to `everyMs`, so that a component renders no oftener than that. */
export function useNow(everyMs = TICK_MS): number {
  return useSyncExternalStore(subscribe, () => Math.floor(current() / everyMs) * everyMs);
}
