import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client.ts";

/** What the run's page reads besides its stream. Keys start with `run`: the feed of all runs leaves them alone. */

const STATUS_MS = 2_000;

/** `changed` is in the key: what the answer depends on has changed when it has. */
export function whyQuery(run: string, changed: string) {
  return queryOptions({
    queryKey: ["run", run, "why", changed],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}/why", { signal, params: { path: { ref: run } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** It goes on being asked while there is something left to tell: that is behind the run's end. */
export function commitStatusQuery(run: string, changed: string) {
  return queryOptions({
    queryKey: ["run", run, "commit-status", changed],
    queryFn: ({ signal }) =>
      data(api.GET("/runs/{ref}/commit-status", { signal, params: { path: { ref: run } } })),
    refetchInterval: ({ state }) => (state.data?.commit_status?.outcome === "waiting" ? STATUS_MS : false),
  });
}

/** A job's attempts, files and command; `changed` as above. */
export function jobQuery(run: string, key: string, changed: string) {
  return queryOptions({
    queryKey: ["run", run, "job", key, changed],
    queryFn: ({ signal }) =>
      data(api.GET("/runs/{ref}/jobs/{key}", { signal, params: { path: { ref: run, key } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const EVENTS_PAGE = 200;

/** A page of the run's history, oldest first, behind a cursor. */
export function eventsQuery(run: string, after: string | null, changed: number) {
  return queryOptions({
    queryKey: ["run", run, "events", after, changed],
    queryFn: ({ signal }) => {
      const query = { limit: String(EVENTS_PAGE), ...(after === null ? {} : { after }) };
      return data(api.GET("/runs/{ref}/events", { signal, params: { path: { ref: run }, query } }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type TestReport = Schemas["TestReport"];
export type TestCase = TestReport["cases"][number];

export function testsQuery(run: string, key: string, changed: string) {
  return queryOptions({
    queryKey: ["run", run, "tests", key, changed],
    queryFn: ({ signal }) =>
      data(
        api.GET("/runs/{ref}/jobs/{key}/tests", { signal, params: { path: { ref: run, key }, query: {} } }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** The text that a version of a pipeline was written as. */
export function sourceQuery(pipeline: string, version: number) {
  return queryOptions({
    queryKey: ["run", "source", pipeline, version],
    queryFn: async ({ signal }) => {
      const now = await data(api.GET("/workflows/{id}", { signal, params: { path: { id: pipeline } } }));
      if (now.version === version) return now.source;
      const path = { id: pipeline, version: String(version) };
      return (await data(api.GET("/pipelines/{id}/versions/{version}", { signal, params: { path } }))).source;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function inputsQuery(pipeline: string) {
  return queryOptions({
    queryKey: ["run", "inputs", pipeline],
    queryFn: async ({ signal }) =>
      (await data(api.GET("/workflows/{id}", { signal, params: { path: { id: pipeline } } }))).inputs,
  });
}

/** How long each task of a pipeline usually takes; what is not known is not guessed. */
export function typicalQuery(pipeline: string) {
  return queryOptions({
    queryKey: ["run", "typical", pipeline],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, number>> => {
      const { tasks } = await data(
        api.GET("/pipelines/{id}/statistics", { signal, params: { path: { id: pipeline } } }),
      );
      return new Map(
        tasks.flatMap((task) => (task.typical_ms === null ? [] : [[task.key, task.typical_ms]])),
      );
    },
    staleTime: 300_000,
    retry: false,
  });
}

/** Address of a file that a job kept; the browser saves it. */
export function artifactAddress(run: string, key: string, path: string): string {
  return `/api/v1/runs/${part(run)}/jobs/${part(key)}/artifacts/${path.split("/").map(part).join("/")}`;
}

function part(text: string): string {
  return encodeURIComponent(text);
}
