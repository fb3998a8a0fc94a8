import type { DeliveryRow } from "../../port.ts";
import type { Connection } from "../database.ts";
import type { WirePipeline, WireTrigger } from "../wire.ts";
import { contentWriter, READABLE_DEFINITION_BYTES } from "./content.ts";

/** Definitions and what starts them. */
export interface PipelineWriter {
  /** Adds a version, or replaces the one with this number. */
  pipeline(row: WirePipeline): void;
  trigger(row: WireTrigger): void;
  removeTrigger(id: string): void;
  delivery(row: DeliveryRow): void;
}

export function pipelineWriter(database: Connection): PipelineWriter {
  const newestVersion = database.prepare<[string, string], { version: number }>(
    "select version from pipeline where namespace = ? and name = ? and newest = 1",
  );
  const demote = database.prepare<[string, string]>(
    "update pipeline set newest = 0 where namespace = ? and name = ? and newest = 1",
  );
  const upsert = database.prepare<(string | number | null)[]>(`
    insert into pipeline (namespace, name, version, newest, kind, hash, source, definition, origin,
                          commit_id, commit_subject, at, actor_kind, actor_id, actor_via, paused, removed_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (namespace, name, version) do update set
      kind = excluded.kind, hash = excluded.hash, source = excluded.source, definition = excluded.definition,
      origin = excluded.origin, commit_id = excluded.commit_id, commit_subject = excluded.commit_subject,
      at = excluded.at, actor_kind = excluded.actor_kind, actor_id = excluded.actor_id,
      actor_via = excluded.actor_via, paused = excluded.paused, removed_at = excluded.removed_at`);
  const putTrigger = database.prepare<(string | number | null)[]>(`
    insert or replace into pipeline_trigger (id, namespace, pipeline, kind, spec, last_at, next_at, paused)
    values (?, ?, ?, ?, ?, ?, ?, ?)`);
  const removeTrigger = database.prepare<[string]>("delete from pipeline_trigger where id = ?");
  const putDelivery = database.prepare<(string | number | null)[]>(`
    insert or replace into delivery (trigger_id, key, at, status, event, message, run)
    values (?, ?, ?, ?, ?, ?, ?)`);
  const keep = contentWriter(database);
  const keepReadable = contentWriter(database, READABLE_DEFINITION_BYTES);

  return {
    pipeline(row) {
      const { namespace, name, version, actor } = row;
      const newest = newestVersion.get(namespace, name)?.version ?? 0;
      if (version > newest) demote.run(namespace, name);
      upsert.run(
        namespace,
        name,
        version,
        version >= newest ? 1 : 0,
        row.kind,
        row.hash,
        keep(row.source),
        keepReadable(row.definition),
        row.origin,
        row.commit?.id ?? null,
        row.commit?.subject ?? null,
        row.at,
        actor.kind,
        actor.id,
        actor.via,
        row.paused,
        row.removedAt,
      );
    },
    trigger(row) {
      const { id, namespace, pipeline, kind, spec, lastAt, nextAt, paused } = row;
      putTrigger.run(id, namespace, pipeline, kind, spec, lastAt, nextAt, paused);
    },
    removeTrigger(id) {
      removeTrigger.run(id);
    },
    delivery({ trigger, key, at, status, event, message, run }) {
      putDelivery.run(trigger, key, at, status, event, message, run);
    },
  };
}
