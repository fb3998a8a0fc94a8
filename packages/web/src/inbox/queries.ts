import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import type { Deed } from "../app/deed.ts";
import { given } from "../api/queries.ts";

/** What the inbox reads beside the questions themselves. */

/** Decisions lie among all that was done: so many entries are looked at. */
const LOOKED_AT = 200;

/** A run with its jobs, for what speaks for and against. Asked again when the feed tells of the run. */
export function askingRunQuery(id: string) {
  return queryOptions({
    queryKey: ["asking-run", id],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}", { signal, params: { path: { ref: id } } })),
  });
}

/** The graph says which tasks have a condition of their own. */
export function askingGraphQuery(id: string) {
  return queryOptions({
    queryKey: ["asking-graph", id],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}/graph", { signal, params: { path: { ref: id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What was decided lately, the newest first. @param open ids of the open questions: a decision changes them */
export function decidedQuery(open: readonly string[]) {
  return queryOptions({
    queryKey: ["decided", ...open],
    queryFn: async ({ signal }): Promise<readonly Deed[]> => {
      const query = given({ limit: LOOKED_AT });
      const { items } = await data(api.GET("/activity", { signal, params: { query } }));
      return items.filter(({ kind }) => kind === "job.approved" || kind === "job.rejected");
    },
    placeholderData: keepPreviousData,
  });
}
