import type { Batch } from "../../engine/batch.ts";
import type { GitTrigger, WebhookTrigger, Workflow } from "../../pipelines/index.ts";
import type { PipelineRow, TriggerRow } from "../../store/port.ts";
import { digest } from "../firing.ts";
import { isPolled, type PolledSpec } from "./polling.ts";

/** Webhooks and git triggers, in memory: those that are called, and those whose repositories are looked at. */
export class ArmedTriggers {
  readonly #rows = new Map<string, TriggerRow>();

  /** Takes up what the store remembers. */
  load(rows: readonly TriggerRow[]): void {
    for (const row of rows) if (row.kind === "webhook" || row.kind === "git") this.#rows.set(row.id, row);
  }

  /** A pipeline has a new version, was paused, or removed. */
  follow(batch: Batch, { namespace, name, paused, removedAt }: PipelineRow, workflow: Workflow): void {
    const wanted = new Map<string, TriggerRow>();
    for (const spec of removedAt === null ? workflow.triggers : []) {
      if (spec.kind !== "webhook" && spec.kind !== "git") continue;
      const id = idOf(namespace, name, spec.name);
      const known = this.#rows.get(id);
      wanted.set(id, {
        id,
        namespace,
        pipeline: name,
        kind: spec.kind,
        spec: withSeen(spec, known, paused),
        lastAt: known?.lastAt ?? null,
        nextAt: null,
        paused,
      });
    }
    for (const row of this.#rows.values())
      if (row.namespace === namespace && row.pipeline === name && !wanted.has(row.id))
        this.#remove(batch, row);
    for (const row of wanted.values()) this.save(batch, row);
  }

  /** Null: there is none of that name. */
  named(namespace: string, pipeline: string, name: string): TriggerRow | null {
    return this.row(idOf(namespace, pipeline, name));
  }

  /** As it is now; null: there is none. */
  row(id: string): TriggerRow | null {
    return this.#rows.get(id) ?? null;
  }

  /** Git triggers of which no forge tells. */
  polled(): readonly TriggerRow[] {
    return [...this.#rows.values()].filter((row) => {
      const trigger = triggerOf(row);
      return trigger.kind === "git" && isPolled(trigger);
    });
  }

  /** Keeps what becomes of a trigger; known at once, so that whatever else the batch does builds on it. */
  save(batch: Batch, row: TriggerRow): void {
    batch.saveTrigger(row);
    this.#change(batch, row.id, row);
  }

  #remove(batch: Batch, { id }: TriggerRow): void {
    batch.removeTrigger(id);
    this.#change(batch, id, null);
  }

  #change(batch: Batch, id: string, row: TriggerRow | null): void {
    const before = this.row(id);
    this.#put(id, row);
    batch.undo(() => this.#put(id, before));
  }

  #put(id: string, row: TriggerRow | null): void {
    if (row === null) this.#rows.delete(id);
    else this.#rows.set(id, row);
  }
}

/** Written by `follow`. */
export function triggerOf(row: TriggerRow): WebhookTrigger | GitTrigger {
  return row.spec as WebhookTrigger | GitTrigger;
}

/** What was seen of a repository stays known as long as it is looked at; a pause forgets it, for nothing is made up for. */
function withSeen(
  spec: WebhookTrigger | GitTrigger,
  known: TriggerRow | undefined,
  paused: boolean,
): WebhookTrigger | PolledSpec {
  if (spec.kind !== "git" || !isPolled(spec) || known === undefined || paused) return spec;
  const { kind, repository, seen } = known.spec as PolledSpec;
  return kind === "git" && repository === spec.repository && seen !== undefined ? { ...spec, seen } : spec;
}

/** Of its place, not of what it says: what was delivered is known again when that changes. */
function idOf(namespace: string, pipeline: string, name: string): string {
  return `trg_${digest(JSON.stringify([namespace, pipeline, "webhook", name]))}`;
}
