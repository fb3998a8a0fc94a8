import { GaiaError } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { ProgramSourceRow } from "../store/port.ts";

/**
 * Where the versions of pipeline programs come from, in memory. Changes are made inside of batches, and what a batch has
 * changed is seen by what is decided behind it in the same batch; everybody else sees what is durable.
 */
export class Sources {
  readonly #rows = new Map<string, ProgramSourceRow>();
  /** What the batch under way has changed; null: it removed it. */
  readonly #ahead = new Map<string, ProgramSourceRow | null>();

  /** Takes up what the store remembers. */
  load(rows: readonly ProgramSourceRow[]): void {
    for (const row of rows) this.#rows.set(keyOf(row.namespace, row.pipeline), row);
  }

  all(): readonly ProgramSourceRow[] {
    return [...this.#rows.values()];
  }

  get(namespace: string, pipeline: string): ProgramSourceRow | null {
    return this.#rows.get(keyOf(namespace, pipeline)) ?? null;
  }

  /** As the batch under way has it. */
  inBatch(namespace: string, pipeline: string): ProgramSourceRow | null {
    const ahead = this.#ahead.get(keyOf(namespace, pipeline));
    return ahead === undefined ? this.get(namespace, pipeline) : ahead;
  }

  /** @throws GaiaError `not_found` when the batch under way finds it removed */
  refuseRemoved(namespace: string, pipeline: string): void {
    if (this.inBatch(namespace, pipeline) === null) throw removedJustNow(pipeline);
  }

  save(batch: Batch, row: ProgramSourceRow): void {
    batch.program({ kind: "source", row });
    this.#change(batch, keyOf(row.namespace, row.pipeline), row);
  }

  remove(batch: Batch, namespace: string, pipeline: string): void {
    batch.program({ kind: "source_removed", namespace, pipeline });
    this.#change(batch, keyOf(namespace, pipeline), null);
  }

  #change(batch: Batch, key: string, row: ProgramSourceRow | null): void {
    this.#ahead.set(key, row);
    batch.undo(() => this.#ahead.delete(key));
    batch.after(() => {
      this.#ahead.delete(key);
      if (row === null) this.#rows.delete(key);
      else this.#rows.set(key, row);
    });
  }
}

export function removedJustNow(pipeline: string): GaiaError {
  return new GaiaError("not_found", `The pipeline \`${pipeline}\` was removed just now.`);
}

function keyOf(namespace: string, pipeline: string): string {
  return `${namespace}\n${pipeline}`;
}
