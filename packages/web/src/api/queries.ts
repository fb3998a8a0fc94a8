import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "./client.ts";

type Secret = Schemas["Secret"];

/** What screens read. The first part of a key is what the feed makes old. */

export const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => data(api.GET("/system", { signal })),
  refetchInterval: 15_000,
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => data(api.GET("/session", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** All that one request gives: who has more questions than this sees that there are more. */
const QUESTIONS = "500";

export const inboxQuery = queryOptions({
  queryKey: ["inbox"],
  queryFn: ({ signal }) => data(api.GET("/inbox", { signal, params: { query: { limit: QUESTIONS } } })),
});

/** Only what is given: a key without a value is no part of the address. */
export function given(
  filters: Readonly<Record<string, string | number | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, String(value)]],
    ),
  );
}

/** Filters of the list of runs, as they stand in the address. */
export interface RunFilters {
  readonly [key: string]: string | number | undefined;
  readonly status?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly search?: string | undefined;
  readonly created_after?: string | undefined;
  readonly created_before?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export function runsQuery(filters: RunFilters) {
  return queryOptions({
    queryKey: ["runs", filters],
    queryFn: ({ signal }) => data(api.GET("/runs", { signal, params: { query: given(filters) } })),
    placeholderData: keepPreviousData,
  });
}

/** All of them: there are a thousand at most. */
export const secretsQuery = queryOptions({
  queryKey: ["secrets", "list"],
  queryFn: async ({ signal }) => {
    const items: Secret[] = [];
    let cursor: string | null = null;
    do {
      const query: { cursor?: string } = cursor === null ? {} : { cursor };
      const page: { items: Secret[]; next_cursor: string | null } = await data(
        api.GET("/secrets", { signal, params: { query } }),
      );
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return items;
  },
});
