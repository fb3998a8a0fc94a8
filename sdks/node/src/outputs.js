/** Outputs of jobs: JSON values by name. */

import { inspect } from "node:util";
import { messageOf } from "./arguments.js";

/** @import { JsonValue, Outputs } from "../index.js" */

/** As in Gaia's workflows, where `${tasks.build.outputs.NAME}` reads them. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/**
 * An output as JSON. Throws for a name that Gaia does not take, and for a value that JSON has no form for.
 * @param {unknown} name
 * @param {unknown} value
 * @returns {string}
 */
export function outputJson(name, value) {
  if (typeof name !== "string" || !NAME.test(name) || name.length > 128)
    throw new TypeError(
      `${inspect(name)} is no name of an output: names begin with a letter or _, and go on with letters, digits, _ . -`,
    );
  let json;
  try {
    json = JSON.stringify(value, finite);
  } catch (reason) {
    throw new TypeError(`output "${name}" cannot be written as JSON: ${messageOf(reason)}`, {
      cause: reason,
    });
  }
  if (json === undefined)
    throw new TypeError(`output "${name}" is ${typeof value}, which JSON has no form for`);
  return json;
}

/**
 * JSON would silently write `null`.
 * @param {string} _key
 * @param {unknown} value
 */
function finite(_key, value) {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new TypeError(`${value} is no number of JSON`);
  return value;
}

/**
 * Outputs out of JSON.
 * @param {Readonly<Record<string, string>>} json
 * @returns {Outputs}
 */
export function readOutputs(json) {
  return Object.fromEntries(
    Object.entries(json).map(([name, text]) => [name, /** @type {JsonValue} */ (JSON.parse(text))]),
  );
}
