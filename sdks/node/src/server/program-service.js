/** `gaia.program.v1.Program`: all that the published protocol has no place for. */

import { ARGUMENT_TYPES, Description, Empty, HostMessage, JobMessage } from "../wire/messages.js";
import { SDK } from "../version.js";
import { method } from "./method.js";
import { performStream } from "./perform-stream.js";

/** @import { sendUnaryData } from "@grpc/grpc-js" */
/** @import { Declared, Program } from "../program.js" */
/** @import { RunningJobs } from "./running-jobs.js" */

/**
 * @param {Program} program
 * @param {RunningJobs} running
 */
export function programService(program, running) {
  const methods = {
    Describe: method("/gaia.program.v1.Program/Describe", Empty, Description),
    Perform: method("/gaia.program.v1.Program/Perform", HostMessage, JobMessage, {
      requestStream: true,
      responseStream: true,
    }),
  };
  const description = {
    sdk: SDK,
    max_parallel: 0,
    jobs: program.jobs.map((declared) => descriptionOf(declared, program)),
  };
  const handlers = {
    /**
     * @param {unknown} _call
     * @param {sendUnaryData<object>} answer
     */
    Describe: (_call, answer) => answer(null, description),
    /** @param {import("@grpc/grpc-js").ServerDuplexStream<any, object>} stream */
    Perform: (stream) => performStream(program, running, stream),
  };
  return { methods, handlers };
}

/**
 * @param {Declared} declared
 * @param {Program} program
 */
function descriptionOf(declared, program) {
  return {
    id: declared.id,
    title: declared.title,
    description: declared.description,
    depends_on: declared.dependsOn.map((dependency) => program.find(dependency)?.id),
    arguments: [...declared.args].map(([key, argument]) => ({
      key,
      description: argument.description,
      type: ARGUMENT_TYPES.indexOf(argument.type),
      default_value: argument.default,
      choices: argument.choices,
      required: argument.required,
    })),
    on_demand: declared.onDemand,
    attempts: declared.attempts,
    timeout_ms: declared.timeoutMs ?? 0,
  };
}
