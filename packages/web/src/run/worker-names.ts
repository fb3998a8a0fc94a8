import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { systemQuery } from "../api/queries.ts";

/** Names of workers by the ids that events have; of one that is gone, the start of its id. */
export function useWorkerNames(): (id: string) => string {
  const workers = useQuery(systemQuery).data?.workers;
  const names = useMemo(() => new Map((workers ?? []).map(({ id, name }) => [id, name])), [workers]);
  return useCallback((id: string) => names.get(id) ?? shortId(id), [names]);
}

/** Ids of workers are long and random: what is read is their start. */
export function shortId(id: string): string {
  const start = /^worker_([0-9a-f]{4})[0-9a-f-]+$/.exec(id)?.[1];
  return start === undefined ? id : `worker ${start}…`;
}
