import { useCallback, useMemo } from "react";
import { useAddress } from "../../app/address.ts";
import { toast } from "../../design/index.ts";
import { extended, type LineRange, rangeFrom, rangeText } from "./selection.ts";

/** The lines that the address points at. */
export interface Chosen {
  readonly range: LineRange | null;
  readonly choose: (line: number, isRange: boolean) => void;
  /** Copies an address that leads to `line`, of this attempt. */
  readonly copyLink: (line: string) => void;
}

export function useChosen(attempt: number): Chosen {
  const { search, set } = useAddress();
  const text = search["line"];
  const range = useMemo(() => rangeFrom(text), [text]);
  const choose = useCallback(
    (line: number, isRange: boolean) => {
      const next = isRange ? extended(range, line) : { first: line, last: line };
      set({ line: rangeText(next) }, { replace: true });
    },
    [range, set],
  );
  const copyLink = (line: string): void => {
    const url = new URL(location.href);
    url.searchParams.set("line", line);
    url.searchParams.set("attempt", String(attempt));
    void copy(url.href).then((isCopied) => {
      if (!isCopied) set({ line, attempt: String(attempt) }, { replace: true });
      toast(isCopied ? `Link to line ${line} copied.` : "The address bar has the link.");
    });
  };
  return { range, choose, copyLink };
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS, or when a person said no.
    return false;
  }
}
