/** Performs one attempt of a job, and says how it went: nothing that a function throws comes out of here. */

import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { convert } from "./arguments.js";
import { contextOf } from "./context.js";
import { ArgumentError, ERR_EXIT_PIPELINE, ExitPipeline, Skip } from "./errors.js";
import { cutText } from "./text.js";

/** @import { Added, Call } from "./context.js" */
/** @import { Declared, Program } from "./program.js" */

/** Gaia keeps no more of a message. */
const MESSAGE_BYTES = 65_536;
/** Lines of a stack in them are no news to a job's author. */
const OWN_FILES = new URL(".", import.meta.url).href;
const UNMET = "its condition does not hold";
/** Getters and proxies can. */
const UNSPEAKABLE = "something that throws when it is looked at";

/**
 * How an attempt ended.
 * @typedef {object} Result
 * @property {"succeeded" | "failed" | "exited" | "skipped" | "cancelled"} outcome
 * @property {string} message
 * @property {Record<string, string>} outputs each as JSON; of a success
 * @property {readonly Added[]} added of a success
 */

/**
 * The attempt whose code runs: what it throws where nobody waits for it is its failure.
 * @type {AsyncLocalStorage<{ settled: boolean, fail: (thrown: unknown) => void }>}
 */
const current = new AsyncLocalStorage();

/**
 * @param {Program} program
 * @param {Declared} declared
 * @param {Call} call
 * @returns {Promise<Result>}
 */
export async function perform(program, declared, call) {
  try {
    return await guarded(async () => {
      const args = convert(declared.args, call.args);
      const { context, gathered } = contextOf(program, call, args);
      const reason = await reasonToSkip(declared, context);
      if (reason !== null) return ended("skipped", reason);
      // What has been asked to end before it began does not begin.
      call.signal.throwIfAborted();
      await declared.run(context);
      return { ...ended("succeeded", ""), outputs: gathered.outputs, added: gathered.added };
    });
  } catch (thrown) {
    return resultOfThrown(thrown, call);
  }
}

/**
 * What is thrown out of a timer or another callback, or rejected where nobody waits for it, is the failure of the job
 * that began it. `late`: that job has ended already; `none`: no job began it.
 * @param {unknown} thrown
 * @returns {"failed" | "late" | "none"}
 */
export function failCurrentJob(thrown) {
  const attempt = current.getStore();
  if (attempt === undefined) return "none";
  if (attempt.settled) return "late";
  attempt.fail(thrown);
  return "failed";
}

/**
 * @template Value
 * @param {() => Promise<Value>} work
 * @returns {Promise<Value>}
 */
async function guarded(work) {
  const attempt = { settled: false, fail: (/** @type {unknown} */ _thrown) => {} };
  try {
    return await new Promise((resolve, reject) => {
      attempt.fail = reject;
      void current.run(attempt, () => work().then(resolve, reject));
    });
  } finally {
    attempt.settled = true;
  }
}

/**
 * @param {Declared} declared
 * @param {unknown} context
 */
async function reasonToSkip({ when }, context) {
  const answer = when === null ? true : await when(context);
  if (answer instanceof Skip) return answer.reason;
  return answer === false ? UNMET : null;
}

/**
 * @param {unknown} thrown
 * @param {Call} call
 */
function resultOfThrown(thrown, call) {
  try {
    return judged(thrown, call);
  } catch {
    return ended("failed", `the job threw ${UNSPEAKABLE}`);
  }
}

/**
 * @param {unknown} thrown
 * @param {Call} call
 */
function judged(thrown, { signal, host }) {
  if (thrown instanceof ExitPipeline) return ended("exited", messageOf(thrown));
  if (thrown === ERR_EXIT_PIPELINE) return ended("exited", ERR_EXIT_PIPELINE);
  if (signal.aborted && isCancellation(thrown, signal)) return ended("cancelled", textOf(signal.reason));
  if (!(thrown instanceof ArgumentError)) host.log("error", traceOf(thrown));
  return ended("failed", textOf(thrown));
}

/**
 * @param {unknown} thrown
 * @param {AbortSignal} signal
 */
function isCancellation(thrown, signal) {
  return thrown === signal.reason || (thrown instanceof Error && thrown.name === "AbortError");
}

/**
 * Anything that was thrown, as people read it.
 * @param {unknown} thrown
 */
export function inspected(thrown) {
  try {
    return inspect(thrown);
  } catch {
    return UNSPEAKABLE;
  }
}

/**
 * What something thrown says, in one text.
 * @param {unknown} thrown
 */
function textOf(thrown) {
  if (thrown instanceof Error) return messageOf(thrown) || thrown.name;
  return typeof thrown === "string" && thrown !== "" ? thrown : `the job threw ${inspect(thrown)}`;
}

/**
 * Nothing sees to it that a message is a text.
 * @param {{ readonly message: unknown }} thrown
 */
function messageOf({ message }) {
  return String(message);
}

/**
 * The same at length: with the author's own lines of the stack, causes and properties.
 * @param {unknown} thrown
 */
function traceOf(thrown) {
  if (!(thrown instanceof Error)) return `thrown: ${inspect(thrown)}`;
  const lines = inspect(thrown).split("\n");
  return lines
    .filter((line) => !/^\s+at .*node:internal\//.test(line) && !line.includes(OWN_FILES))
    .join("\n");
}

/**
 * @param {Result["outcome"]} outcome
 * @param {string} message
 * @returns {Result}
 */
function ended(outcome, message) {
  return { outcome, message: cutText(message, MESSAGE_BYTES), outputs: {}, added: [] };
}
