import { useQuery } from "@tanstack/react-query";
import { systemQuery } from "../api/queries.ts";

/** The version that this page was loaded from: its files and what the server said first come together. */
let loadedFrom: string | null = null;

/** Null: the page is that of the server which answers now. */
export function useUpgrade(): { readonly before: string; readonly now: string } | null {
  const version = useQuery(systemQuery).data?.version;
  if (version === undefined) return null;
  const before = firstHeard(version);
  return version === before ? null : { before, now: version };
}

function firstHeard(version: string): string {
  loadedFrom ??= version;
  return loadedFrom;
}
