import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import { given, runsQuery } from "../api/queries.ts";

/** What the start page reads. The first part of a key is what the feed makes old. */

export const LIVE = "pending,running,stopping";
/** So many rows of a widget; the rest is behind its link. */
export const SHOWN = 8;
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;
const MINUTE_MS = 60_000;
/** All that one request gives: beyond it a run has no estimate. */
const PIPELINES = 500;

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => data(api.GET("/overview", { signal })),
  // Also without news the hours go on.
  refetchInterval: MINUTE_MS,
});

export const liveQuery = runsQuery({ status: LIVE, limit: 100 });

/** What failed in the last day, to half an hour: a finer moment would be another query at each look. */
export function failedQuery(now: number) {
  const since = new Date(Math.floor((now - DAY_MS) / HALF_HOUR_MS) * HALF_HOUR_MS).toISOString();
  return runsQuery({ status: "failed", created_after: since, limit: 50 });
}

export const triggersQuery = queryOptions({
  queryKey: ["triggers", "next"],
  queryFn: ({ signal }) => data(api.GET("/triggers", { signal, params: { query: { limit: "50" } } })),
});

export const deedsQuery = queryOptions({
  queryKey: ["activity", "lately"],
  queryFn: ({ signal }) => data(api.GET("/activity", { signal, params: { query: { limit: "6" } } })),
});

/** How long runs take, and when those that fail in a row began. Both change slowly: read once a minute, not at each event. */
export function typicalQuery(failing: readonly string[]) {
  return queryOptions({
    queryKey: ["typical", ...failing],
    queryFn: ({ signal }) =>
      data(api.GET("/pipelines", { signal, params: { query: given({ limit: PIPELINES }) } })),
    staleTime: MINUTE_MS,
    refetchInterval: MINUTE_MS,
  });
}
