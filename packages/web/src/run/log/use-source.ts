import { useMemo, useSyncExternalStore } from "react";
import { LogSource, type LogState } from "./source.ts";

/** The log of one attempt, listened to while the component is shown. */
export function useLogSource(
  run: string,
  job: string,
  attempt: number,
): { readonly source: LogSource; readonly state: LogState } {
  const source = useMemo(() => new LogSource({ run, job, attempt }), [run, job, attempt]);
  return { source, state: useSyncExternalStore(source.subscribe, source.state) };
}
