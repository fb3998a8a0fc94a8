import type { QueryClient } from "@tanstack/react-query";
import type { RunView } from "../client.ts";
import { setConnection } from "../connection.ts";
import { LiveStream } from "./stream.ts";

/** What lists depend on is asked again at most this often while runs change. */
const REFRESH_MS = 1_000;
/** Keys of queries that a change of any run makes old. */
const OF_RUNS: readonly string[] = [
  "runs",
  "overview",
  "inbox",
  "pipelines",
  "pipeline",
  "system",
  "triggers",
  "activity",
];

type RunListener = (run: RunView) => void;
const runListeners = new Set<RunListener>();

/** Told of every run that changed. */
export function onRun(listener: RunListener): () => void {
  runListeners.add(listener);
  return () => runListeners.delete(listener);
}

let stream: LiveStream | null = null;

/** Keeps the page live: the newest state of each run that changed, and what is not about one run. Once a page. */
export function openFeed(queries: QueryClient, signedOut: () => void): void {
  let since: number | null = null;
  const refresh = paced(() => {
    for (const key of OF_RUNS) void queries.invalidateQueries({ queryKey: [key] });
  });
  stream = new LiveStream("/api/v1/events", {
    opened: () => {
      // What was missed is in the stream, or a `reset` says that it is not.
      since = null;
      setConnection({ kind: "live" });
    },
    event: (kind, data) => {
      if (kind === "run") for (const listener of runListeners) listener(data as RunView);
      if (kind === "run" || kind === "note") refresh();
      if (kind === "reset") void queries.invalidateQueries();
    },
    broke: (retryAt) => {
      since ??= Date.now();
      setConnection({ kind: "offline", since, retryAt });
    },
    refused: (status) => {
      if (status === 401) signedOut();
    },
  });
}

/** Tries the connection at once. */
export function retryFeed(): void {
  stream?.retry();
}

/** At once, then at most each `REFRESH_MS`; the last call is never lost. */
function paced(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isDue = false;
  return () => {
    if (timer !== null) {
      isDue = true;
      return;
    }
    work();
    timer = setTimeout(function again() {
      timer = null;
      if (!isDue) return;
      isDue = false;
      work();
      timer = setTimeout(again, REFRESH_MS);
    }, REFRESH_MS);
  };
}
