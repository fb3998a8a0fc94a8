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
  logMaxBytes: z.number().int().positive(),
  logDrop: z.boolean(),
});
export type ProcessSpec = z.infer<typeof processSpec>;
/** The value under which a rendered working folder arrives. */
export const WORK_DIR_VALUE = "@work_dir";
