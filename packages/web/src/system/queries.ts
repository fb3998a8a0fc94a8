import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client.ts";

/** Beside `systemQuery`: whether the server takes work, and what is set. */

export type Settings = Schemas["Settings"];

export interface Readiness {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
}

/** `/ready` lies beside the API and answers with 503 what is amiss: both answers are one to read. */
export const readinessQuery = queryOptions({
  queryKey: ["system", "ready"],
  queryFn: async ({ signal }): Promise<Readiness> => {
    const response = await fetch("/ready", { signal, cache: "no-store" });
    const answer: unknown = await response.json();
    return readinessFrom(answer);
  },
});

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => data(api.GET("/settings", { signal })),
  // They are read at the start of the server.
  staleTime: 60_000,
});

function readinessFrom(answer: unknown): Readiness {
  const { status, checks } = answer as Partial<Readiness>;
  if (typeof status !== "string" || !Array.isArray(checks))
    throw new Error("/ready answered something else than checks.");
  return { status, checks };
}
