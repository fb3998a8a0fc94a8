import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { systemQuery } from "../../api/queries.ts";

const SAME = (worker: string): string => worker;

/** Events tell workers by their ids; people know their names. A worker that is not known any more keeps its id. */
export function useWorkerNames(isNeeded = true): (worker: string) => string {
  const system = useQuery({ ...systemQuery, enabled: isNeeded });
  const workers = system.data?.workers;
  return useMemo(() => {
    if (workers === undefined) return SAME;
    const names = new Map(workers.map(({ id, name }) => [id, name]));
    return (worker: string) => names.get(worker) ?? worker;
  }, [workers]);
}
