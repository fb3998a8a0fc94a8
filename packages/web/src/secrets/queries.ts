import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client.ts";

export type Secret = Schemas["Secret"];

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

export const vaultQuery = queryOptions({
  queryKey: ["secrets", "vault"],
  queryFn: ({ signal }) => data(api.GET("/vault", { signal })),
});

export function versionsQuery(name: string) {
  return queryOptions({
    queryKey: ["secrets", "versions", name],
    queryFn: ({ signal }) =>
      data(api.GET("/secrets/{name}/versions", { signal, params: { path: { name } } })),
  });
}
