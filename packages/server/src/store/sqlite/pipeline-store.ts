import type { PipelineStore, TriggerStore } from "../port.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Connection } from "./database.ts";
import { checkLimit } from "./page.ts";
import { pipelineOf, triggerOf } from "./rows.ts";
import { pipelineReader, triggerReader } from "./statements/read-pipelines.ts";

export function pipelineStore(database: Connection): PipelineStore {
  const reader = pipelineReader(database);
  return {
    async list(namespace, search, cursor, limit) {
      checkLimit(limit);
      const filter = { namespace, search };
      const after = cursor === null ? "" : decodeCursor(cursor, "pipelines", filter, ["string"])[0];
      const rows = reader.list(namespace, search, after, limit + 1);
      const items = rows.slice(0, limit).map(pipelineOf);
      const last = items.at(-1);
      const isEnd = rows.length <= limit || last === undefined;
      return { items, nextCursor: isEnd ? null : encodeCursor("pipelines", filter, [last.name]) };
    },
    newest: async (namespace, name) => pipelineOrNull(reader.newest(namespace, name)),
    version: async (namespace, name, version) => pipelineOrNull(reader.version(namespace, name, version)),
    versions: async (namespace, name, limit) => reader.versions(namespace, name, limit).map(pipelineOf),
  };
}

export function triggerStore(database: Connection): TriggerStore {
  const reader = triggerReader(database);
  return { all: async () => reader.all().map(triggerOf) };
}

function pipelineOrNull(row: Parameters<typeof pipelineOf>[0] | null): ReturnType<typeof pipelineOf> | null {
  return row === null ? null : pipelineOf(row);
}
