import type { Connection } from "../database.ts";
import type { WireProgramChange } from "../wire.ts";

/** Writes what is remembered of pipeline programs beside their versions. */
export function programWriter(database: Connection): (change: WireProgramChange) => void {
  const putSource = database.prepare<(string | number | null)[]>(`
    insert or replace into program_source (namespace, pipeline, source, said_poll_ms, first_version, first_build, pinned_version,
                                           former_version, seen, last_build, missing_since)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const removeSource = database.prepare<[string, string]>(
    "delete from program_source where namespace = ? and pipeline = ?",
  );
  const putEnded = database.prepare<[string, number, string]>(
    "insert or replace into ended_build (run, at, body) values (?, ?, ?)",
  );
  const removeEnded = database.prepare<[string]>("delete from ended_build where run = ?");
  return (change) => {
    switch (change.kind) {
      case "source":
        putSource.run(
          change.namespace,
          change.pipeline,
          change.source,
          change.saidPollMs,
          change.firstVersion,
          change.firstBuild,
          change.pinned,
          change.former,
          change.seen,
          change.lastBuild,
          change.missingSince,
        );
        return;
      case "source_removed":
        removeSource.run(change.namespace, change.pipeline);
        return;
      case "build_ended":
        putEnded.run(change.run, change.at, change.body);
        return;
      case "build_settled":
        removeEnded.run(change.run);
        return;
    }
  };
}
