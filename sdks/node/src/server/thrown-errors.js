import { failCurrentJob, inspected } from "../perform.js";

/**
 * What a job throws where nobody waits for it is its own failure; the others, and the process, live on. What no job
 * began ends the process, as it does everywhere.
 */
export function surviveThrownErrors() {
  const take = (/** @type {unknown} */ thrown) => {
    const fate = failCurrentJob(thrown);
    if (fate === "failed") return;
    const when = fate === "late" ? "thrown by a job that had ended" : "thrown outside of any job";
    process.stderr.write(`ERROR ${when}: ${inspected(thrown)}\n`);
    if (fate === "none") process.exit(1);
  };
  process.on("uncaughtException", take);
  process.on("unhandledRejection", take);
}
