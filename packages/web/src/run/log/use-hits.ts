import { useEffect, useRef, useState } from "react";
import type { LogName } from "./line-store.ts";
import { type Hits, LogSearch, NO_HITS } from "./search.ts";

/** Hits of a text in a log; more of them when it grows. */
export function useHits(name: LogName, text: string, sizeBytes: number): Hits {
  const [hits, setHits] = useState(NO_HITS);
  const search = useRef<LogSearch | null>(null);
  useEffect(() => {
    if (text === "") return;
    const made = new LogSearch(name, text, setHits);
    search.current = made;
    return () => {
      made.close();
      search.current = null;
    };
  }, [name, text]);
  useEffect(() => search.current?.more(sizeBytes), [sizeBytes]);
  // What an earlier text found is none of this one's business.
  return hits.text === text ? hits : { ...NO_HITS, text, isComplete: text === "" };
}
