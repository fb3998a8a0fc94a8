import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import { Refusal } from "../api/refusal.ts";
import type { Schema } from "./schema.ts";

/** The JSON Schema of a workflow file; it changes with the server's version only. */
export const schemaQuery = queryOptions({
  queryKey: ["workflow-schema"],
  queryFn: async ({ signal }): Promise<Schema> => data(api.GET("/workflows/schema", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** A kept text and the version that it is; version 0: there is none of that name yet. */
export interface Kept {
  readonly version: number;
  readonly source: string;
}

const NOTHING: Kept = { version: 0, source: "" };

/** The current text of a pipeline. @throws Refusal what the server refused, but that there is none */
export async function keptOf(pipeline: string): Promise<Kept> {
  try {
    const { version, source } = await data(
      api.GET("/workflows/{id}", { params: { path: { id: pipeline } } }),
    );
    return { version, source };
  } catch (caught) {
    if (caught instanceof Refusal && caught.status === 404) return NOTHING;
    throw caught;
  }
}

/** What the editor opens with: the current text, and beside it an older one where that was asked for. */
export function openQuery(pipeline: string, version: string | undefined) {
  return queryOptions({
    queryKey: ["editor", pipeline, version ?? ""],
    queryFn: async (): Promise<{ readonly kept: Kept; readonly text: string }> => {
      if (pipeline === "") return { kept: NOTHING, text: "" };
      const current = await data(api.GET("/workflows/{id}", { params: { path: { id: pipeline } } }));
      const kept = { version: current.version, source: current.source };
      if (version === undefined) return { kept, text: kept.source };
      const older = await data(
        api.GET("/pipelines/{id}/versions/{version}", { params: { path: { id: pipeline, version } } }),
      );
      return { kept, text: older.source };
    },
    // The text under someone's hands does not change by itself.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
