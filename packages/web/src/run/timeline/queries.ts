import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../../api/client.ts";

interface Statistics {
  readonly tasks: readonly { readonly key: string; readonly typical_ms: number | null }[];
}

/** How long the tasks of a pipeline typically take: what is expected is drawn from it. */
export function statisticsQuery(pipeline: string) {
  return queryOptions({
    queryKey: ["pipeline", pipeline, "statistics"],
    queryFn: ({ signal }): Promise<Statistics> =>
      data(api.GET("/pipelines/{id}/statistics", { signal, params: { path: { id: pipeline } } })),
    staleTime: 60_000,
    // A definition that was never kept as a pipeline has no statistics: nothing is expected then.
    retry: false,
  });
}
