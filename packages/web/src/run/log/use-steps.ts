import { useRef, useState } from "react";
import { hitAt, hitFrom, type Hits } from "./search.ts";

/** From hit to hit, from error to error. */
export interface Steps {
  /** Number of the hit that is shown, from 0; null: none yet. */
  readonly hit: number | null;
  readonly current: { readonly line: number; readonly match: number } | null;
  readonly forget: () => void;
  readonly step: (by: 1 | -1) => void;
  /** To the next of these lines behind the one that was shown last; after the last to the first. */
  readonly toNext: (lines: readonly number[]) => void;
}

/** @param topLine the first that is seen: where a search begins. @param visited a line was gone to, by `toNext` */
export function useSteps(
  hits: Hits,
  topLine: number,
  goTo: (line: number) => void,
  visited: (line: number) => void,
): Steps {
  const [hit, setHit] = useState<number | null>(null);
  const last = useRef(0);
  const show = (number: number): void => {
    const place = hitAt(hits, number);
    if (place === null) return;
    setHit(number);
    goTo(place.line);
  };
  return {
    hit,
    current: hit === null ? null : hitAt(hits, hit),
    forget: () => setHit(null),
    step(by) {
      if (hits.held === 0) return;
      show(hit === null ? hitFrom(hits, topLine) : (hit + by + hits.held) % hits.held);
    },
    toNext(lines) {
      const next = lines.find((line) => line > last.current) ?? lines[0];
      if (next === undefined) return;
      last.current = next;
      visited(next);
      goTo(next);
    },
  };
}
