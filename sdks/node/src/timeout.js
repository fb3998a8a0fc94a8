import { Cancelled } from "./errors.js";
import { perform } from "./perform.js";

/** @import { Call } from "./context.js" */
/** @import { Result } from "./perform.js" */
/** @import { Declared, Program } from "./program.js" */

/** How long a job that has had its time may take to end. */
const GRACE_MS = 1_000;
/** Node's timers take no more, and fire at once for a longer time. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

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
  let callOff = () => {};
  /** @type {Promise<Result | null>} */
  const givenUp = new Promise((resolve) => {
    const abort = () => {
      control.abort(timedOut);
      callOff = after(GRACE_MS, () => resolve(null));
    };
    callOff = after(timeoutMs, abort);
  });
  const result = await Promise.race([performed, givenUp]);
  callOff();
  if (control.signal.reason !== timedOut || result?.outcome === "succeeded") return result ?? performed;
  const message = `timed out after ${timeoutMs} ms`;
  return { outcome: "failed", message, outputs: {}, added: [] };
}

/**
 * Calls something in so many milliseconds, which may be years, unless it is called off.
 * @param {number} ms
 * @param {() => void} call
 * @returns {() => void} calls it off
 */
function after(ms, call) {
  /** @type {NodeJS.Timeout} */
  let timer;
  const arm = (/** @type {number} */ left) => {
    const next = Math.min(left, LONGEST_TIMER_MS);
    timer = setTimeout(() => (left > next ? arm(left - next) : call()), next);
  };
  arm(ms);
  return () => clearTimeout(timer);
}
