import type { Published } from "../engine/port.ts";
import type { ApiDeps } from "./port.ts";
import type { OpenStreams } from "./streams/open-streams.ts";

/** Counts what ends, and lets a scrape ask for the rest. Answers with how to stop. */
export function measure(deps: ApiDeps, streams: OpenStreams): () => void {
  const { engine, metrics, settings, store, workers } = deps;
  const { planner } = engine.dispatch;
  metrics.watch({
    liveRuns: () => engine.live.size,
    queuedJobs: () => planner.size,
    attempts: () => workers.known.reduce((sum, { hello }) => sum + planner.held(hello.worker_id), 0),
    inbox: () => engine.inboxSize,
    timers: () => engine.timers,
    eventStreams: () => streams.size,
    workers: () => ({ connected: workers.connectedCount, known: workers.known.length }),
    database: () => store.upkeep.size(),
    runs: () => store.runs.count({ namespace: settings.namespace }),
  });
  return engine.hub.subscribe((published) => {
    for (const entry of published) if (entry.kind === "run") countEnds(deps, entry);
  });
}

function countEnds({ metrics }: ApiDeps, { events }: Extract<Published, { kind: "run" }>): void {
  for (const { event } of events) {
    if (event.kind === "run.ended") metrics.ended("run", event.status);
    else if (event.kind === "job.ended") metrics.ended("job", event.status);
    else if (event.kind === "attempt.ended")
      metrics.ended("attempt", event.reason.kind === "attempt" ? event.reason.outcome : event.reason.kind);
    else if (event.kind === "child.ended") metrics.ended("attempt", event.outcome);
  }
}
