import { z } from "zod";

/**
 * What a `process` attempt does: made from a workflow file by the server, performed by the worker.
 * No value of a variable is part of `command`; each arrives as an environment variable.
 */
export const processSpec = z.strictObject({
  /** Shell text. `${name}` of the workflow was replaced by a quoted `GAIA_VALUE_n` or `GAIA_SECRET_n` variable. */
  command: z.string(),
  /** Program and arguments that read the command as their last argument. */
  shell: z.array(z.string()).min(1),
  /** As the user wrote it, for the screen. */
  shown: z.string(),
  /** Literal variables; those with placeholders come rendered, as the assignment's values. */
  environment: z.record(z.string(), z.string()),
  /** Environment variable -> name of the secret. */
  secrets: z.record(z.string(), z.string()),
  /** Relative to the run's folder of definition; null: that folder itself. A rendered value `@work_dir` wins. */
  workDir: z.string().nullable(),
  /** Names that must be in $GAIA_OUTPUT when the task succeeds; empty: any. */
  outputs: z.array(z.string()),
  /** Globs, relative to work_dir, copied to the attempt's artifacts when it ends. */
  artifacts: z.array(z.string()),
  /** Exit codes that count as success. */
  successCodes: z.array(z.number().int()),
  /** What is kept from one run to the next. Key and `restore` come rendered, as the assignment's values. */
  cache: z
    .strictObject({
      /** Relative to work_dir, sorted. */
      paths: z.array(z.string()).min(1),
      /** Globs, relative to work_dir, sorted. */
      files: z.array(z.string()),
      /** How many values `@cache_restore_N` there are, from 0. */
      restore: z.number().int(),
    })
    .optional(),
  logMaxBytes: z.number().int().positive(),
  logDrop: z.boolean(),
});
export type ProcessSpec = z.infer<typeof processSpec>;
/** Values that start so are for the executor, and no environment variables. */
export const OWN_VALUE = "@";
/** The value under which a rendered working folder arrives. */
export const WORK_DIR_VALUE = "@work_dir";
/** The value under which the key of the cache arrives. */
export const CACHE_KEY_VALUE = "@cache_key";

/** The value under which the beginning of another key arrives, numbered from 0. */
export function cacheRestoreValue(index: number): string {
  return `@cache_restore_${index}`;
}
