import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { EventView } from "../../api/client.ts";
import { useAddress } from "../../app/address.ts";
import { useScreenKeys } from "../../app/keys.ts";
import { type History, historyOf } from "./history.ts";

/** The address follows a hand that drags, or a run that plays, only so often: browsers limit how often it changes. */
const ADDRESS_MS = 250;

/** What a hand has chosen, until the address changes from what it was then. */
interface Chosen {
  readonly seq: number;
  readonly over: string | undefined;
}

/** Which moment of a run is shown, and how to go to another. */
export interface Travel {
  readonly history: History;
  /** Number of the last event that has happened; null: the present. */
  readonly at: number | null;
  /** The address names a moment, and the history that it lies in is not read yet. */
  readonly isAwaited: boolean;
  /** To a moment; to the last one or behind it is to the present. */
  readonly go: (seq: number) => void;
  readonly step: (by: number) => void;
  readonly live: () => void;
}

/**
 * The moment in the address (`?at=94`), with its keys: `[` and `]` step through events, `L` is the present.
 *
 * @param events all of the run, the first one first; none as long as nobody asks for them
 * @param open asks for them, and for the bar
 */
export function useTravel(events: readonly EventView[], open: (isOpen: boolean) => void): Travel {
  const { search, set } = useAddress();
  const history = useMemo(() => historyOf(events), [events]);
  const addressed = momentFrom(search["at"], history.last);
  // What a hand has chosen is shown at once, and stands in the address a moment later.
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isPast = addressed !== null;
  const isAhead = chosen !== null && chosen.over === search["at"];
  const at = isAhead ? chosen.seq : addressed;
  useEffect(() => () => clearTimeout(timer.current), []);

  const live = useCallback(() => {
    clearTimeout(timer.current);
    setChosen(null);
    set({ at: null });
  }, [set]);
  const go = useCallback(
    (seq: number) => {
      clearTimeout(timer.current);
      const next = Math.max(1, seq);
      setChosen({ seq: next, over: search["at"] });
      timer.current = setTimeout(() => set({ at: String(next) }, { replace: isPast }), ADDRESS_MS);
    },
    [set, isPast, search],
  );
  const step = useCallback(
    (by: number) => {
      const next = (at ?? history.last) + by;
      if (next < history.last) go(next);
      else if (at !== null) live();
    },
    [at, history, go, live],
  );
  // The first step back asks for the history, and is made when it is there.
  const isDue = useRef(false);
  const isThere = history.last > 0;
  useEffect(() => {
    if (!isDue.current || !isThere) return;
    isDue.current = false;
    step(-1);
  }, [isThere, step]);
  const back = useCallback(() => {
    open(true);
    if (isThere) step(-1);
    else isDue.current = true;
  }, [open, isThere, step]);
  const keys = useMemo(() => ({ "[": back, "]": () => step(1), l: live }), [back, step, live]);
  useScreenKeys(keys);
  return {
    history,
    at,
    isAwaited: history.last === 0 && search["at"] !== undefined,
    go: useCallback((seq) => (seq >= history.last ? live() : go(seq)), [history, go, live]),
    step,
    live,
  };
}

/** The number of an event that there is; anything else is the present. */
export function momentFrom(text: string | undefined, last: number): number | null {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return null;
  const seq = Number(text);
  return seq >= 1 && seq <= last ? seq : null;
}
