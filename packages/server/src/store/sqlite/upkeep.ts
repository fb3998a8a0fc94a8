import { statSync } from "node:fs";

import type { RetentionPolicy, Upkeep } from "../port.ts";
import { schemaVersion } from "./migrate.ts";
import type { PointReads } from "./point-reads.ts";
import type { ReaderOffers, ReaderThread } from "./reader-thread.ts";
import { PACK_START, type PackCandidate, type PackPlace } from "./statements/build-chunk.ts";
import { fileBytesReader } from "./statements/file-sizes.ts";
import type { PruneCandidate } from "./statements/prune-candidates.ts";
import type { Thread } from "./thread.ts";
import type { WriterOffers } from "./writer-thread.ts";

/** What the upkeep works with. */
export interface UpkeepParts {
  readonly file: string;
  readonly points: PointReads;
  readonly writer: Thread<WriterOffers>;
  readonly reader: ReaderThread;
  /** Starts a further reader, for work of seconds. */
  startReader(): Promise<Thread<ReaderOffers>>;
}

/** Runs removed in one transaction, and free pages (4 KiB) given back in one: a few milliseconds each. */
const RUNS_AT_ONCE = 20;
const PAGES_AT_ONCE = 1_000;

/** Long duties in many short steps: between two of them the writer serves commits, and the reader lists. */
export function upkeepOf(parts: UpkeepParts): Upkeep {
  const { file, points, writer, reader } = parts;
  const countRuns = points.database.prepare<[], { count: number }>("select count(*) as count from run");
  const fileSum = fileBytesReader(points.database);
  const inTurn = turns();

  async function pack(endedBefore: number, limit: number): Promise<{ packed: number; left: boolean }> {
    const found = await reader.call("packable", { endedBefore, limit: limit + 1 });
    const chosen = found.slice(0, limit);
    for (const run of chosen) await packRun(writer, reader, run);
    return { packed: chosen.length, left: found.length > limit };
  }

  async function prune(
    policy: RetentionPolicy,
    now: number,
    limit: number,
  ): Promise<{ removed: { id: string; createdAt: number }[]; left: boolean }> {
    const { runs, left } = await reader.call("prunable", { policy, now, limit });
    const removed: { id: string; createdAt: number }[] = [];
    for (let first = 0; first < runs.length; first += RUNS_AT_ONCE) {
      const step = runs.slice(first, first + RUNS_AT_ONCE);
      removed.push(...(await removeRuns(writer, reader, step)));
    }
    return { removed, left };
  }

  async function sweep(now: number): Promise<void> {
    let isMore = true;
    while (isMore) isMore = await writer.call("removeLeftovers", now);
  }

  async function compact(): Promise<{ beforeBytes: number; afterBytes: number }> {
    const beforeBytes = fileBytes(file) + walBytes(file);
    let isMore = true;
    while (isMore) isMore = await writer.call("shrink", PAGES_AT_ONCE);
    await writer.call("checkpoint", undefined);
    return { beforeBytes, afterBytes: fileBytes(file) + walBytes(file) };
  }

  async function aside<T>(work: (thread: Thread<ReaderOffers>) => Promise<T>): Promise<T> {
    const thread = await parts.startReader();
    try {
      return await work(thread);
    } finally {
      await thread.end();
    }
  }

  return {
    pack: (endedBefore, limit) => inTurn(() => pack(endedBefore, limit)),
    prune: (policy, now, limit) => inTurn(() => prune(policy, now, limit)),
    unmeasured: (limit) => reader.call("unmeasured", limit),
    measured: (sizes) => inTurn(async () => void (await writer.call("measured", sizes))),
    sweep: (now) => inTurn(() => sweep(now)),
    compact: () => inTurn(compact),
    check: () => aside((thread) => thread.call("check", undefined)),
    backup: (path) => aside(async (thread) => ({ sizeBytes: await thread.call("backup", path) })),
    size: () =>
      points.read(() => ({
        sizeBytes: fileBytes(file),
        walBytes: walBytes(file),
        fileBytes: fileSum(),
        runs: countRuns.get()?.count ?? 0,
        schemaVersion: schemaVersion(points.database),
      })),
  };
}

async function packRun(
  writer: Thread<WriterOffers>,
  reader: ReaderThread,
  { key, packed }: PackCandidate,
): Promise<void> {
  let rowsLeft = packed === 1;
  let place: PackPlace | null = packed === 0 ? PACK_START : null;
  for (let index = 0; place !== null; index += 1) {
    const step = await reader.call("packStep", { run: key, place });
    if (step === null) return;
    const { version, chunk, next } = step;
    ({ rowsLeft } = await writer.call("addChunk", {
      run: key,
      version,
      index,
      chunk,
      isLast: next === null,
    }));
    place = next;
  }
  while (rowsLeft) ({ rowsLeft } = await writer.call("removeRows", key));
}

/** A run is packed first: that takes its rows away in short steps, however many there are. */
async function removeRuns(
  writer: Thread<WriterOffers>,
  reader: ReaderThread,
  runs: readonly PruneCandidate[],
): Promise<{ id: string; createdAt: number }[]> {
  for (const run of runs) if (run.isLarge) await packRun(writer, reader, run);
  const removed = new Set(
    await writer.call(
      "removeRuns",
      runs.map((run) => run.key),
    ),
  );
  return runs.filter((run) => removed.has(run.key)).map(({ id, createdAt }) => ({ id, createdAt }));
}

/** One after the other: two duties at once would only get in each other's way. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

function fileBytes(file: string): number {
  return statSync(file).size;
}

function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
