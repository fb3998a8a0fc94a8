import { Cancelled } from "./errors.js";
import { perform } from "./perform.js";

/** @import { Call } from "./context.js" */
/** @import { Result } from "./perform.js" */
/** @import { Declared, Program } from "./program.js" */

/** How long a job that has had its time may take to end. */
const GRACE_MS = 1_000;

/**
 * Performs an attempt, and ends it at the job's timeout: where Gaia does not.
 * @param {Program} program
 * @param {Declared} declared
 * @param {Omit<Call, "signal">} call
 * @param {AbortController} control
 * @returns {Promise<Result>}
 */
export async function performWithin(program, declared, call, control) {
  const { timeoutMs } = declared;
  const performed = perform(program, declared, { ...call, signal: control.signal });
  if (timeoutMs === null) return performed;
  const timedOut = new Cancelled("timed_out");
  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  /** @type {Promise<Result | null>} */
  const givenUp = new Promise((resolve) => {
    const abort = () => {
      control.abort(timedOut);
      timers.push(setTimeout(() => resolve(null), GRACE_MS));
    };
    timers.push(setTimeout(abort, timeoutMs));
  });
  const result = await Promise.race([performed, givenUp]);
  for (const timer of timers) clearTimeout(timer);
  if (control.signal.reason !== timedOut || result?.outcome === "succeeded") return result ?? performed;
  const message = `timed out after ${timeoutMs} ms`;
  return { outcome: "failed", message, outputs: {}, added: [] };
}
