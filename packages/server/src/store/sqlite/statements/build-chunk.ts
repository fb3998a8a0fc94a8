import { zstdCompressSync } from "node:zlib";

import type { Connection } from "../database.ts";
import type { Chunk } from "./chunks.ts";

/** A chunk on its way into the store. */
export interface PackedChunk {
  readonly jobs: number;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly body: Uint8Array;
}

/** How far the packing of a run has come: the next job, and the last event. */
export interface PackPlace {
  readonly job: number;
  readonly seq: number;
}

export interface PackStep {
  readonly version: number;
  readonly chunk: PackedChunk;
  /** Null: that was the last one. */
  readonly next: PackPlace | null;
}

/** A run to pack. `packed` is 1 when only its rows are left to be removed. */
export interface PackCandidate {
  readonly key: number;
  readonly packed: number;
}

/** The reading half of packing. */
export interface ChunkBuilder {
  candidates(endedBefore: number, limit: number): readonly PackCandidate[];
  step(run: number, place: PackPlace): PackStep | null;
}

/** Rows and JSON of one chunk: about 10 ms to read and compress, and to open again for a page of events. */
const CHUNK_ROWS = 2_000;
const CHUNK_CHARACTERS = 2_000_000;

export const PACK_START: PackPlace = { job: 0, seq: 0 };

interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly actor_via: string;
  readonly version: number;
  readonly body: string;
}

export function chunkBuilder(database: Connection): ChunkBuilder {
  const candidates = database.prepare<[number, number], PackCandidate>(
    `select key, packed from run indexed by run_unpacked
     where packed < 2 and status in ('completed', 'failed', 'cancelled') and ended_at < ? order by ended_at limit ?`,
  );
  const version = database.prepare<[number], { version: number }>("select version from run where key = ?");
  const jobs = database.prepare<[number, number], { number: number; status: string; body: string }>(
    "select number, status, body from job where run = ? and number >= ? order by number",
  );
  const events = database.prepare<[number, number], EventRow>(
    `select seq, at, actor_kind, actor_id, actor_via, version, body
     from event where run = ? and seq > ? order by seq`,
  );

  function step(run: number, place: PackPlace): PackStep | null {
    const found = version.get(run);
    if (found === undefined) return null;
    const filling = new Filling();
    for (const { number, status, body } of jobs.iterate(run, place.job)) {
      if (!filling.takes(body))
        return { version: found.version, ...filling.close({ job: number, seq: place.seq }) };
      filling.jobs.push([number, status, body]);
    }
    for (const row of events.iterate(run, place.seq)) {
      const { seq, at, version: eventVersion, body } = row;
      const next = { job: Number.MAX_SAFE_INTEGER, seq: seq - 1 };
      if (!filling.takes(body)) return { version: found.version, ...filling.close(next) };
      filling.events.push([seq, at, row.actor_kind, row.actor_id, row.actor_via, eventVersion, body]);
    }
    return { version: found.version, ...filling.close(null) };
  }

  return {
    candidates: (endedBefore, limit) => candidates.all(endedBefore, limit),
    step: database.transaction(step),
  };
}

class Filling {
  readonly jobs: Chunk["jobs"][number][] = [];
  readonly events: Chunk["events"][number][] = [];
  #rows = 0;
  #characters = 0;

  /** Whether a row with this body still goes in; one always does. */
  takes(body: string): boolean {
    const isFull = this.#rows >= CHUNK_ROWS || this.#characters + body.length > CHUNK_CHARACTERS;
    if (isFull && this.#rows > 0) return false;
    this.#rows += 1;
    this.#characters += body.length;
    return true;
  }

  close(next: PackPlace | null): Omit<PackStep, "version"> {
    const { jobs, events } = this;
    const content: Chunk = { format: 1, jobs, events };
    const chunk: PackedChunk = {
      jobs: jobs.length,
      firstSeq: events[0]?.[0] ?? null,
      lastSeq: events.at(-1)?.[0] ?? null,
      body: zstdCompressSync(JSON.stringify(content)),
    };
    return { chunk, next };
  }
}
