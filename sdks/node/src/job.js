/** Jobs, as their author declares them. */

/** @import { Argument, PublishedJob } from "../index.js" */

/** @type {Readonly<Record<string, Argument["type"]>>} */
const PUBLISHED_TYPES = { textfield: "text", textarea: "textarea", boolean: "boolean", vault: "vault" };

/**
 * What a job says of itself. Nothing is checked before all jobs are known.
 * @typedef {object} JobOptions
 * @property {string} [description]
 * @property {readonly (import("../index.js").Job | string)[]} [dependsOn]
 * @property {Readonly<Record<string, Argument>>} [args]
 * @property {number} [attempts]
 * @property {number} [timeoutMs]
 * @property {boolean} [onDemand]
 * @property {(context: any) => unknown} [when]
 * @property {(context: any) => unknown} run
 */

/** A declared job. */
export class Job {
  title;
  options;
  /** In the author's order; a key may be there twice, which is an error later. */
  args;

  /**
   * @param {string} title
   * @param {JobOptions} options
   * @param {readonly (readonly [string, Argument])[]} args
   */
  constructor(title, options, args) {
    this.title = title;
    this.options = options;
    this.args = args;
  }
}

/** @type {typeof import("../index.js").job} */
export const job = (/** @type {string} */ title, /** @type {JobOptions | JobOptions["run"]} */ given) => {
  const options = typeof given === "function" ? { run: given } : (given ?? {});
  return new Job(title, options, Object.entries(options.args ?? {}));
};

/**
 * A job of the published SDK's form as one of ours.
 * @param {PublishedJob} published
 */
export function publishedJob({ title, description, handler, dependson, args }) {
  const declared = (args ?? []).map(({ key, type, description, value }) => {
    const argument = {
      type: PUBLISHED_TYPES[type ?? "textfield"] ?? "text",
      description: description ?? "",
      default: value ?? "",
      choices: [],
      required: false,
    };
    return /** @type {const} */ ([key, argument]);
  });
  const options = {
    description: description ?? "",
    dependsOn: dependson ?? [],
    run: (/** @type {{ sent: readonly { key: string, value: string }[] }} */ { sent }) => handler([...sent]),
  };
  return new Job(title, options, declared);
}

/**
 * @param {unknown} value
 * @returns {value is PublishedJob}
 */
export function isPublishedJob(value) {
  return (
    typeof value === "object" && value !== null && "handler" in value && typeof value.handler === "function"
  );
}
