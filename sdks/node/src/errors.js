/** What jobs throw, and what is thrown at them. */

/** What a handler of the published SDK throws to end the pipeline. */
export const ERR_EXIT_PIPELINE = "pipeline exit requested by job";

/** Thrown by a job: the pipeline ends here, and has not failed by it. */
export class ExitPipeline extends Error {
  name = "ExitPipeline";

  constructor(message = ERR_EXIT_PIPELINE) {
    super(message);
  }
}

/** What the signal of a job is aborted with; its message is the reason. */
export class Cancelled extends Error {
  name = "Cancelled";
}

/** A value that an argument cannot have. Its text says all: nobody wants to see where it was found. */
export class ArgumentError extends Error {
  name = "ArgumentError";
}

/** What is wrong with the jobs of a program. */
export class DefinitionError extends Error {
  name = "DefinitionError";

  /** @param {readonly string[]} problems */
  constructor(problems) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** A reason for a job to be skipped. */
export class Skip {
  reason;

  /** @param {string} reason */
  constructor(reason) {
    this.reason = reason;
  }
}

/** @type {typeof import("../index.js").skip} */
export const skip = (reason) => new Skip(reason);
