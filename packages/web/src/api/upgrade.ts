import { useQuery } from "@tanstack/react-query";
import { systemQuery } from "./queries.ts";
import { versionOfPage } from "./page-version.ts";

/** Null: the page is that of the server which answers now. */
export function useUpgrade(): { readonly before: string; readonly now: string } | null {
  const now = useQuery(systemQuery).data?.version;
  const before = versionOfPage();
  return now === undefined || before === null || now === before ? null : { before, now };
}
