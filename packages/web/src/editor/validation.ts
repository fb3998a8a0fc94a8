import { useEffect, useState } from "react";
import { api, data, type Schemas } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";

/** A pause in typing, after which the text is checked. */
const PAUSE_MS = 300;

export interface Validation {
  /** The text that this is about; null: none has been checked yet. */
  readonly of: string | null;
  readonly problems: readonly Schemas["Problem"][];
  /** Of the last text that was right; null: none was. */
  readonly graph: Schemas["Graph"] | null;
  /** Whether the graph is that of the text that was checked. */
  readonly isGraphCurrent: boolean;
  /** Why it could not be checked. */
  readonly refusal: Refusal | null;
}

const NONE: Validation = { of: null, problems: [], graph: null, isGraphCurrent: false, refusal: null };

/** Has the server check a text while it is written. An answer about an older text is dropped. */
export function useValidation(text: string): Validation {
  const [found, setFound] = useState(NONE);
  useEffect(() => {
    if (text.trim() === "") return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void check(text, abort.signal).then((next) => {
        if (next !== null) setFound((former) => next(former));
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return text.trim() === "" ? NONE : found;
}

async function check(
  text: string,
  signal: AbortSignal,
): Promise<((former: Validation) => Validation) | null> {
  try {
    const { problems, graph } = await data(
      api.POST("/workflows/validate", { body: { definition: text }, signal }),
    );
    return (former) => ({
      of: text,
      problems,
      graph: graph ?? former.graph,
      isGraphCurrent: graph !== null,
      refusal: null,
    });
  } catch (caught) {
    if (signal.aborted) return null;
    return (former) => ({ ...former, isGraphCurrent: false, refusal: refusalFrom(caught) });
  }
}
