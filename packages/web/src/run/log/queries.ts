import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../../api/client.ts";

export function jobQuery(run: string, job: string) {
  return queryOptions({
    queryKey: ["job", run, job],
    queryFn: ({ signal }) =>
      data(api.GET("/runs/{ref}/jobs/{key}", { signal, params: { path: { ref: run, key: job } } })),
  });
}

export function logRunQuery(run: string) {
  return queryOptions({
    queryKey: ["log-run", run],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}", { signal, params: { path: { ref: run } } })),
    staleTime: 60_000,
  });
}

/** Where the log can be had as a file, as it was printed, secrets masked. */
export function logFileAddress(run: string, job: string, attempt: number): string {
  return `/api/v1/runs/${encodeURIComponent(run)}/jobs/${encodeURIComponent(job)}/log?attempt=${attempt}`;
}
