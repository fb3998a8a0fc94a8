import { createContext, useContext, useSyncExternalStore } from "react";

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

/**
 * Where a page shows the past, its clock stands still: inside of this provider every relative time and every duration
 * is as it was at that moment (milliseconds since 1970). Null: the clock goes.
 */
export const StandstillContext = createContext<number | null>(null);

/** The moment of the past that is shown, or null: this is the present. What acts is off in the past. */
export function useStandstill(): number | null {
  return useContext(StandstillContext);
}

/**
 * Milliseconds since 1970, new each second; where the clock stands still, that moment. Rounds to `everyMs`, so that a
 * component renders no oftener than that.
 */
export function useNow(everyMs = TICK_MS): number {
  const still = useStandstill();
  return useSyncExternalStore(subscribe, () => still ?? Math.floor(current() / everyMs) * everyMs);
}

/** The real time, also where the page shows the past. */
export function usePresent(everyMs = TICK_MS): number {
  return useSyncExternalStore(subscribe, () => Math.floor(current() / everyMs) * everyMs);
}
