import { useSyncExternalStore } from "react";

/** One column: tables become rows, graphs become lists. */
const NARROW = matchMedia("(max-width: 720px)");

/** Whether the window has one column. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      NARROW.addEventListener("change", listener);
      return () => NARROW.removeEventListener("change", listener);
    },
    () => NARROW.matches,
  );
}
