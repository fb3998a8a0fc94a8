import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client.ts";

export type Secret = Schemas["Secret"];

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
