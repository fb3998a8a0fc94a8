import type { Batch } from "../engine/batch.ts";
import type { Workflow } from "../pipelines/index.ts";
import type { PipelineRow, TriggerRow } from "../store/port.ts";
import { digest } from "./firing.ts";

/** Triggers that do not start runs yet: kept, so that lists show them and say so. */
export class UnarmedTriggers {
  readonly #rows = new Map<string, TriggerRow>();

  /** Takes up what the store remembers. */
  take(rows: readonly TriggerRow[]): void {
    for (const row of rows) if (row.kind === "git") this.#rows.set(row.id, row);
  }

  /** A pipeline has a new version (or was paused, or removed): its triggers follow. */
  follow(batch: Batch, { namespace, name, paused, removedAt }: PipelineRow, workflow: Workflow): void {
    const wanted = new Map<string, TriggerRow>();
    for (const spec of removedAt === null ? workflow.triggers : []) {
      if (spec.kind !== "git") continue;
      const id = `trg_${digest(JSON.stringify([namespace, name, spec]))}`;
      const never = { lastAt: null, nextAt: null };
      wanted.set(id, { id, namespace, pipeline: name, kind: spec.kind, spec, ...never, paused });
    }
    for (const row of this.#rows.values()) {
      if (row.namespace !== namespace || row.pipeline !== name || wanted.has(row.id)) continue;
      batch.removeTrigger(row.id);
      batch.after(() => this.#rows.delete(row.id));
    }
    for (const row of wanted.values()) {
      batch.saveTrigger(row);
      batch.after(() => this.#rows.set(row.id, row));
    }
  }
}
