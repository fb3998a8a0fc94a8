/** What a program calls at its end. */

import { DefinitionError } from "./errors.js";
import { programOf } from "./program.js";

const WRONG_PROGRAM = 2;

/** @type {typeof import("../index.js").serve} */
export async function serve(jobs) {
  const program = programOrExit(jobs);
  // Each way loads only what it needs: the server takes as long to load as Node itself.
  if (process.env.GAIA_PLUGIN_CERT !== undefined) {
    const { serveProgram } = await import("./server/serve-program.js");
    await serveProgram(program);
  } else {
    const { runCommand } = await import("./local/command.js");
    const status = await runCommand(program, process.argv.slice(2));
    // A job that was given up, or a connection that one left open, would hold the process.
    process.exit(status);
  }
}

/** @param {unknown} jobs */
function programOrExit(jobs) {
  try {
    return programOf(jobs);
  } catch (reason) {
    if (!(reason instanceof DefinitionError)) throw reason;
    for (const problem of reason.problems) process.stderr.write(`${problem}\n`);
    process.exit(WRONG_PROGRAM);
  }
}
