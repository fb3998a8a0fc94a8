/** The host of jobs that run without Gaia. */

import { asTexts } from "../arguments.js";

/** @import { EndedRun } from "../../index.js" */
/** @import { PipelineAnswer } from "../../testing.js" */
/** @import { Host } from "../context.js" */

/**
 * Other pipelines need Gaia: each is answered as it is said here, and refused otherwise.
 * @param {Host["log"]} log
 * @param {Readonly<Record<string, PipelineAnswer>>} [pipelines]
 * @returns {Host}
 */
export function localHost(log, pipelines = {}) {
  /** @type {Map<string, Omit<EndedRun, "id">>} */
  const runs = new Map();
  return {
    log,
    addRefusal: null,
    startRun: async (pipeline, args) => {
      const answer = Object.hasOwn(pipelines, pipeline) ? pipelines[pipeline] : undefined;
      if (answer === undefined)
        throw new Error(
          `pipeline "${pipeline}" cannot be started without Gaia; a test gives an answer for it`,
        );
      const { status = "completed", outputs = {} } =
        typeof answer === "function" ? answer(asTexts(args)) : answer;
      const id = `${pipeline}-${runs.size + 1}`;
      runs.set(id, { status, outputs });
      return id;
    },
    awaitRun: async (id) => ({ id, status: "", outputs: {}, ...runs.get(id) }),
  };
}
