import { z } from "zod";
import { actor, listOf } from "./api.ts";
import { LIMITS } from "./limits.ts";

/** What REST says of secrets. Only `secretValue` carries a value. Fields are only ever added. */

export const secret = z.object({
  name: z.string(),
  description: z.string(),
  scopes: z.array(z.string()).describe("Patterns of pipelines' names that may read it; empty: all."),
  version: z.number().int().describe("The newest."),
  created_at: z.string(),
  updated_at: z.string(),
  actor: actor.describe("Who changed it last."),
  used_by: z
    .array(
      z.object({
        pipeline: z.string(),
        tasks: z.array(z.string()),
        allowed: z.boolean().describe("Its scopes let the pipeline read it."),
      }),
    )
    .describe(
      "Pipelines whose tasks name it, or (without a task) a webhook; not those that get its name by an input.",
    ),
});
export type SecretView = z.infer<typeof secret>;

export const secretList = listOf(secret);

export const secretVersion = z.object({ version: z.number().int(), at: z.string(), actor });
export type SecretVersionView = z.infer<typeof secretVersion>;

export const secretVersionList = listOf(secretVersion);

/** One version has gone; the secret is still there. */
export const removedVersion = z.object({ removed: z.string(), version: z.number().int() });
export type RemovedVersion = z.infer<typeof removedVersion>;

export const setSecret = z.strictObject({
  name: z.string().max(LIMITS.nameCharacters),
  value: z.string().optional().describe("Left out: only what is said of it changes."),
  description: z.string().optional().describe("Left out: as before."),
  scopes: z
    .array(z.string())
    .optional()
    .describe(
      "Names of pipelines that may read it, `*` for any text. Left out: as before; of a new one all.",
    ),
});

export const revealSecret = z.strictObject({
  version: z.number().int().min(1).optional().describe("The newest when left out."),
});

export const secretValue = z.object({ name: z.string(), version: z.number().int(), value: z.string() });
export type SecretValue = z.infer<typeof secretValue>;

export const vault = z.object({
  ready: z.boolean(),
  problem: z.string().describe("Empty, or why its secrets cannot be read or changed, and what to do."),
  key_from: z.enum(["file", "environment"]),
  key_place: z.string().describe("The file's path, or the variable's name."),
  key_id: z.string().nullable().describe("Tells one master key from another; null before the first secret."),
});
export type VaultView = z.infer<typeof vault>;

export const rotation = z.object({
  key_id: z.string(),
  rewrapped: z.number().int().describe("Versions that were wrapped by the new key."),
  damaged: z.number().int().describe("Versions that no key opens any more."),
});
export type RotationView = z.infer<typeof rotation>;
