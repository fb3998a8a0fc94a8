import type { Connection } from "../database.ts";
import type { StoredSourceRow } from "../rows.ts";

export interface ProgramReader {
  sources(): readonly StoredSourceRow[];
  endedBuilds(): readonly { readonly body: string }[];
}

export function programReader(database: Connection): ProgramReader {
  const sources = database.prepare<[], StoredSourceRow>(
    `select namespace, pipeline, source, said_poll_ms, first_version, first_build, pinned_version, former_version, seen,
       last_build, missing_since
     from program_source order by namespace, pipeline`,
  );
  const ended = database.prepare<[], { body: string }>("select body from ended_build order by at, run");
  return { sources: () => sources.all(), endedBuilds: () => ended.all() };
}
