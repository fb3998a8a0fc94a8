import { zstdDecompressSync } from "node:zlib";

import type { Connection } from "../database.ts";
import type { StoredEventRow } from "../rows.ts";

/** What a chunk of a packed run holds, as JSON in zstd. Bodies are the texts of the rows they come from. */
export interface Chunk {
  readonly format: 1;
  /** number, status, body */
  readonly jobs: readonly (readonly [number, string, string])[];
  /** seq, at, actor's kind, id and via, version, body */
  readonly events: readonly (readonly [number, number, string, string, string, number, string])[];
}

export interface ChunkReader {
  jobs(run: number): readonly { readonly number: number; readonly body: string }[];
  events(run: number, afterSeq: number, limit: number): readonly StoredEventRow[];
}

interface ChunkBody {
  readonly body: Buffer;
}

export function chunkReader(database: Connection): ChunkReader {
  const withJobs = database.prepare<[number], ChunkBody>(
    "select body from run_chunk where run = ? and jobs > 0 order by chunk",
  );
  const withEvents = database.prepare<[number, number], ChunkBody>(
    "select body from run_chunk where run = ? and last_seq > ? order by chunk",
  );
  return {
    jobs: (run) =>
      withJobs
        .all(run)
        .flatMap((row) => chunkOf(row.body).jobs.map(([number, , body]) => ({ number, body }))),
    events(run, afterSeq, limit) {
      const rows: StoredEventRow[] = [];
      for (const row of withEvents.iterate(run, afterSeq)) {
        for (const [seq, at, actor_kind, actor_id, actor_via, version, body] of chunkOf(row.body).events) {
          if (seq <= afterSeq) continue;
          rows.push({ position: null, seq, at, actor_kind, actor_id, actor_via, version, body });
          if (rows.length === limit) return rows;
        }
      }
      return rows;
    },
  };
}

function chunkOf(body: Buffer): Chunk {
  return JSON.parse(zstdDecompressSync(body).toString()) as Chunk;
}
