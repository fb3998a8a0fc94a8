import { useSyncExternalStore } from "react";

const query = "(max-width: 720px)";

/** Whether the window is narrow: one column, tab bar. For what style sheets cannot say. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}
