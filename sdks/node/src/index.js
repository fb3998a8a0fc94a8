/** Gaia's SDK for Node. What everything is for is told in ../index.d.ts. */

export { boolean, choice, number, text, textarea, vault } from "./arguments.js";
export { Cancelled, DefinitionError, ERR_EXIT_PIPELINE, ExitPipeline, skip } from "./errors.js";
export { job } from "./job.js";
export { serve, serve as Serve } from "./serve.js";
