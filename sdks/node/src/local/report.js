/** How jobs and runs went, as tests and the command line see it. */

import { readOutputs } from "../outputs.js";

/** @import { JobReport, LogLine } from "../../testing.js" */
/** @import { Result } from "../perform.js" */
/** @import { Program } from "../program.js" */

/**
 * @param {Program} program
 * @param {string} title
 * @param {Result} result
 * @param {readonly LogLine[]} log
 * @param {number} attempts
 * @returns {JobReport}
 */
export function reportOf(program, title, { outcome, message, outputs, added }, log, attempts) {
  return {
    title,
    outcome,
    message,
    outputs: readOutputs(outputs),
    log,
    added: added.map(({ job, ...one }) => ({ ...one, job: program.byId(job)?.title ?? "" })),
    attempts,
  };
}
