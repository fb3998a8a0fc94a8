import { z } from "zod";
import { runDetail } from "./api.ts";

/**
 * What is in `workflows/executions/{id}.json`: an ended run as `GET /runs/{id}` answers, for people and their tools.
 * A run of more than 1,000 jobs has none of them here, only their number (`jobs_total`).
 */
export const executionCopy = runDetail.omit({ cursor: true }).extend({
  /** Of this file. */
  format: z.literal(1),
  /** Logs, summaries and artifacts, from the home folder. */
  folder: z.string(),
});
export type ExecutionCopy = z.infer<typeof executionCopy>;
