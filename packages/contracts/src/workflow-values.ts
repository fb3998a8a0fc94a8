import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** The values that keys of a workflow file take. Messages continue a sentence that starts with the key. */

/** Ids of tasks: they become parts of paths, keys and commands. */
export const TASK_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** Names of variables, inputs, outputs of a workflow and axes of a matrix: what `${name}` can hold. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names of environment variables and secrets. */
export const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names of the outputs of a task. */
export const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const ID_RULE = `wants letters, digits, "_", "." and "-", a letter or digit first, at most ${LIMITS.nameCharacters} characters`;
const VARIABLE_RULE = `wants letters, digits and "_", no digit first, at most ${LIMITS.nameCharacters} characters`;
const OUTPUT_RULE = `wants letters, digits, "_" and "-", a letter or "_" first, at most ${LIMITS.nameCharacters} characters`;

export const text = z.string({ error: "wants text" });
export const identifier = text
  .max(LIMITS.nameCharacters, { error: ID_RULE })
  .regex(TASK_ID, { error: ID_RULE });
export const variableName = text
  .max(LIMITS.nameCharacters, { error: VARIABLE_RULE })
  .regex(VARIABLE_NAME, { error: VARIABLE_RULE });
export const outputName = text
  .max(LIMITS.nameCharacters, { error: OUTPUT_RULE })
  .regex(OUTPUT_NAME, { error: OUTPUT_RULE });
export const flag = z.boolean({ error: "wants true or false" });
export const duration = z
  .string({ error: 'wants a duration with its unit, such as "30s" or "1h30m"' })
  .describe('A duration such as "30s", "1h30m", "2d".');
export const size = z
  .string({ error: 'wants a size with its unit, such as "512MB" or "2GiB"' })
  .describe('A size such as "512MB" or "2GiB".');
export const priority = z
  .int({ error: "wants a whole number from 0 to 10" })
  .min(0, { error: "wants a whole number from 0 to 10" })
  .max(10, { error: "wants a whole number from 0 to 10" })
  .describe("0 to 10, high first; 5 when nothing is said.");
export const tags = z.array(identifier, { error: "wants a list of tags, such as `[linux, gpu]`" });
export const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: "wants text, a number, true or false",
});
export const environment = z
  .record(variableName, scalar, { error: "wants a map of environment variables (`NAME: value`)" })
  .describe("Environment variables; each value is text as it is written.");
export const template = text.describe("Text in which `${name}` stands for a value.");
export const anyValue = z.json({ error: "wants a JSON value" });
