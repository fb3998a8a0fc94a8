import type { Engine } from "../engine/engine.ts";
import type { Published } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";

/** A line in the log for each run that begins and for each that ends. Answers with how to stop. */
export function logRuns(engine: Engine, log: Logger): () => void {
  return engine.hub.subscribe((published) => {
    for (const entry of published) if (entry.kind === "run") logRun(log, entry);
  });
}

function logRun(log: Logger, { run, header, events }: Extract<Published, { kind: "run" }>): void {
  for (const { event, actor } of events) {
    if (event.kind === "run.created") {
      const { pipeline: workflow, number, jobs, trigger } = event;
      log.info({ run, workflow, number, jobs, trigger, by: actor.id }, "a run was created");
    } else if (event.kind === "run.ended") {
      const { startedAt, endedAt } = header;
      const durationMs = startedAt === null || endedAt === null ? null : endedAt - startedAt;
      log.info({ run, status: event.status, durationMs }, "a run has ended");
    }
  }
}
