import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import { refusalFrom, refusalOf } from "../api/refusal.ts";

/** What the run's page reads besides its stream. Keys start with `run`: the feed of all runs leaves them alone. */

/** `changed` is in the key: what the answer depends on has changed when it has. */
export function whyQuery(run: string, changed: string) {
  return queryOptions({
    queryKey: ["run", run, "why", changed],
    queryFn: ({ signal }) => data(api.GET("/runs/{ref}/why", { signal, params: { path: { ref: run } } })),
    staleTime: Number.POSITIVE_INFINITY,
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

const TAIL_BYTES = 3_000;
const TAIL_MS = 1_500;

/** The end of a job's log; read again while it runs. */
export function tailQuery(run: string, key: string, attempt: number, isLive: boolean) {
  return queryOptions({
    queryKey: ["run", run, "tail", key, attempt, isLive],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/runs/${part(run)}/jobs/${part(key)}/log?length=${TAIL_BYTES}&tail=${TAIL_BYTES}`;
      return (await answered(path, signal)).text();
    },
    refetchInterval: isLive ? TAIL_MS : false,
    staleTime: isLive ? 0 : Number.POSITIVE_INFINITY,
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

/** `GET /runs/{ref}/jobs/{key}/tests`, as `testReport` of the contracts says. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly duration_ms: number;
  readonly cases: readonly TestCase[];
  readonly truncated: boolean;
  readonly problems: readonly string[];
}

export interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly duration_ms: number;
  readonly message: string;
  readonly details: string;
  readonly file: string;
}

export function testsQuery(run: string, key: string, changed: string) {
  return queryOptions({
    queryKey: ["run", run, "tests", key, changed],
    queryFn: ({ signal }) => read<TestReport>(`/api/v1/runs/${part(run)}/jobs/${part(key)}/tests`, signal),
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
      const path = `/api/v1/pipelines/${part(pipeline)}/versions/${version}`;
      return (await read<{ readonly source: string }>(path, signal)).source;
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
      const path = `/api/v1/pipelines/${part(pipeline)}/statistics`;
      const { tasks } = await read<Statistics>(path, signal);
      return new Map(
        tasks.flatMap((task) => (task.typical_ms === null ? [] : [[task.key, task.typical_ms]])),
      );
    },
    staleTime: 300_000,
    retry: false,
  });
}

interface Statistics {
  readonly tasks: readonly { readonly key: string; readonly typical_ms: number | null }[];
}

/** Address of a file that a job kept; the browser saves it. */
export function artifactAddress(run: string, key: string, path: string): string {
  return `/api/v1/runs/${part(run)}/jobs/${part(key)}/artifacts/${path.split("/").map(part).join("/")}`;
}

async function read<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  const answer: Answer = await (await answered(path, signal)).json();
  return answer;
}

async function answered(path: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(path, { signal, credentials: "same-origin" }).catch((caught: unknown) => {
    throw signal.aborted ? caught : refusalFrom(caught);
  });
  if (response.ok) return response;
  throw refusalOf(response.status, await response.json().catch(() => null));
}

function part(text: string): string {
  return encodeURIComponent(text);
}
