/** What `list` prints. */

/** @import { Argument } from "../../index.js" */
/** @import { Declared, Program } from "../program.js" */

/** @param {Program} program */
export function describeJobs(program) {
  return program.jobs
    .map((declared) =>
      linesOf(declared)
        .map((line) => `${line}\n`)
        .join(""),
    )
    .join("");
}

/** @param {Declared} declared */
function linesOf({ title, description, onDemand, dependsOn, args }) {
  return [
    `${title}${description === "" ? "" : `: ${description}`}${onDemand ? " (on demand)" : ""}`,
    ...(dependsOn.length === 0 ? [] : [`  after ${dependsOn.join(", ")}`]),
    ...[...args].map(([key, argument]) => `  --arg ${key}=${valueOf(argument)}`),
  ];
}

/** @param {Argument} argument */
function valueOf(argument) {
  return [
    argument.choices.join("|") || argument.type,
    ...(argument.required ? ["required"] : []),
    ...(argument.default === "" ? [] : [`default "${argument.default}"`]),
    ...(argument.description === "" ? [] : [argument.description]),
  ].join(", ");
}
