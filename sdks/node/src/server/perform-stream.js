/** One call of `Perform`: a stream with Gaia at its other end. */

import { status } from "@grpc/grpc-js";
import { Cancelled } from "../errors.js";
import { readOutputs } from "../outputs.js";
import { perform } from "../perform.js";
import { LOG_LEVELS, OUTCOMES } from "../wire/messages.js";
import { Requests } from "./requests.js";
import { logToStderr } from "./stderr-log.js";

/** @import { Host } from "../context.js" */
/** @import { Result } from "../perform.js" */
/** @import { Program } from "../program.js" */
/** @import { RunningJobs } from "./running-jobs.js" */
/** @typedef {import("@grpc/grpc-js").ServerDuplexStream<any, object>} Stream */

/**
 * @param {Program} program
 * @param {RunningJobs} running
 * @param {Stream} stream
 */
export function performStream(program, running, stream) {
  const requests = new Requests((request) => void stream.write({ request }));
  const host = hostOf(stream, requests);
  /** @type {AbortController | null} */
  let performing = null;
  stream.on("data", (message) => {
    if (message.cancel !== null) performing?.abort(new Cancelled(message.cancel.reason || "cancelled"));
    else if (message.answer !== null) requests.answered(message.answer);
    else if (message.start !== null && performing === null) {
      void running.run((control) => {
        performing = control;
        return begin(program, message.start, stream, host, control.signal);
      });
    }
  });
  stream.on("cancelled", () => performing?.abort(new Cancelled("the call was broken off")));
  stream.on("error", () => performing?.abort(new Cancelled("the connection to Gaia was lost")));
  stream.on("end", () => {
    if (performing === null) refuse(stream, status.INVALID_ARGUMENT, "the first message has to be `start`");
    else requests.close();
  });
}

/**
 * @param {Program} program
 * @param {any} start
 * @param {Stream} stream
 * @param {Host} host
 * @param {AbortSignal} signal
 */
async function begin(program, start, stream, host, signal) {
  const declared = program.byId(start.job);
  if (declared === undefined) {
    refuse(stream, status.NOT_FOUND, `there is no job with the id ${start.job}`);
    return;
  }
  const outputs = outputsOf(start.outputs);
  if (outputs === null) {
    refuse(stream, status.INVALID_ARGUMENT, "outputs of a dependency are no JSON");
    return;
  }
  /** @type {Record<string, string>} */
  const args = start.arguments;
  const result = await perform(program, declared, {
    title: start.title || declared.title,
    args,
    sent: Object.entries(args).map(([key, value]) => ({ key, value })),
    outputs,
    run: start.run,
    pipeline: start.pipeline,
    attempt: start.attempt || 1,
    signal,
    host,
  });
  stream.write({ result: messageOf(result) });
  stream.end();
}

/**
 * Outputs by title; null: they are no JSON.
 * @param {Readonly<Record<string, { values: Record<string, string> }>>} sent
 */
function outputsOf(sent) {
  try {
    return Object.fromEntries(
      Object.entries(sent).map(([title, { values }]) => [title, readOutputs(values)]),
    );
  } catch {
    return null;
  }
}

/** @param {Result} result */
function messageOf({ outcome, message, outputs, added }) {
  return {
    outcome: OUTCOMES.indexOf(outcome),
    message,
    outputs,
    jobs: added.map(({ title, job, args, dependsOn }) => ({
      title,
      job,
      arguments: args,
      depends_on: dependsOn,
    })),
  };
}

/**
 * @param {Stream} stream
 * @param {number} code
 * @param {string} details
 */
function refuse(stream, code, details) {
  stream.emit("error", { code, details });
}

/**
 * @param {Stream} stream
 * @param {Requests} requests
 * @returns {Host}
 */
function hostOf(stream, requests) {
  return {
    log: (level, text) => {
      // What a job has left running may still speak when its stream has ended.
      if (stream.writableEnded || stream.cancelled) logToStderr(level, text);
      else stream.write({ log: { level: LOG_LEVELS.indexOf(level), text } });
    },
    addRefusal: null,
    startRun: async (pipeline, args) => (await requests.ask({ start_run: { pipeline, arguments: args } })).id,
    awaitRun: (run) => requests.ask({ await_run: { run } }),
  };
}
