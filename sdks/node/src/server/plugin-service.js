/** `proto.Plugin`: the protocol of all of Gaia's SDKs, and of the original Gaia. */

import { status } from "@grpc/grpc-js";
import { Cancelled } from "../errors.js";
import { performWithin } from "../timeout.js";
import { Empty, Job, JobResult } from "../wire/messages.js";
import { method } from "./method.js";
import { logToStderr } from "./stderr-log.js";

/** @import { sendUnaryData, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js" */
/** @import { Host } from "../context.js" */
/** @import { Result } from "../perform.js" */
/** @import { Declared, Program } from "../program.js" */
/** @import { RunningJobs } from "./running-jobs.js" */

/** Types that the original Gaia has a field for; the others are text to it. */
const PUBLISHED_TYPES = ["textarea", "boolean", "vault"];
const REFUSAL =
  "takes a Gaia that speaks gaia.program.v1: this one speaks only the protocol of the original Gaia";

/** @type {Host} */
const HOST = {
  log: logToStderr,
  addRefusal: `to add jobs to a run ${REFUSAL}`,
  startRun: () => Promise.reject(new Error(`to start another pipeline ${REFUSAL}`)),
  awaitRun: () => Promise.reject(new Error(`to await another pipeline ${REFUSAL}`)),
};

/**
 * @param {Program} program
 * @param {RunningJobs} running
 */
export function pluginService(program, running) {
  const methods = {
    GetJobs: method("/proto.Plugin/GetJobs", Empty, Job, { responseStream: true }),
    ExecuteJob: method("/proto.Plugin/ExecuteJob", Job, JobResult),
  };
  const handlers = {
    /** @param {ServerWritableStream<object, object>} call */
    GetJobs: (call) => {
      for (const declared of program.jobs) if (!declared.onDemand) call.write(jobOf(declared, program));
      call.end();
    },
    /**
     * @param {ServerUnaryCall<any, object>} call
     * @param {sendUnaryData<object>} answer
     */
    ExecuteJob: (call, answer) => {
      const declared = program.byId(call.request.unique_id);
      if (declared === undefined) {
        const details = `there is no job with the id ${call.request.unique_id}`;
        answer({ code: status.NOT_FOUND, details });
        return;
      }
      void running
        .run((control) => {
          call.on("cancelled", () => control.abort(new Cancelled("the call was broken off")));
          return execute(program, declared, call.request.args, control);
        })
        .then((result) => answer(null, jobResult(declared, result)));
    },
  };
  return { methods, handlers };
}

/**
 * @param {Program} program
 * @param {Declared} declared
 * @param {readonly { key: string, value: string }[]} sent
 * @param {AbortController} control
 */
function execute(program, declared, sent, control) {
  const call = {
    title: declared.title,
    args: Object.fromEntries(sent.map(({ key, value }) => [key, value])),
    sent,
    outputs: {},
    run: "",
    pipeline: "",
    attempt: 1,
    host: HOST,
  };
  // Nobody else does: the original Gaia knows no timeouts.
  return performWithin(program, declared, call, control);
}

/**
 * What the old protocol can say.
 * @param {Declared} declared
 * @param {Result} result
 */
function jobResult({ id, title }, { outcome, message }) {
  if (outcome === "skipped") logToStderr("info", `"${title}" is skipped: ${message}`);
  if (outcome === "skipped" || outcome === "succeeded") return {};
  return { unique_id: id, failed: outcome !== "exited", exit_pipeline: true, message };
}

/**
 * @param {Declared} declared
 * @param {Program} program
 */
function jobOf({ id, title, description, dependsOn, args }, program) {
  return {
    unique_id: id,
    title,
    description,
    dependson: dependsOn.map((dependency) => program.find(dependency)?.id),
    args: [...args].map(([key, argument]) => ({
      key,
      description: argument.description,
      type: PUBLISHED_TYPES.includes(argument.type) ? argument.type : "textfield",
      value: argument.default,
    })),
  };
}
