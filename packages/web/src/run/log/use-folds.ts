import { useCallback, useMemo, useState } from "react";
import { type Fold, foldsOf } from "./folds.ts";
import type { Heights } from "./heights.ts";
import { Layout } from "./layout.ts";
import type { LogOutline } from "./outline.ts";

/** What is folded, and where each line is because of it. */
export interface Folded {
  readonly folds: readonly Fold[];
  readonly layout: Layout;
  readonly toggle: (fold: Fold) => void;
  /** Opens whatever hides the line. */
  readonly reveal: (line: number) => void;
}

/** @param measured grows when heights of wrapped lines changed */
export function useFolds(outline: LogOutline | null, heights: Heights, measured: number): Folded {
  const [chosen, setChosen] = useState<ReadonlyMap<number, boolean>>(new Map());
  const folds = useMemo(() => (outline === null ? [] : foldsOf(outline, chosen)), [outline, chosen]);
  const lines = outline?.lines ?? 0;
  const layout = useMemo(
    () => new Layout(lines, folds, heights),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- heights change within: `measured` stands for them
    [lines, folds, heights, measured],
  );
  const toggle = useCallback(
    (fold: Fold) => setChosen((former) => new Map(former).set(fold.line, !fold.isOpen)),
    [],
  );
  const reveal = useCallback(
    (line: number) => {
      const closed = folds.filter((fold) => !fold.isOpen && fold.line < line && fold.end >= line);
      if (closed.length === 0) return;
      setChosen((former) => {
        const next = new Map(former);
        for (const fold of closed) next.set(fold.line, true);
        return next;
      });
    },
    [folds],
  );
  return { folds, layout, toggle, reveal };
}
