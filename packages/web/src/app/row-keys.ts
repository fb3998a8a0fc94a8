import { type RefObject, useMemo } from "react";
import { useScreenKeys } from "./keys.ts";

/**
 * `J` and `K` move the focus from row to row of a list, so that Enter opens; a row is where its link with `data-row` is.
 *
 * @param more keys that do something with the row that has the focus, told by its `data-row`
 */
export function useRowKeys(
  list: RefObject<HTMLElement | null>,
  more: Readonly<Record<string, (row: string) => void>> = NONE,
): void {
  const keys = useMemo(() => {
    const links = (): readonly HTMLElement[] => [
      ...(list.current?.querySelectorAll<HTMLElement>("a[data-row]") ?? []),
    ];
    const at = (): number =>
      links().findIndex((link) => (link.closest("tr, li") ?? link).contains(document.activeElement));
    const move = (by: number): void => {
      const all = links();
      const from = at();
      all[from === -1 ? 0 : Math.min(all.length - 1, Math.max(0, from + by))]?.focus();
    };
    const named = (act: (row: string) => void) => (): void => {
      const row = links()[at()]?.dataset["row"];
      if (row !== undefined) act(row);
    };
    return {
      j: () => move(1),
      k: () => move(-1),
      ...Object.fromEntries(Object.entries(more).map(([key, act]) => [key, named(act)])),
    };
  }, [list, more]);
  useScreenKeys(keys);
}

const NONE = {};
