import type { GaiaError } from "@gaia/contracts";
import type { Value } from "@gaia/core";
import type { Batch } from "../../engine/batch.ts";
import type { HeldRun } from "../../engine/port.ts";
import type { Actor, StatusTarget, StatusWish, TriggerRow } from "../../store/port.ts";

/** What the trigger says of telling its forge; rows of an earlier Gaia say nothing. */
export function statusWish(row: TriggerRow, commit: string): StatusWish | null {
  const { status = null } = row.spec as { readonly status?: StatusTarget | null };
  return status === null ? null : { target: status, commit, trigger: row.id, pipeline: row.pipeline };
}

/** Starts a run with that id; `extra` is written in the same commit. Null: the pipeline is paused. */
export type StartOnTrigger = (order: {
  readonly namespace: string;
  readonly pipeline: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly id: string;
  readonly trigger: "webhook" | "git";
  readonly actor: Actor;
  readonly extra: (batch: Batch) => void;
  /** What a forge is told of the run; null: nothing. */
  readonly status: StatusWish | null;
}) => Promise<HeldRun | null>;

/** Whether an error is for now only: then nothing is kept, and it is tried again. */
export function mayPass({ code }: GaiaError): boolean {
  return code.startsWith("storage") || code === "unavailable" || code === "queue_full" || code === "internal";
}
