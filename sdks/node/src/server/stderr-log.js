/** @import { Level } from "../context.js" */

/**
 * A job's log where there is no other: each line behind its level, written at once.
 * @param {Level} level
 * @param {string} text
 */
export function logToStderr(level, text) {
  const lines = text.split("\n").map((line) => `${level.toUpperCase()} ${line}\n`);
  process.stderr.write(lines.join(""));
}
