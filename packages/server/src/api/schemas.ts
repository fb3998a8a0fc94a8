import { job, jobStatus, LIMITS, run, runStatus } from "@gaia/contracts";
import { formatDuration, parseDuration } from "@gaia/core";
import { z } from "zod";

/** Shapes of parameters and answers that only this package needs: the others are in `contracts`. */

const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: "wants a whole number" })
    .transform(Number)
    .pipe(z.number().max(max, { error: `is at most ${max}` }));

const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: "wants a time such as 2026-11-21T09:00:00Z" })
  .transform((text) => Date.parse(text));

const flag = z
  .enum(["0", "1", "true", "false"], { error: "wants 1 or 0" })
  .transform((text) => text === "1" || text === "true");

export const limit = wholeNumber(LIMITS.pageItems)
  .pipe(z.number().min(1, { error: "is at least 1" }))
  .optional();
export const cursor = z.string().max(2_000).optional();
/** How long an answer may be held back: a duration of at most ten minutes. */
export const waitFor = durationBetween(0, 600_000);

/** A duration such as `1h30m`, in ms. */
export function durationBetween(leastMs: number, mostMs: number) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parseDuration(text);
      if (parsed.kind === "ok" && parsed.ms >= leastMs && parsed.ms <= mostMs) return parsed.ms;
      const limits = leastMs === 0 ? "" : ` and at least ${formatDuration(leastMs)}`;
      const message = parsed.kind === "ok" ? `is at most ${formatDuration(mostMs)}${limits}` : parsed.message;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .optional();
}
export const search = z.string().max(200).optional();
export const count = wholeNumber(Number.MAX_SAFE_INTEGER);
export { flag, time };

/** `failed,cancelled` */
export const runStatuses = listOfWords(runStatus);
export const jobStatuses = listOfWords(jobStatus);

/** Words with commas between them; each once. */
function listOfWords<T extends string>(word: z.ZodEnum<{ [K in T]: K }>) {
  const words: readonly string[] = word.options;
  const isWord = (text: string): text is T => words.includes(text);
  return z
    .string()
    .transform((text, context): readonly T[] => {
      const parts = text.split(",");
      const unknown = parts.find((part) => !isWord(part));
      if (unknown !== undefined) {
        context.addIssue({
          code: "custom",
          message: `\`${unknown}\` is no status; there are ${words.join(", ")}`,
        });
      }
      return [...new Set(parts.filter(isWord))];
    })
    .optional();
}

export const nothing = z.strictObject({});
export const runParams = z.strictObject({ ref: z.string().min(1) });
export const jobParams = z.strictObject({ ref: z.string().min(1), key: z.string().min(1) });
export const workflowParams = z.strictObject({ id: z.string().min(1) });
export const taskParams = z.strictObject({ id: z.string().min(1), task_id: z.string().min(1) });

export const health = z.object({ status: z.literal("alive"), version: z.string() });

export const readiness = z.object({
  status: z.enum(["ready", "not_ready"]),
  checks: z.array(
    z.object({ name: z.enum(["server", "store", "worker"]), ok: z.boolean(), message: z.string() }),
  ),
});

export const logText = z.object({
  logs: z.string(),
  size: z.number().int(),
  attempt: z.number().int(),
  ended: z.boolean(),
});

export const workflowStatus = z.object({
  id: z.string(),
  run_id: z.string(),
  number: z.number().int(),
  status: runStatus,
  reason: z.string(),
  progress: run.shape.progress,
  tasks: z.array(job),
  tasks_total: z.number().int(),
});

export const shutdownOrder = z.strictObject({ now: z.boolean().optional() });
export const backupOrder = z.strictObject({ path: z.string().min(1).max(4_096).nullable().optional() });
export const accepted = z.object({ accepted: z.literal(true) });
export const databaseCheck = z.object({ ok: z.boolean(), problems: z.array(z.string()) });
export const databaseCompact = z.object({ before_bytes: z.number(), after_bytes: z.number() });
export const databaseBackup = z.object({ path: z.string(), size_bytes: z.number() });
/** Where the browser goes: a path of this server, without a query. */
export const ticketOrder = z.strictObject({
  path: z
    .string()
    .max(2_000)
    .regex(/^\/(?!\/)[!-"$->@-[\]-~]*$/, { error: "wants a path of this server, such as /runs/run_01…" })
    .optional(),
});
