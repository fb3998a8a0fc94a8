import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import type { paths } from "../api/schema.d.ts";

/** What the screens of pipelines read. The first part of a key is what the feed makes old. */

interface Answered {
  readonly responses: { readonly 200: { readonly content: { readonly "application/json": unknown } } };
}
type AnswerOf<Operation extends Answered> = Operation["responses"][200]["content"]["application/json"];

export type PipelineView = AnswerOf<paths["/pipelines"]["get"]>["items"][number];
export type PipelineDetail = AnswerOf<paths["/pipelines/{id}"]["get"]>;
export type PipelineInput = PipelineDetail["inputs"][number];
export type PipelineStatistics = AnswerOf<paths["/pipelines/{id}/statistics"]["get"]>;
export type PipelineVersion = AnswerOf<paths["/pipelines/{id}/versions"]["get"]>["items"][number];
export type RunFigures = PipelineView["figures"];

const PAGE = "200";
/** So many pages are read for the list, which counts and sorts over all: 2,000 pipelines. */
const PAGES_MAX = 10;

/** All pipelines; `isWhole` is false where there are more than are read. */
export const pipelinesQuery = queryOptions({
  queryKey: ["pipelines"],
  queryFn: async ({ signal }) => {
    const items: PipelineView[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const query: Record<string, string> = cursor === null ? { limit: PAGE } : { limit: PAGE, cursor };
      const answer: { items: PipelineView[]; next_cursor: string | null } = await data(
        api.GET("/pipelines", { signal, params: { query } }),
      );
      items.push(...answer.items);
      cursor = answer.next_cursor;
      if (cursor === null) return { items, isWhole: true };
    }
    return { items, isWhole: false };
  },
});

export function pipelineQuery(id: string) {
  return queryOptions({
    queryKey: ["pipeline", id],
    queryFn: ({ signal }) => data(api.GET("/pipelines/{id}", { signal, params: { path: { id } } })),
  });
}

export function statisticsQuery(id: string) {
  return queryOptions({
    // Not by the feed: it costs more than the rest, and no single run changes it much.
    queryKey: ["pipeline-statistics", id],
    queryFn: ({ signal }) =>
      data(api.GET("/pipelines/{id}/statistics", { signal, params: { path: { id } } })),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

export function versionsQuery(id: string, cursor: string | undefined) {
  return queryOptions({
    queryKey: ["pipeline", id, "versions", cursor ?? ""],
    queryFn: ({ signal }) =>
      data(
        api.GET("/pipelines/{id}/versions", {
          signal,
          params: { path: { id }, query: cursor === undefined ? {} : { cursor } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** A version never changes. */
export function versionQuery(id: string, version: number) {
  return queryOptions({
    queryKey: ["pipeline-version", id, version],
    queryFn: ({ signal }) =>
      data(
        api.GET("/pipelines/{id}/versions/{version}", {
          signal,
          params: { path: { id, version: String(version) } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function runQuery(ref: string) {
  return queryOptions({
    queryKey: ["runs", "one", ref],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}", { signal, params: { path: { ref } } })),
  });
}
