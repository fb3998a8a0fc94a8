/** What a job is given, and what it leaves behind. */

import { asTexts } from "./arguments.js";
import { outputJson } from "./outputs.js";
import { titleOf, wrongTitle } from "./program.js";

/** @import { Context, EndedRun, Log, Outputs, PipelineRun } from "../index.js" */
/** @import { Declared, Program } from "./program.js" */

/** @typedef {"debug" | "info" | "warn" | "error"} Level */

/**
 * Who performs jobs: Gaia, the local runner or a test.
 * @typedef {object} Host
 * @property {(level: Level, text: string) => void} log
 * @property {(pipeline: string, args: Record<string, string>) => Promise<string>} startRun resolves with the run's id
 * @property {(run: string) => Promise<EndedRun>} awaitRun
 * @property {string | null} addRefusal why jobs cannot be added; null: they can
 */

/**
 * One attempt of a job.
 * @typedef {object} Call
 * @property {string} title
 * @property {Readonly<Record<string, string>>} args as they were sent
 * @property {readonly { key: string, value: string }[]} sent the same, in their order
 * @property {Readonly<Record<string, Outputs>>} outputs of dependencies, by title
 * @property {string} run
 * @property {string} pipeline
 * @property {number} attempt
 * @property {AbortSignal} signal
 * @property {Host} host
 */

/** @typedef {{ title: string, job: number, args: Record<string, string>, dependsOn: readonly string[] }} Added */

/**
 * What a job leaves behind.
 * @typedef {object} Gathered
 * @property {Record<string, string>} outputs each as JSON
 * @property {Added[]} added
 */

/**
 * The context of one attempt, and what is gathered through it.
 * @param {Program} program
 * @param {Call} call
 * @param {Record<string, unknown>} args
 * @returns {{ context: Context & { readonly sent: Call["sent"] }, gathered: Gathered }}
 */
export function contextOf(program, call, args) {
  /** @type {Map<string, string>} */
  const outputs = new Map();
  /** @type {Added[]} */
  const added = [];
  const { host, signal } = call;
  const context = {
    args,
    sent: call.sent,
    title: call.title,
    run: call.run,
    pipeline: call.pipeline,
    attempt: call.attempt,
    log: logOf(host),
    signal,
    outputs: call.outputs,
    /** @type {Context["output"]} */
    output: (job, name) => outputOf(call.outputs, titleOf(job), name),
    /** @type {Context["setOutput"]} */
    setOutput: (name, value) => void outputs.set(name, outputJson(name, value)),
    /** @type {Context["addJob"]} */
    addJob: (job, title, options = {}) => {
      if (host.addRefusal !== null) throw new Error(host.addRefusal);
      added.push(addedJob(program, job, title, options, added));
    },
    /** @type {Context["startPipeline"]} */
    startPipeline: async (/** @type {unknown} */ pipeline, values = {}) => {
      const id = await unlessAborted(signal, host.startRun(String(pipeline), asTexts(values)));
      return { id, ended: () => unlessAborted(signal, host.awaitRun(id)) };
    },
  };
  return {
    context,
    gathered: {
      get outputs() {
        return Object.fromEntries(outputs);
      },
      added,
    },
  };
}

/**
 * @param {Host} host
 * @returns {Log}
 */
function logOf(host) {
  /** @param {Level} level */
  const at = (level) => (/** @type {unknown} */ text) => host.log(level, String(text));
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/**
 * @param {Readonly<Record<string, Outputs>>} outputs
 * @param {string} title
 * @param {string} name
 */
function outputOf(outputs, title, name) {
  const wanted = title.toLowerCase();
  const found = Object.keys(outputs).find((one) => one.toLowerCase() === wanted);
  const values = found === undefined ? undefined : outputs[found];
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

/**
 * @param {Program} program
 * @param {unknown} job
 * @param {string} title
 * @param {{ args?: Readonly<Record<string, unknown>>, dependsOn?: readonly unknown[] }} options
 * @param {readonly Added[]} before
 * @returns {Added}
 */
function addedJob(program, job, title, { args = {}, dependsOn = [] }, before) {
  const performer = program.find(job);
  if (performer === undefined)
    throw new Error(
      `"${titleOf(job)}" cannot perform an added job: it is not in the list that serve was given`,
    );
  const problem = wrongTitle(title);
  if (problem !== null) throw new Error(`a job cannot be added: ${problem}`);
  const name = title.toLowerCase();
  if (before.some((one) => one.title.toLowerCase() === name)) throw new Error(`"${title}" was added already`);
  const unknown = Object.keys(args).find((key) => !performer.args.has(key));
  if (unknown !== undefined)
    throw new Error(`"${title}" cannot be added: "${performer.title}" has no argument "${unknown}"`);
  return { title, job: performer.id, args: asTexts(args), dependsOn: [...new Set(dependsOn.map(titleOf))] };
}

/**
 * What a promise gives, unless the job is cancelled before.
 * @template Value
 * @param {AbortSignal} signal
 * @param {Promise<Value>} promise
 * @returns {Promise<Value>}
 */
async function unlessAborted(signal, promise) {
  // When the job is cancelled nobody waits for the promise any more: it may still reject.
  promise.catch(() => {});
  signal.throwIfAborted();
  /** @type {() => void} */
  let stop = () => {};
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return /** @type {Value} */ (await Promise.race([promise, aborted]));
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
