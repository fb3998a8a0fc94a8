/** Declared arguments, and what their texts mean. */

import { ArgumentError } from "./errors.js";

/** @import { Argument, ArgumentType } from "../index.js" */

/** As in JSON, and with a plus sign: `Number` would take `0x10` and the empty text as well. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** @type {Readonly<Record<string, boolean>>} */
const BOOLEANS = { true: true, 1: true, false: false, 0: false };

/** @typedef {{ default?: string | number | boolean, required?: boolean }} Options */

/**
 * @param {ArgumentType} type
 * @param {string} [description]
 * @param {Options} [options]
 * @param {readonly string[]} [choices]
 * @returns {Argument<any>}
 */
function argument(type, description = "", options = {}, choices = []) {
  const given = options.default === undefined ? "" : String(options.default);
  return Object.freeze({ type, description, default: given, choices, required: options.required === true });
}

/** @type {typeof import("../index.js").text} */
export const text = (description, options) => argument("text", description, options);

/** @type {typeof import("../index.js").textarea} */
export const textarea = (description, options) => argument("textarea", description, options);

/** @type {typeof import("../index.js").boolean} */
export const boolean = (description, options) => argument("boolean", description, options);

/** @type {typeof import("../index.js").number} */
export const number = (
  /** @type {string | undefined} */ description,
  /** @type {Options | undefined} */ options,
) => argument("number", description, options);

/** @type {typeof import("../index.js").choice} */
export const choice = (
  choices,
  /** @type {string | undefined} */ description,
  /** @type {Options | undefined} */ options,
) => argument("choice", description, options, Object.freeze([...choices]));

/** @type {typeof import("../index.js").vault} */
export const vault = (description, options) => argument("vault", description, options);

/**
 * What is wrong with a declaration, in words; null: nothing.
 * @param {Argument} declared
 */
export function declarationProblem({ type, default: given, choices }) {
  if (type === "choice" && choices.length === 0) return "has no choices";
  if (given === "") return null;
  try {
    valueOf(type, given, choices);
    return null;
  } catch (reason) {
    return `has the default "${given}", ${messageOf(reason)}`;
  }
}

/**
 * What a job is given for its arguments. Throws for what cannot be converted, and what is missing.
 * @param {ReadonlyMap<string, Argument>} declared
 * @param {Readonly<Record<string, unknown>>} given
 * @returns {Record<string, unknown>}
 */
export function convert(declared, given) {
  return Object.fromEntries(
    [...declared].map(([key, argument]) => {
      const sent = Object.hasOwn(given, key) ? String(given[key]) : argument.default;
      return [key, convertOne(key, argument, sent)];
    }),
  );
}

/**
 * @param {string} key
 * @param {Argument} argument
 * @param {string} sent
 */
function convertOne(key, { type, default: fallback, choices, required }, sent) {
  const isText = type === "text" || type === "textarea" || type === "vault";
  // An empty text is a value like any other, unless one is required; an empty number, boolean or choice is none.
  const isMissing = isText ? required && sent === "" : sent.trim() === "";
  const written = isMissing ? fallback : sent;
  if (required && written === "") throw new ArgumentError(`argument "${key}" is required, and not given`);
  if (isText) return written;
  if (written === "") return type === "boolean" ? false : undefined;
  try {
    return valueOf(type, written.trim(), choices);
  } catch (reason) {
    throw new ArgumentError(`argument "${key}" is "${written}", ${messageOf(reason)}`, { cause: reason });
  }
}

/**
 * @param {ArgumentType} type
 * @param {string} written
 * @param {readonly string[]} choices
 */
function valueOf(type, written, choices) {
  if (type === "number") {
    if (!NUMBER.test(written)) throw new Error("which is no number");
    return Number(written);
  }
  if (type === "boolean") {
    const value = BOOLEANS[written.toLowerCase()];
    if (value === undefined) throw new Error("which is no boolean: say true or false");
    return value;
  }
  if (type === "choice" && !choices.includes(written))
    throw new Error(`which is none of ${choices.join(", ")}`);
  return written;
}

/** @param {unknown} reason */
export function messageOf(reason) {
  return reason instanceof Error ? reason.message : String(reason);
}

/**
 * Values for a job's or a pipeline's arguments, as they are sent.
 * @param {Readonly<Record<string, unknown>>} values
 * @returns {Record<string, string>}
 */
export function asTexts(values) {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (!["string", "number", "boolean"].includes(typeof value))
        throw new TypeError(
          `the value of argument "${key}" is ${value === null ? "null" : typeof value}: give text, a number or a boolean`,
        );
      return [key, String(value)];
    }),
  );
}
