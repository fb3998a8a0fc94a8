/** What the local runner prints: each line behind the title of its job. */

/** @import { Observer } from "./local-run.js" */

/**
 * @param {string} title
 * @param {string} text
 */
export function say(title, text) {
  process.stdout.write(
    text
      .split("\n")
      .map((line) => `${title}: ${line}\n`)
      .join(""),
  );
}

/** @returns {Observer} */
export function printer() {
  /** @type {Map<string, number>} */
  const since = new Map();
  return {
    started: (title) => {
      since.set(title, performance.now());
      say(title, "started");
    },
    logged: (title, level, text) =>
      say(
        title,
        text
          .split("\n")
          .map((line) => `${level.toUpperCase()} ${line}`)
          .join("\n"),
      ),
    tryingAgain: (title, attempt, message) => say(title, `attempt ${attempt} failed: ${message}`),
    ended: ({ title, outcome, message, outputs }) => {
      for (const [name, value] of Object.entries(outputs))
        say(title, `output ${name} = ${JSON.stringify(value)}`);
      const seconds = ((performance.now() - (since.get(title) ?? 0)) / 1000).toFixed(2);
      const how = outcome === "exited" ? "ended the pipeline" : outcome;
      say(title, `${how} after ${seconds} s${message === "" ? "" : `: ${message}`}`);
    },
  };
}
