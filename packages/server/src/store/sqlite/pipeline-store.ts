import type { CommitStatusStore, PipelineStore, ProgramStore, TriggerStore } from "../port.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { checkLimit } from "./page.ts";
import type { PointReads } from "./point-reads.ts";
import {
  commitStatusOf,
  deliveryOf,
  endedBuildOf,
  pipelineOf,
  sourceOf,
  type StoredPipelineRow,
  triggerOf,
  versionOf,
} from "./rows.ts";
import { commitStatusReader } from "./statements/read-commit-statuses.ts";
import { pipelineReader, triggerReader } from "./statements/read-pipelines.ts";
import { programReader } from "./statements/read-programs.ts";

export function pipelineStore({ database, read }: PointReads): PipelineStore {
  const reader = pipelineReader(database);
  return {
    async list(namespace, search, cursor, limit) {
      checkLimit(limit);
      const filter = { namespace, search };
      const after = cursor === null ? "" : decodeCursor(cursor, "pipelines", filter, ["string"])[0];
      const rows = await read(() => reader.list(namespace, search, after, limit + 1));
      const items = rows.slice(0, limit).map(pipelineOf);
      const last = items.at(-1);
      const isEnd = rows.length <= limit || last === undefined;
      return { items, nextCursor: isEnd ? null : encodeCursor("pipelines", filter, [last.name]) };
    },
    newest: (namespace, name) => read(() => pipelineOrNull(reader.newest(namespace, name))),
    version: (namespace, name, version) =>
      read(() => pipelineOrNull(reader.version(namespace, name, version))),
    versions: (namespace, name, limit) => read(() => reader.versions(namespace, name, limit).map(pipelineOf)),
    async history(namespace, name, before, limit) {
      checkLimit(limit);
      return await read(() => reader.history(namespace, name, before, limit).map(versionOf));
    },
  };
}

export function triggerStore({ database, read }: PointReads): TriggerStore {
  const reader = triggerReader(database);
  return {
    all: () => read(() => reader.all().map(triggerOf)),
    delivery: (trigger, key) =>
      read(() => {
        const row = reader.delivery(trigger, key);
        return row === undefined ? null : deliveryOf(row);
      }),
    lastDeliveries: (triggers) => read(() => reader.lastDeliveries(triggers).map(deliveryOf)),
  };
}

export function programStore({ database, read }: PointReads): ProgramStore {
  const reader = programReader(database);
  return {
    sources: () => read(() => reader.sources().map(sourceOf)),
    endedBuilds: () => read(() => reader.endedBuilds().map(endedBuildOf)),
  };
}

export function commitStatusStore({ database, read }: PointReads): CommitStatusStore {
  const reader = commitStatusReader(database);
  return {
    open: () => read(() => reader.open().map(commitStatusOf)),
    of: (run) =>
      read(() => {
        const row = reader.of(run);
        return row === undefined ? null : commitStatusOf(row);
      }),
  };
}

function pipelineOrNull(row: StoredPipelineRow | null): ReturnType<typeof pipelineOf> | null {
  return row === null ? null : pipelineOf(row);
}
