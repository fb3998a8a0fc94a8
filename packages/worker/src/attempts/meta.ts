import type { AttemptOrder } from "@gaia/core";
import type { Json } from "@gaia/launcher";
import { z } from "zod";

/** What the launcher keeps of an attempt, so that the next process of the worker can take it up. */
const attemptMeta = z.object({
  version: z.literal(1),
  name: z.object({ run: z.string(), job: z.number(), attempt: z.number(), token: z.number() }),
  timeoutMs: z.number().nullable().default(null),
  graceMs: z.number(),
  lease: z.boolean().default(false),
  executor: z.string(),
  /** The executor's own. */
  plan: z.json(),
});

export interface AttemptMeta {
  readonly order: AttemptOrder;
  readonly executor: string;
  readonly plan: Json;
}

export function metaJson({ order, executor, plan }: AttemptMeta): Json {
  const { run, job, attempt, token } = order.name;
  return {
    version: 1,
    name: { run, job, attempt, token },
    ...(order.timeoutMs !== null && { timeoutMs: order.timeoutMs }),
    graceMs: order.graceMs,
    ...(order.killWhenLeaseEnds && { lease: true }),
    executor,
    plan,
  };
}

/** Null: it was not left by a worker of a version that this one understands. */
export function parseMeta(json: Json): AttemptMeta | null {
  const parsed = attemptMeta.safeParse(json);
  if (!parsed.success) return null;
  const { name, timeoutMs, graceMs, lease, executor, plan } = parsed.data;
  return { order: { name, timeoutMs, graceMs, killWhenLeaseEnds: lease }, executor, plan };
}
