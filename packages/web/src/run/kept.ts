import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import type { RunState } from "./run-state.ts";

/** While a run goes on, what its jobs kept is looked for again this often. */
const AGAIN_MS = 5_000;

export type JobFiles = Schemas["JobFiles"];
export type JobTests = Schemas["JobTests"];

/** What the jobs of a run kept, as far as it was read: a page at a time. */
export interface Kept<T> {
  readonly items: readonly T[];
  readonly isPending: boolean;
  readonly refusal: Refusal | null;
  readonly retry: () => void;
  /** Reads the next page; null: all is there. */
  readonly more: (() => void) | null;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** @param only the key of a job, or of a group with its members; null: all */
export function useKeptFiles(id: string, state: RunState, only: string | null): Kept<JobFiles> {
  return keptOf(
    useInfiniteQuery({
      ...pagesOf(id, state, "artifacts", only),
      queryFn: ({ signal, pageParam }) =>
        data(
          api.GET("/runs/{ref}/artifacts", {
            signal,
            params: { path: { ref: id }, query: queryOf(only, pageParam) },
          }),
        ),
    }),
  );
}

/** @param only as above */
export function useKeptTests(id: string, state: RunState, only: string | null): Kept<JobTests> {
  return keptOf(
    useInfiniteQuery({
      ...pagesOf(id, state, "tests", only),
      queryFn: ({ signal, pageParam }) =>
        data(
          api.GET("/runs/{ref}/tests", {
            signal,
            params: { path: { ref: id }, query: queryOf(only, pageParam) },
          }),
        ),
    }),
  );
}

/** An ended run is read once; one that goes on again and again, and once more when it has ended. */
function pagesOf(id: string, { run }: RunState, what: string, only: string | null) {
  const endedAt = run?.ended_at ?? null;
  return {
    queryKey: ["run", id, "kept", what, only, endedAt],
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<unknown>) => page.next_cursor,
    staleTime: endedAt === null ? 0 : Number.POSITIVE_INFINITY,
    refetchInterval: endedAt === null ? AGAIN_MS : (false as const),
  };
}

function queryOf(only: string | null, cursor: string | null): { job?: string; cursor?: string } {
  return { ...(only === null ? {} : { job: only }), ...(cursor === null ? {} : { cursor }) };
}

function keptOf<T>(query: UseInfiniteQueryResult<InfiniteData<Page<T>>>): Kept<T> {
  return {
    items: query.data?.pages.flatMap(({ items }) => items) ?? [],
    isPending: query.isPending || query.isFetchingNextPage,
    refusal: query.error === null ? null : refusalFrom(query.error),
    retry: () => void query.refetch(),
    more: query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : null,
  };
}
