import type { DeliveryRow } from "../../port.ts";
import type { Connection } from "../database.ts";
import type { StoredDeliveryRow, StoredPipelineRow, StoredTriggerRow } from "../rows.ts";
import { type ContentRow, textOf } from "./content.ts";

export interface PipelineReader {
  /** Newest version of each pipeline that was not removed, by name, behind `afterName`. */
  list(
    namespace: string,
    search: string | null,
    afterName: string,
    limit: number,
  ): readonly StoredPipelineRow[];
  newest(namespace: string, name: string): StoredPipelineRow | null;
  version(namespace: string, name: string, version: number): StoredPipelineRow | null;
  versions(namespace: string, name: string, limit: number): readonly StoredPipelineRow[];
  /** Without their texts, which would be decompressed for nothing. */
  history(
    namespace: string,
    name: string,
    before: number | null,
    limit: number,
  ): readonly Omit<StoredPipelineRow, "source" | "definition">[];
}

export interface TriggerReader {
  all(): readonly StoredTriggerRow[];
  delivery(trigger: string, key: string): StoredDeliveryRow | undefined;
  lastDeliveries(triggers: readonly string[]): readonly StoredDeliveryRow[];
}

/** As in the table: the two texts are keys of contents. */
type Row = Omit<StoredPipelineRow, "source" | "definition"> & {
  readonly source: number;
  readonly definition: number;
};

const COLUMNS = `namespace, name, version, kind, hash, source, definition, origin,
  commit_id, commit_subject, at,
  actor_kind, actor_id, actor_via, paused, removed_at`;

export function pipelineReader(database: Connection): PipelineReader {
  const list = database.prepare<[string, string, string, number], Row>(
    `select ${COLUMNS} from pipeline
     where newest = 1 and namespace = ? and name > ? and removed_at is null and kind <> 'build' and instr(lower(name), lower(?)) > 0
     order by name limit ?`,
  );
  const newest = database.prepare<[string, string], Row>(
    `select ${COLUMNS} from pipeline where newest = 1 and namespace = ? and name = ?`,
  );
  const version = database.prepare<[string, string, number], Row>(
    `select ${COLUMNS} from pipeline where namespace = ? and name = ? and version = ?`,
  );
  const versions = database.prepare<[string, string, number], Row>(
    `select ${COLUMNS} from pipeline where namespace = ? and name = ? order by version desc limit ?`,
  );
  const history = database.prepare<[string, string, number, number], Row>(
    `select ${COLUMNS} from pipeline where namespace = ? and name = ? and version < ?
     order by version desc limit ?`,
  );
  const content = database.prepare<[number], ContentRow>("select codec, body from content where key = ?");

  function text(key: number): string {
    const row = content.get(key);
    if (row === undefined) throw new Error(`content ${key} is missing in the store`);
    return textOf(row);
  }

  function whole(row: Row): StoredPipelineRow {
    return { ...row, source: text(row.source), definition: text(row.definition) };
  }

  return {
    list: database.transaction((namespace: string, search: string | null, afterName: string, limit: number) =>
      list.all(namespace, afterName, search ?? "", limit).map(whole),
    ),
    newest: database.transaction((namespace: string, name: string) =>
      wholeOrNull(newest.get(namespace, name)),
    ),
    version: database.transaction((namespace: string, name: string, number: number) =>
      wholeOrNull(version.get(namespace, name, number)),
    ),
    versions: database.transaction((namespace: string, name: string, limit: number) =>
      versions.all(namespace, name, limit).map(whole),
    ),
    history: (namespace, name, before, limit) =>
      history.all(namespace, name, before ?? Number.MAX_SAFE_INTEGER, limit),
  };

  function wholeOrNull(row: Row | undefined): StoredPipelineRow | null {
    return row === undefined ? null : whole(row);
  }
}

const DELIVERY = "trigger_id, key, at, status, event, message, run";
const DELIVERY_STATUSES: readonly DeliveryRow["status"][] = ["started", "ignored", "failed", "looking"];

export function triggerReader(database: Connection): TriggerReader {
  const all = database.prepare<[], StoredTriggerRow>(
    "select id, namespace, pipeline, kind, spec, last_at, next_at, paused from pipeline_trigger order by id",
  );
  const delivery = database.prepare<[string, string], StoredDeliveryRow>(
    `select ${DELIVERY} from delivery where trigger_id = ? and key = ?`,
  );
  const last = database.prepare<[string, string], StoredDeliveryRow>(
    `select ${DELIVERY} from delivery where trigger_id = ? and status = ? order by at desc limit 1`,
  );
  return {
    all: () => all.all(),
    delivery: (trigger, key) => delivery.get(trigger, key),
    lastDeliveries: (triggers) =>
      triggers.flatMap((trigger) => DELIVERY_STATUSES.flatMap((status) => last.get(trigger, status) ?? [])),
  };
}
