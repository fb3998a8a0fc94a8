import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

type Texts = Readonly<Record<string, string | undefined>>;

/**
 * The part of the address behind `?`: filters, tab, selection, line, moment. `set` changes some of it; null or an
 * empty text takes a key away. `replace`: typing in a field leaves no trace in the history.
 */
export function useAddress(): {
  readonly search: Texts;
  readonly set: (
    change: Readonly<Record<string, string | null>>,
    how?: { readonly replace?: boolean },
  ) => void;
} {
  const search: Texts = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback(
    (change: Readonly<Record<string, string | null>>, how: { readonly replace?: boolean } = {}) => {
      void navigate({
        to: ".",
        search: (former: Texts) => {
          const next: Record<string, string> = {};
          for (const [key, value] of Object.entries({ ...former, ...change }))
            if (typeof value === "string" && value !== "") next[key] = value;
          return next;
        },
        replace: how.replace ?? false,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, set };
}
